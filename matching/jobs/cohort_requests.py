"""Requests of cohorts: reminding mentees who have none, and ending those whose cohort or place in it is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.notifications.write import notify
from accounts.sweep import each_due
from matching.locks import lock_live_pair, try_lock_request
from matching.models import CohortPair, HelpRequest, Match
from matching.moves import tell_mentee
from matching.pair_moves import end_pair_of, withdraw_pair
from matching.selectors.cohorts.members import mentees_without_request
from mentorship.models import Cohort, CohortMember

# The mail comes so long before the last day to join, and never on the day on which somebody joined.
REMIND_BEFORE = timedelta(days=3)
TIME_TO_WRITE = timedelta(days=1)


def remind_of_requests(*, now: datetime) -> int:
    """Write once to mentees of open cohorts who have not submitted a request. Return how many."""
    return each_due(_to_remind(now), lambda member_id: _remind(member_id, now=now))


def expire_of_archived(*, now: datetime) -> int:
    """Expire the open requests of archived cohorts, and tell their mentees how to go on. Return how many.

    Their pairs that wait for answers are taken back, and the mentors are told.
    """
    return each_due(_of_archived(), lambda request_id: _expire(request_id, now=now))


def withdraw_of_left(*, now: datetime) -> int:
    """Withdraw open requests whose mentee is not in the cohort any more. Return how many.

    Leaving does so at once. This is for places that were removed otherwise.
    """
    return each_due(_of_left(), lambda request_id: _withdraw(request_id, now=now))


def free_drafts(*, now: datetime) -> int:
    """Make ordinary drafts of those whose cohort is over, or whose mentee has left it. Return how many."""
    return each_due(_drafts(), _free)


@transaction.atomic
def _remind(member_id: int, *, now: datetime) -> bool:
    rows = _to_remind(now).select_for_update(skip_locked=True, of=("self",), no_key=True)
    member = rows.filter(pk=member_id).first()
    if member is None:
        return False
    member.reminded_at = now
    member.save(update_fields=["reminded_at"])
    payload = {"member": str(member.uuid)}
    return notify(
        recipient=member.person, kind="cohort_request_missing", key=str(member.uuid), payload=payload, now=now
    )


@transaction.atomic
def _expire(request_id: int, *, now: datetime) -> bool:
    request = try_lock_request(_of_archived(), request_id)
    if request is None:
        return False
    pair = lock_live_pair(request)
    # Moved before the message is written: it is about an expired request.
    request.move_to(HelpRequest.Status.EXPIRED, at=now)
    if pair is not None:
        withdraw_pair(pair, CohortPair.Why.TAKEN_BACK, tell=[Match.Side.MENTOR], at=now)
    tell_mentee(request, "cohort_over", since=now, now=now)
    return True


@transaction.atomic
def _withdraw(request_id: int, *, now: datetime) -> bool:
    request = try_lock_request(_of_left(), request_id)
    if request is None:
        return False
    request.move_to(HelpRequest.Status.WITHDRAWN, at=now)
    end_pair_of(request, at=now)
    return True


@transaction.atomic
def _free(request_id: int) -> bool:
    draft = try_lock_request(_drafts(), request_id)
    if draft is None:
        return False
    draft.cohort = None
    draft.save(update_fields=["cohort"])
    return True


def _to_remind(now: datetime) -> QuerySet[CohortMember]:
    soon_on = (now + REMIND_BEFORE).astimezone(UTC).date()
    members = mentees_without_request().filter(
        cohort__status=Cohort.Status.OPEN,
        cohort__joins_until_on__lte=soon_on,
        joined_at__lte=now - TIME_TO_WRITE,
        reminded_at=None,
    )
    return members.order_by("joined_at", "pk")


def _of_cohorts(status: str) -> QuerySet[HelpRequest]:
    return HelpRequest.objects.filter(cohort__isnull=False, status=status).order_by("pk")


def _of_archived() -> QuerySet[HelpRequest]:
    return _of_cohorts(HelpRequest.Status.OPEN).filter(cohort__status=Cohort.Status.ARCHIVED)


def _of_left() -> QuerySet[HelpRequest]:
    return _without_place(_of_cohorts(HelpRequest.Status.OPEN)).exclude(cohort__status=Cohort.Status.ARCHIVED)


def _drafts() -> QuerySet[HelpRequest]:
    drafts = _of_cohorts(HelpRequest.Status.DRAFT)
    return (drafts.filter(cohort__status=Cohort.Status.ARCHIVED) | _without_place(drafts)).order_by("pk")


def _without_place(requests: QuerySet[HelpRequest]) -> QuerySet[HelpRequest]:
    places = CohortMember.objects.filter(
        cohort=OuterRef("cohort"), person=OuterRef("mentee"), side=CohortMember.Side.MENTEE, left_at=None
    )
    return requests.filter(~Exists(places))
