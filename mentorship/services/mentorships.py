"""Beginning a mentorship."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import MentorProfile, User
from mentorship.exceptions import MentorAtCapacity
from mentorship.models import Goal, Mentorship
from mentorship.selectors import free_place, places_taken


@transaction.atomic
def start_mentorship(*, mentor_id: int, mentee: User, goal: Goal, format: str, now: datetime) -> Mentorship:
    """Start a mentorship in a free place of the mentor.

    Takes the mentor's row lock: whoever makes a mentor less available waits here, re-reads and counts.
    Raises MentorAtCapacity.
    """
    # NO KEY UPDATE is enough: no key changes, and foreign-key inserts on this mentor must not wait for us.
    mentor = MentorProfile.objects.select_for_update(of=("self",), no_key=True).get(pk=mentor_id)
    place = free_place(mentor, places_taken(mentor))
    if place is None:
        raise MentorAtCapacity(
            "All places are taken. Raise the capacity to take one more, or decline, so that somebody else can be asked."
        )
    return Mentorship.objects.create(
        mentor=mentor, mentee=mentee, goal=goal, format=format, place=place, started_at=now
    )
