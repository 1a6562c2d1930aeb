"""Organisers put somebody into a cohort, who is told."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.locks import lock_beginner
from accounts.models import User
from matching.cohort_places import tell_added
from mentorship.models import CohortMember
from mentorship.services.cohorts.members import add_member, person_with


@transaction.atomic
def add_and_tell(
    *, cohort_id: int, by: User, address: str, side: str, places: int | None, now: datetime
) -> CohortMember:
    """Add a person to one side of a cohort, as ``add_member`` does, and tell them.

    Nobody is told who was on this side before, or who adds themselves. Raises what ``add_member`` raises.
    """
    person = person_with(address)
    # Somebody who joins by the link meanwhile waits for this lock.
    lock_beginner(person.pk)
    was_in = CohortMember.objects.filter(cohort=cohort_id, person=person, side=side, left_at=None).exists()
    member = add_member(cohort_id=cohort_id, by=by, address=address, side=side, places=places, now=now)
    if not was_in and person.pk != by.pk:
        tell_added([member], now=now)
    return member
