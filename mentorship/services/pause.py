"""Pausing a mentorship, and resuming it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from mentorship.locks import lock_mentorship
from mentorship.models import Mentorship
from mentorship.selectors.silence import quiet_since
from mentorship.step_reminders import remind_again, skip_needless


@transaction.atomic
def pause_mentorship(*, mentorship_id: int, by: User, now: datetime) -> Mentorship:
    """Pause a mentorship. It keeps its place, its clocks stop, and nobody is reminded of steps.

    Raises NotOneOfTheTwo, MoveNotAllowed.
    """
    mentorship = lock_mentorship(mentorship_id, by=by)
    # The end of the pause moves this on by its length, so that the time of silence before it still counts.
    mentorship.quiet_from_at = min(quiet_since(mentorship, now=now), now)
    mentorship.move_to(Mentorship.Status.PAUSED, at=now)
    skip_needless(mentorship)
    return mentorship


@transaction.atomic
def resume_mentorship(*, mentorship_id: int, by: User | None, now: datetime) -> Mentorship:
    """Resume a paused mentorship. Its clocks go on. ``by`` None is a sweep. Raises NotOneOfTheTwo, MoveNotAllowed."""
    mentorship = lock_mentorship(mentorship_id, by=by)
    mentorship.move_to(Mentorship.Status.ACTIVE, at=now)
    remind_again(mentorship, now=now)
    return mentorship
