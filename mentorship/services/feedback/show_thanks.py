"""Choosing whether a mentor may show one's thanks."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from mentorship.locks import lock_mentorship
from mentorship.models import Feedback
from mentorship.services.feedback.write import must_be_thanks_of_mentee


@transaction.atomic
def choose_thanks_shown(*, mentorship_id: int, by: User, thanks_shown: str, now: datetime) -> None:
    """Agree that the mentor shows the thanks, or take that back: at any time, also once the feedback is open.

    ``thanks_shown`` is one of Feedback.ThanksShown. Raises NotOneOfTheTwo, ThanksNotShown without thanks of a mentee.
    """
    mentorship = lock_mentorship(mentorship_id, by=by)
    row = Feedback.objects.filter(mentorship=mentorship, author=by).first()
    must_be_thanks_of_mentee(mentorship, by, row.thanks if row else "")
    Feedback.objects.filter(mentorship=mentorship, author=by).update(thanks_shown=thanks_shown)
