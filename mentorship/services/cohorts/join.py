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
    is_mentor = side == CohortMember.Side.MENTOR
    if is_mentor:
        if not MentorProfile.objects.filter(user=by).exclude(status__in=NOT_MENTORS).exists():
            raise MentorsOnly(_("Apply as a mentor first. Then come back to this link."))
        _must_be_in_range(places)
    member, _is_new = CohortMember.objects.update_or_create(
        cohort=cohort,
        person=by,
        side=side,
        defaults={"places": places if is_mentor else None, "left_at": None},
        create_defaults={"places": places if is_mentor else None, "joined_at": now},
    )
    return member


def _must_be_in_range(places: int | None) -> None:
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
    _must_be_in_range(places)
    member.places = places
    member.save(update_fields=["places"])
    return member


@transaction.atomic
def leave_cohort(*, member_id: int, by: User, now: datetime) -> CohortMember:
    """Leave a cohort, before it is matched or after. Mentorships go on. Leaving twice is no error.

    Raises NotInCohort unless ``by`` is the member.
    """
    member = CohortMember.objects.select_for_update(of=("self",), no_key=True).filter(pk=member_id, person=by).first()
    if member is None:
        raise NotInCohort(_("You are not in this cohort."))
    if member.left_at is None:
        member.left_at = now
        member.save(update_fields=["left_at"])
    return member
