"""Starting a mentorship."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.community_settings import days_of
from accounts.locks import lock_mentor
from accounts.models import MentorProfile, User
from mentorship.exceptions import AlreadyTogether, MentorAtCapacity
from mentorship.models import Goal, Mentorship
from mentorship.selectors.mentors import free_place, places_taken
from mentorship.selectors.mentorships import twins_of
from mentorship.selectors.silence import LOOK_AGAIN_AFTER


@transaction.atomic
def start_mentorship(
    *, mentor_id: int, mentee: User, goal: Goal, format: str, now: datetime, planned_end_on: date | None = None
) -> Mentorship:
    """Start a mentorship in a free place of the mentor, counted under the mentor's lock.

    An ongoing one gets a planned end: ``planned_end_on`` if it is later than today, otherwise by the kind of goal. In
    one-off help the two are asked how it went after the session only.

    Raises AlreadyTogether if the two have a running one for this goal or its twin, MentorAtCapacity without a free
    place.
    """
    mentor = lock_mentor(mentor_id)
    together = Mentorship.objects.filter(mentor=mentor, mentee=mentee, status__in=Mentorship.RUNNING)
    if together.filter(goal__in=twins_of(goal)).exists():
        raise AlreadyTogether(
            _("You two work on this goal already. Decline this one, and talk about it in the mentorship that runs.")
        )
    place = free_place(mentor, places_taken(mentor))
    if place is None:
        raise MentorAtCapacity(
            _(
                "All places are taken. Raise the capacity to take one more, or decline, so that somebody else can be "
                "asked."
            )
        )
    is_ongoing = format == MentorProfile.Format.ONGOING
    if planned_end_on is None or planned_end_on <= now.date():
        planned_end_on = now.date() + timedelta(weeks=goal.kind.usual_weeks)
    return Mentorship.objects.create(
        mentor=mentor,
        mentee=mentee,
        goal=goal,
        format=format,
        place=place,
        started_at=now,
        planned_end_on=planned_end_on if is_ongoing else None,
        silence_due_at=now + LOOK_AGAIN_AFTER,
        fit_check_due_at=now + days_of("fit_check_first_days") if is_ongoing else None,
    )
