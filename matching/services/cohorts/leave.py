"""Leaving one side of a cohort, with all that waits there."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.doorbell import ring_after_commit
from accounts.locks import lock_profile
from accounts.models import User
from matching.locks import lock_pairs, lock_request
from matching.models import CohortPair, HelpRequest
from matching.pair_moves import end_impossible_pair, lock_alternates
from matching.selectors.cohorts.members import current_request
from matching.services.withdraw import withdraw_help_request
from matching.tasks import propose_pairs
from mentorship.exceptions import NotInCohort
from mentorship.models import CohortMember
from mentorship.services.cohorts.join import leave_cohort
from mentorship.services.cohorts.organise import must_organise


@transaction.atomic
def take_out(*, member_id: int, by: User, now: datetime) -> CohortMember:
    """Take somebody out of one side of a cohort, as if they left. They may be added again. Twice is no error.

    Raises NotAnOrganiser.
    """
    member = CohortMember.objects.select_related("cohort", "person").get(pk=member_id)
    must_organise(by, member.cohort)
    return leave_side(member_id=member.pk, by=member.person, now=now, is_taken_out=True)


@transaction.atomic
def leave_side(*, member_id: int, by: User, now: datetime, is_taken_out: bool = False) -> CohortMember:
    """Leave one side of a cohort. Leaving twice is no error. ``is_taken_out``: an organiser ends it.

    An open request for the cohort is withdrawn, and the mentee can ask again with the same words. A draft becomes an
    ordinary one. Pairs that wait for answers end: the other side is told, and the mentees of a mentor get an alternate.
    Mentorships go on. Raises NotInCohort unless ``by`` is the member.
    """
    member = CohortMember.objects.filter(pk=member_id, person=by).first()
    if member is None:
        raise NotInCohort(_("You are not in this cohort."))
    is_mentee = member.side == CohortMember.Side.MENTEE
    # Locked before the profile, in the order of all locks. What comes after they were read is left to the sweeps.
    request = current_request(member.cohort_id, by) if is_mentee else None
    if request is not None:
        request = lock_request(request.pk)
    pairs = [] if is_mentee else lock_pairs(_live_pairs(member))
    lock_profile(by.pk)
    member = leave_cohort(member_id=member.pk, by=by, now=now, is_taken_out=is_taken_out)
    if request is not None and request.cohort_id == member.cohort_id:
        _end_request(request, now=now)
    if pairs:
        lock_alternates(pairs)
        for pair in pairs:
            end_impossible_pair(pair, now=now)
        ring_after_commit(propose_pairs)
    return member


def _live_pairs(mentor: CohortMember) -> QuerySet[CohortPair]:
    return CohortPair.objects.filter(
        mentor__user=mentor.person_id, help_request__cohort=mentor.cohort_id, status__in=CohortPair.LIVE
    )


def _end_request(request: HelpRequest, *, now: datetime) -> None:
    """Withdraw a locked request, with its pair, or make an ordinary draft of a draft."""
    if request.status == HelpRequest.Status.OPEN:
        withdraw_help_request(help_request_id=request.pk, by=request.mentee, now=now)
    elif request.status == HelpRequest.Status.DRAFT:
        request.cohort = None
        request.save(update_fields=["cohort"])
