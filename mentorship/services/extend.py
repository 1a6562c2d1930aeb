"""Extending a mentorship beyond its planned end."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.exceptions import MoveNotAllowed
from accounts.models import User
from accounts.notifications.write import notify
from mentorship.exceptions import NoPlannedEnd, PlannedEndNotLater
from mentorship.locks import lock_mentorship
from mentorship.models import Mentorship

# An end that is further away is no plan.
EXTENSION_MAX = timedelta(weeks=52)


@transaction.atomic
def extend_mentorship(*, mentorship_id: int, by: User, until_on: date, now: datetime) -> Mentorship:
    """Plan a later end. The other side is told, and both are asked again before it.

    Raises NotOneOfTheTwo, MoveNotAllowed if it is over, NoPlannedEnd for one-off help, PlannedEndNotLater unless
    ``until_on`` is later than today and the present end, by EXTENSION_MAX from today at most.
    """
    mentorship = lock_mentorship(mentorship_id, by=by)
    if mentorship.status not in Mentorship.RUNNING:
        raise MoveNotAllowed("mentorship", mentorship.status, mentorship.status)
    if mentorship.planned_end_on is None:
        raise NoPlannedEnd("One-off help has no planned end. Start an ongoing mentorship to go on.")
    today = now.date()
    if until_on <= max(mentorship.planned_end_on, today) or until_on > today + EXTENSION_MAX:
        raise PlannedEndNotLater(
            f"Choose a day after {max(mentorship.planned_end_on, today):%Y-%m-%d}, and at the latest "
            f"{today + EXTENSION_MAX:%Y-%m-%d}."
        )
    mentorship.planned_end_on, mentorship.end_asked_at = until_on, None
    mentorship.save(update_fields=["planned_end_on", "end_asked_at"])
    other = mentorship.mentor.user if by.pk == mentorship.mentee_id else mentorship.mentee
    notify(
        recipient=other,
        kind="mentorship_extended",
        key=f"{mentorship.uuid}:{until_on}",
        payload={"mentorship": str(mentorship.uuid)},
        now=now,
    )
    return mentorship
