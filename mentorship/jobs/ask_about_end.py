"""Asking both about the planned end of their mentorship: reached, go on, or end?"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.community_settings import days_of
from accounts.notifications.write import notify
from accounts.sweep import each_due
from mentorship.models import Mentorship
from mentorship.selectors.limits import ends_to_ask_about


def ask_about_ends(*, now: datetime) -> int:
    """Ask both of each mentorship whose planned end is near. Return how many mentorships."""
    return each_due(_due(now), lambda mentorship_id: _ask(mentorship_id, now=now))


@transaction.atomic
def _ask(mentorship_id: int, *, now: datetime) -> bool:
    locked = _due(now).select_for_update(skip_locked=True, of=("self",), no_key=True)
    mentorship = locked.select_related("mentor__user", "mentee").filter(pk=mentorship_id).first()
    if mentorship is None:
        return False
    mentorship.end_asked_at = now
    mentorship.save(update_fields=["end_asked_at"])
    for person in (mentorship.mentee, mentorship.mentor.user):
        notify(
            recipient=person,
            kind="mentorship_ends_soon",
            key=f"{mentorship.uuid}:{mentorship.planned_end_on}",
            payload={"mentorship": str(mentorship.uuid)},
            now=now,
        )
    return True


def _due(now: datetime) -> QuerySet[Mentorship]:
    return ends_to_ask_about(before=days_of("planned_end_days"), now=now)
