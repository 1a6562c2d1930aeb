"""Writing the scale of the outcome."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from mentorship.exceptions import NotYourScale, ScaleStands
from mentorship.locks import lock_mentorship
from mentorship.models import GoalScale, Mentorship


@transaction.atomic
def write_scale(
    *, mentorship_id: int, by: User, start: str, less: str, as_hoped: str, better: str, now: datetime
) -> GoalScale:
    """Say where the mentee begins, and what less, as hoped and better would be. The mentor reads it.

    Raises NotOneOfTheTwo, NotYourScale for the mentor, ScaleStands once the mentorship is over.
    """
    mentorship = lock_mentorship(mentorship_id, by=by)
    if by.pk != mentorship.mentee_id:
        raise NotYourScale(_("The mentee says what success would be. You read it here."))
    if mentorship.status not in Mentorship.RUNNING:
        raise ScaleStands(_("The mentorship is over, so what success would be does not change any more."))
    words = {"start": start, "less": less, "as_hoped": as_hoped, "better": better}
    scale, _is_new = GoalScale.objects.update_or_create(mentorship=mentorship, defaults=words | {"written_at": now})
    return scale
