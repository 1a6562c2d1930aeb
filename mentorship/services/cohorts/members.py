"""Organisers add people to a cohort, and change what they take part with."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.locks import lock_beginner
from accounts.models import User
from accounts.models.addresses import plain_address
from mentorship.exceptions import CohortIsOver, MentorsOnly, NobodyToAdd, NotInCohort
from mentorship.locks import lock_cohort
from mentorship.models import Cohort, CohortMember
from mentorship.services.cohorts.join import may_mentor, must_be_in_range, put_in
from mentorship.services.cohorts.organise import must_organise


@transaction.atomic
def add_member(*, cohort_id: int, by: User, address: str, side: str, places: int | None, now: datetime) -> CohortMember:
    """Add a person to one side of a cohort, at any time before it is archived.

    Somebody whom an organiser took out comes back. Who left themselves has decided so: they come back by the link only.

    ``places``: for mentors, from 1 to CAPACITY_MAX; ignored for mentees.

    Raises NotAnOrganiser, NobodyToAdd for who left themselves too, CohortIsOver, MentorsOnly, PlacesOutOfRange.
    """
    person = person_with(address)
    lock_beginner(person.pk)
    cohort = _lock(cohort_id, by)
    own = CohortMember.objects.filter(cohort=cohort, person=person, side=side)
    if own.filter(left_at__isnull=False, is_taken_out=False).exists():
        raise NobodyToAdd(_("They have left this cohort themselves. They can come back by the invitation link."))
    if side == CohortMember.Side.MENTOR and not may_mentor(person):
        raise MentorsOnly(_("They have not applied as a mentor. Ask them to do so first."))
    return put_in(cohort, person, side=side, places=places, now=now)


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
        raise NotInCohort(_("They are not in the cohort any more. Only somebody who was taken out can be added again."))
    if manager is not None and manager.pk == member.person_id:
        raise NobodyToAdd(_("Nobody manages themselves. Choose somebody else."))
    if member.side == CohortMember.Side.MENTOR:
        must_be_in_range(places)
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
