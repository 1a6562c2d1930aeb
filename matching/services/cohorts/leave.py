"""Leaving one side of a cohort, with all that waits there."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.locks import lock_profile
from accounts.models import User
from matching.locks import lock_request
from matching.models import HelpRequest
from matching.selectors.cohorts.members import current_request
from matching.services.withdraw import withdraw_help_request
from mentorship.exceptions import NotInCohort
from mentorship.models import CohortMember
from mentorship.services.cohorts.join import leave_cohort


@transaction.atomic
def leave_side(*, member_id: int, by: User, now: datetime) -> CohortMember:
    """Leave one side of a cohort. Leaving twice is no error.

    An open request for the cohort is withdrawn, and the mentee can ask again with the same words. A draft becomes an
    ordinary one. Mentorships go on. Raises NotInCohort unless ``by`` is the member.
    """
    member = CohortMember.objects.filter(pk=member_id, person=by).first()
    if member is None:
        raise NotInCohort(_("You are not in this cohort."))
    request = current_request(member.cohort_id, by) if member.side == CohortMember.Side.MENTEE else None
    if request is not None:
        # Locked before the profile, in the order of all locks.
        request = lock_request(request.pk)
    lock_profile(by.pk)
    member = leave_cohort(member_id=member.pk, by=by, now=now)
    end_what_waits(member, request, now=now)
    return member


def end_what_waits(member: CohortMember, request: HelpRequest | None, *, now: datetime) -> None:
    """End what waits in matching for somebody who left. ``request``: that of a mentee for the cohort, locked.

    A request that came after it was read is left to the sweep.
    """
    if request is None or request.cohort_id != member.cohort_id:
        return
    if request.status == HelpRequest.Status.OPEN:
        withdraw_help_request(help_request_id=request.pk, by=request.mentee, now=now)
    elif request.status == HelpRequest.Status.DRAFT:
        request.cohort = None
        request.save(update_fields=["cohort"])
