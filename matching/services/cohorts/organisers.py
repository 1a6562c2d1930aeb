"""Somebody becomes an organiser of a cohort, and is told."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.notifications.write import notify
from mentorship.models import CohortOrganiser
from mentorship.services.cohorts.organise import add_organiser

KINDS = {CohortOrganiser.Part.MANAGER.value: "cohort_given", CohortOrganiser.Part.EMPLOYER.value: "cohort_numbers"}


@transaction.atomic
def add_organiser_and_tell(*, cohort_id: int, person: User, part: str, by: User, now: datetime) -> CohortOrganiser:
    """Add an organiser, as ``add_organiser`` does, and tell them.

    Nobody is told twice of a part. Whoever adds themselves is not told. Raises what ``add_organiser`` raises.
    """
    had_it = CohortOrganiser.objects.filter(cohort=cohort_id, person=person, part=part).exists()
    organiser = add_organiser(cohort_id=cohort_id, person=person, part=part, by=by)
    if not had_it and person.pk != by.pk:
        # The key of the row: two who add somebody at once tell them once, and whoever comes back is told again.
        key = str(organiser.pk)
        notify(recipient=person, kind=KINDS[organiser.part], key=key, payload={"organiser": key}, now=now)
    return organiser
