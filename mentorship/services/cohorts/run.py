"""The life of a cohort: the organisers open, close and archive it, copy it, and renew its invitation link."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from mentorship.exceptions import CohortDatesOver
from mentorship.locks import lock_cohort
from mentorship.models import Cohort
from mentorship.models.cohort import new_key

# Fields that a copy takes over.
COPIED = (
    "name",
    "about",
    "company",
    "different_department",
    "outside_reporting_line",
    "policy",
    "both_sides",
)


@transaction.atomic
def open_cohort(*, cohort_id: int, now: datetime) -> Cohort:
    """Let people join. Raises MoveNotAllowed, CohortDatesOver after the last day to join."""
    cohort = lock_cohort(cohort_id)
    cohort.must_allow(Cohort.Status.OPEN)
    if cohort.is_past_last_day(now):
        raise CohortDatesOver(_("The last day to join has passed. Choose a later one first."))
    cohort.move_to(Cohort.Status.OPEN, at=now)
    return cohort


@transaction.atomic
def close_cohort(*, cohort_id: int, now: datetime) -> Cohort:
    """Let nobody join any more, so that it can be matched. Raises MoveNotAllowed."""
    cohort = lock_cohort(cohort_id)
    cohort.move_to(Cohort.Status.CLOSED, at=now)
    return cohort


@transaction.atomic
def archive_cohort(*, cohort_id: int, now: datetime) -> Cohort:
    """Put a cohort away for good. Its people keep their mentorships. Raises MoveNotAllowed."""
    cohort = lock_cohort(cohort_id)
    cohort.move_to(Cohort.Status.ARCHIVED, at=now)
    return cohort


@transaction.atomic
def copy_cohort(*, cohort_id: int, today: date) -> Cohort:
    """Return a new cohort with the words and rules of this one, and nobody in it.

    It begins on the day after this one ends at the earliest, and people can join it from tomorrow on. It has the days
    of this one if those would be after the last day of the calendar.
    """
    cohort = lock_cohort(cohort_id)
    later = max(cohort.ends_on - cohort.starts_on, today - cohort.joins_until_on) + timedelta(days=1)
    if later > date.max - cohort.ends_on:
        later = timedelta()
    dates = {name: getattr(cohort, name) + later for name in ("joins_until_on", "starts_on", "ends_on")}
    return Cohort.objects.create(**{name: getattr(cohort, name) for name in COPIED}, **dates)


@transaction.atomic
def renew_key(*, cohort_id: int) -> Cohort:
    """Give a new invitation link. Those that were sent lead nowhere."""
    cohort = lock_cohort(cohort_id)
    cohort.key = new_key()
    cohort.save(update_fields=["key"])
    return cohort
