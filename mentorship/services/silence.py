"""Going on after a silence."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.exceptions import MoveNotAllowed
from accounts.models import User
from accounts.notifications.write import skip_unsent
from mentorship.locks import lock_mentorship
from mentorship.models import Mentorship
from mentorship.selectors.silence import LOOK_AGAIN_AFTER


@transaction.atomic
def go_on(*, mentorship_id: int, by: User, now: datetime) -> Mentorship:
    """Say that a quiet mentorship goes on. That is a sign of life: the silence is counted anew from now on.

    Raises NotOneOfTheTwo, MoveNotAllowed unless it is active.
    """
    mentorship = lock_mentorship(mentorship_id, by=by)
    if mentorship.status != Mentorship.Status.ACTIVE:
        raise MoveNotAllowed("mentorship", mentorship.status, Mentorship.Status.ACTIVE)
    mentorship.quiet_from_at, mentorship.silence_due_at = now, now + LOOK_AGAIN_AFTER
    mentorship.save(update_fields=["quiet_from_at", "silence_due_at"])
    both = [mentorship.mentee, mentorship.mentor.user]
    quiet = ["mentorship_quiet", "mentorship_silent"]
    skip_unsent(recipients=both, kinds=quiet, key_prefix=f"{mentorship.uuid}:", reason="One of them goes on.")
    return mentorship
