"""Organisers add people to a cohort, and change what they take part with."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.locks import lock_beginner
from accounts.models import MentorProfile, User
from accounts.models.addresses import plain_address
from accounts.models.mentor import CAPACITY_MAX
from mentorship.exceptions import CohortIsOver, MentorsOnly, NobodyToAdd, NotInCohort, PlacesOutOfRange
from mentorship.locks import lock_cohort
from mentorship.models import Cohort, CohortMember
from mentorship.services.cohorts.join import NOT_MENTORS
from mentorship.services.cohorts.organise import must_organise


@transaction.atomic
def add_member(*, cohort_id: int, by: User, address: str, side: str, places: int | None, now: datetime) -> CohortMember:
    """Add a person to one side of a cohort, at any time before it is archived. Somebody who left comes back.

    ``places``: for mentors, from 1 to CAPACITY_MAX; ignored for mentees.

    Raises NotAnOrganiser, NobodyToAdd, CohortIsOver, MentorsOnly, PlacesOutOfRange.
    """
    person = person_with(address)
    lock_beginner(person.pk)
    cohort = _lock(cohort_id, by)
    is_mentor = side == CohortMember.Side.MENTOR
    if is_mentor:
        if not MentorProfile.objects.filter(user=person).exclude(status__in=NOT_MENTORS).exists():
            raise MentorsOnly(_("They have not applied as a mentor. Ask them to do so first."))
        _must_be_in_range(places)
    member, _is_new = CohortMember.objects.update_or_create(
        cohort=cohort,
        person=person,
        side=side,
        defaults={"places": places if is_mentor else None, "left_at": None},
        create_defaults={"places": places if is_mentor else None, "joined_at": now},
    )
    return member


@transaction.atomic
def change_member(*, member_id: int, by: User, places: int | None, manager: User | None) -> CohortMember:
    """Change the places of a mentor, and who manages a person.

    Raises NotAnOrganiser, NotInCohort for somebody who left, CohortIsOver, PlacesOutOfRange, NobodyToAdd for somebody
    who would manage themselves.
    """
    _lock(CohortMember.objects.values_list("cohort_id", flat=True).get(pk=member_id), by)
    member = (
        CohortMember.objects.select_for_update(of=("self",), no_key=True).select_related("person").get(pk=member_id)
    )
    if member.left_at is not None:
        raise NotInCohort(_("They left the cohort meanwhile. Add them again first."))
    if manager is not None and manager.pk == member.person_id:
        raise NobodyToAdd(_("Nobody manages themselves. Choose somebody else."))
    if member.side == CohortMember.Side.MENTOR:
        _must_be_in_range(places)
        member.places = places
    member.manager = manager
    member.save(update_fields=["places", "manager"])
    return member


def person_with(address: str) -> User:
    """Return the person with an address who can log in. Raises NobodyToAdd, with one sentence for every cause."""
    people = User.objects.filter(email=plain_address(address), is_active=True, is_service=False, erased_at=None)
    person = people.filter(emailaddress__verified=True).distinct().first() if address.strip() else None
    if person is None:
        raise NobodyToAdd(_("No member with this address can be chosen. Send them the invitation link."))
    return person


def _lock(cohort_id: int, by: User) -> Cohort:
    cohort = lock_cohort(cohort_id)
    must_organise(by, cohort)
    if cohort.status == Cohort.Status.ARCHIVED:
        raise CohortIsOver(_("The cohort is archived. Nothing is changed in it any more."))
    return cohort


def _must_be_in_range(places: int | None) -> None:
    if places is None or not 1 <= places <= CAPACITY_MAX:
        raise PlacesOutOfRange(_("Choose from 1 to %(most)s mentees.") % {"most": CAPACITY_MAX})
