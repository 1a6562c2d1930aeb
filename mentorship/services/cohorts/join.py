"""Joining a cohort by its invitation link, and leaving it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.locks import lock_beginner
from accounts.models import MentorProfile, User
from accounts.models.mentor import CAPACITY_MAX
from mentorship.exceptions import CohortNotOpen, MentorsOnly, NotInCohort, PlacesOutOfRange
from mentorship.locks import lock_cohort
from mentorship.models import Cohort, CohortMember
from mentorship.selectors.cohorts import cohort_of_key

NOT_MENTORS = (MentorProfile.Status.REJECTED, MentorProfile.Status.SUSPENDED)


@transaction.atomic
def join_cohort(*, key: str, by: User, side: str, places: int | None, now: datetime) -> CohortMember:
    """Join one side of an open cohort. Joining again changes the places, or brings somebody back who left.

    ``places``: for mentors, from 1 to CAPACITY_MAX; ignored for mentees.

    Raises CohortNotOpen for an unknown key too, MentorsOnly, PlacesOutOfRange, AccountMerged.
    """
    lock_beginner(by.pk)
    found = cohort_of_key(key)
    cohort = lock_cohort(found.pk) if found is not None else None
    # The key may have been renewed before the lock was there.
    if cohort is None or cohort.key != key or not cohort.takes_people(now):
        raise CohortNotOpen(_("Nobody can join this cohort now. Ask its organisers for a new link."))
    if side == CohortMember.Side.MENTOR and not may_mentor(by):
        raise MentorsOnly(_("Apply as a mentor first. Then come back to this link."))
    return put_in(cohort, by, side=side, places=places, now=now)


def may_mentor(person: User) -> bool:
    """Return whether somebody can be in a cohort as a mentor: who applied, and was neither rejected nor suspended."""
    return MentorProfile.objects.filter(user=person).exclude(status__in=NOT_MENTORS).exists()


def put_in(cohort: Cohort, person: User, *, side: str, places: int | None, now: datetime) -> CohortMember:
    """Put a person on one side of a locked cohort, or bring them back, or change their places.

    ``places`` are ignored for mentees. Raises PlacesOutOfRange for mentors.
    """
    if side == CohortMember.Side.MENTOR:
        must_be_in_range(places)
    else:
        places = None
    member, _is_new = CohortMember.objects.update_or_create(
        cohort=cohort,
        person=person,
        side=side,
        defaults={"places": places, "left_at": None, "is_taken_out": False},
        create_defaults={"places": places, "joined_at": now},
    )
    return member


def must_be_in_range(places: int | None) -> None:
    """Raise PlacesOutOfRange unless a mentor can take so many mentees in a cohort."""
    if places is None or not 1 <= places <= CAPACITY_MAX:
        raise PlacesOutOfRange(_("Choose from 1 to %(most)s mentees.") % {"most": CAPACITY_MAX})


@transaction.atomic
def change_places(*, member_id: int, by: User, places: int) -> CohortMember:
    """Change how many mentees a mentor takes in a cohort, until it is archived. The next draft reads it.

    Raises NotInCohort unless ``by`` is a mentor of it, PlacesOutOfRange.
    """
    members = CohortMember.objects.select_for_update(of=("self",), no_key=True).filter(
        pk=member_id, person=by, side=CohortMember.Side.MENTOR, left_at=None
    )
    member = members.exclude(cohort__status=Cohort.Status.ARCHIVED).first()
    if member is None:
        raise NotInCohort(_("You are no mentor of this cohort, or it is over."))
    must_be_in_range(places)
    member.places = places
    member.save(update_fields=["places"])
    return member


@transaction.atomic
def leave_cohort(*, member_id: int, by: User, now: datetime, is_taken_out: bool = False) -> CohortMember:
    """Leave a cohort, before it is matched or after. Mentorships go on. Leaving twice is no error.

    ``is_taken_out``: an organiser ends it. Raises NotInCohort unless ``by`` is the member.
    """
    member = CohortMember.objects.select_for_update(of=("self",), no_key=True).filter(pk=member_id, person=by).first()
    if member is None:
        raise NotInCohort(_("You are not in this cohort."))
    if member.left_at is None:
        member.left_at, member.is_taken_out = now, is_taken_out
        member.save(update_fields=["left_at", "is_taken_out"])
    return member
