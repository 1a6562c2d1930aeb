"""Reporting feedback to the admins."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from mentorship.exceptions import FeedbackNotOpen
from mentorship.locks import lock_mentorship
from mentorship.models import Feedback
from mentorship.selectors.apart import is_apart
from mentorship.selectors.feedback import feedback_open_to


@transaction.atomic
def report_feedback(*, mentorship_id: int, by: User, reason: str, now: datetime) -> Feedback:
    """Report the open feedback of the other side. From then on admins read it, with the reason.

    Another report replaces the reason, and the admins decide anew.
    Raises NotOneOfTheTwo, FeedbackNotOpen if ``by`` reads none.
    """
    mentorship = lock_mentorship(mentorship_id, by=by)
    theirs = None if is_apart(mentorship) else feedback_open_to(by, mentorship)
    if theirs is None:
        raise FeedbackNotOpen(_("There is no feedback for you that could be reported."))
    theirs.reported_at, theirs.report_reason, theirs.kept_at = now, reason, None
    theirs.save(update_fields=["reported_at", "report_reason", "kept_at"])
    return theirs
