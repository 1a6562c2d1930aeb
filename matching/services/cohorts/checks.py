"""Checks of a request for a cohort."""

from __future__ import annotations

from django.utils.translation import gettext as _

from matching.exceptions import CohortRequestThere
from matching.models import HelpRequest
from matching.selectors.cohorts.members import CURRENT
from mentorship.exceptions import NotInCohort
from mentorship.models import CohortMember
from mentorship.selectors.cohorts import TAKES_REQUESTS


def must_be_for_a_cohort_of(mentee_id: int, cohort_id: int, *, help_request_id: int | None = None) -> None:
    """Raise NotInCohort, or CohortRequestThere if another current request than ``help_request_id`` is for the cohort.

    The caller holds the mentee's lock: somebody who leaves waits for it.
    """
    members = CohortMember.objects.filter(
        person=mentee_id,
        cohort=cohort_id,
        side=CohortMember.Side.MENTEE,
        left_at=None,
        cohort__status__in=TAKES_REQUESTS,
    )
    if not members.exists():
        raise NotInCohort(
            _(
                "You are no mentee of this cohort, or it is over. Join it by its link, or ask the whole community "
                "instead."
            )
        )
    current = HelpRequest.objects.filter(mentee=mentee_id, cohort=cohort_id, status__in=CURRENT)
    for other in current:
        if other.pk != help_request_id:
            raise CohortRequestThere(other.uuid)
