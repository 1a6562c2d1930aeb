"""Moves of a pair of a cohort that services and jobs share, with the messages that go with them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from accounts.models import MentorProfile, User
from accounts.notifications.write import notify, notify_all, skip_unsent
from matching.engine.rules import FOR_SOME_DAYS, LIMITS
from matching.locks import lock_live_pair
from matching.models import CohortDecision, CohortDraft, CohortPair, HelpRequest, Match
from matching.selectors.cohorts.over import is_in_cohort
from matching.selectors.cohorts.places import has_room, promised_places
from matching.selectors.suggestions import broken_rules
from mentorship.models import Cohort

BOTH = (Match.Side.MENTEE, Match.Side.MENTOR)
# Kinds of messages that ask for an answer. Their keys begin with the pair's uuid.
ASKS_FOR_AN_ANSWER = ("cohort_pair", "cohort_pair_reminder")
# Hard rules that keep no alternate from a mentee.
IGNORED = FOR_SOME_DAYS | LIMITS


def move_pair(pair: CohortPair, status: str, *, at: datetime) -> None:
    """Move a locked pair, and skip the unsent questions and reminders about it. Raises MoveNotAllowed."""
    was_proposed = pair.status == CohortPair.Status.PROPOSED
    pair.move_to(status, at=at)
    if was_proposed:
        skip_questions(pair, BOTH)


def skip_questions(pair: CohortPair, sides: Collection[str]) -> None:
    """Skip the unsent questions and reminders to those who need not answer any more."""
    skip_unsent(
        recipients=[pair.person_on(side) for side in sides],
        kinds=ASKS_FOR_AN_ANSWER,
        key_prefix=str(pair.uuid),
        reason="It needs no answer any more.",
    )


def tell_about_pair(person: User, kind: str, pair: CohortPair, now: datetime) -> None:
    """Write a message about a pair, once for each pair and kind."""
    notify(recipient=person, kind=kind, key=str(pair.uuid), payload={"cohort_pair": str(pair.uuid)}, now=now)


def withdraw_pair(pair: CohortPair, why: CohortPair.Why, *, tell: Collection[str], at: datetime) -> None:
    """Withdraw a locked live pair. Of the sides in ``tell``, those who have read of it are told.

    Somebody whose account is closed is never told.
    """
    were_told = pair.status == CohortPair.Status.PROPOSED
    pair.why_withdrawn = why
    move_pair(pair, CohortPair.Status.WITHDRAWN, at=at)
    for side in tell if were_told else ():
        if pair.person_on(side).is_active:
            tell_about_pair(pair.person_on(side), "cohort_pair_over", pair, at)


def end_pair_of(request: HelpRequest, *, at: datetime) -> None:
    """End the live pair of a help request that is not open any more, and tell its mentor. The caller locks it."""
    pair = lock_live_pair(request) if request.cohort_id is not None else None
    if pair is not None:
        withdraw_pair(pair, CohortPair.Why.REQUEST_OVER, tell=[Match.Side.MENTOR], at=at)


def end_impossible_pair(pair: CohortPair, *, now: datetime) -> None:
    """End a locked pair that cannot be any more, as ``impossible_pairs`` says, and tell who has read of it.

    The pairs of an archived cohort are taken back. Otherwise an alternate of the mentee is published, if they look for
    a mentor still. Those who left know it.
    """
    if pair.help_request.status != HelpRequest.Status.OPEN:
        withdraw_pair(pair, CohortPair.Why.REQUEST_OVER, tell=[Match.Side.MENTOR], at=now)
    elif _is_archived(pair):
        # The mentee reads that the cohort is over, once their request expires.
        withdraw_pair(pair, CohortPair.Why.TAKEN_BACK, tell=[Match.Side.MENTOR], at=now)
    else:
        here = [side for side in BOTH if is_in_cohort(pair, side)]
        withdraw_pair(pair, CohortPair.Why.NOT_POSSIBLE, tell=here, at=now)
        go_on(pair, now=now)


def go_on(pair: CohortPair, *, now: datetime) -> None:
    """Publish an alternate of a pair that ended. Without one, tell a mentee who has not read of the pair."""
    if propose_alternate(pair, now=now) is not None or pair.proposed_at is not None:
        return
    cohort = pair.help_request.cohort
    if cohort is not None and is_in_cohort(pair, Match.Side.MENTEE):
        round_number = CohortDraft.objects.values_list("round", flat=True).get(pk=pair.draft_id)
        tell_of_next_round([pair.help_request.mentee], cohort, round_number, now=now)


def tell_of_next_round(mentees: Sequence[User], cohort: Cohort, round_number: int, *, now: datetime) -> None:
    """Tell mentees that nobody is found for them yet, once in each round of a cohort."""
    notify_all(
        recipients=mentees,
        kind="cohort_next_round",
        key=f"{cohort.uuid}:{round_number}",
        payload={"cohort": str(cohort.uuid)},
        now=now,
    )


def lock_alternates(pairs: Collection[CohortPair]) -> None:
    """Lock the kept mentors of several locked pairs, by ascending key, before each of the pairs ends."""
    kept = {key for pair in pairs for key in pair.alternates}
    mentors = MentorProfile.objects.filter(pk__in=kept).order_by("pk")
    list(mentors.select_for_update(of=("self",), no_key=True).values_list("pk"))


def propose_alternate(pair: CohortPair, *, now: datetime) -> CohortPair | None:
    """Publish the first kept alternate of a locked pair that has ended. Return the new pair, None without one.

    The alternate is still in the cohort, breaks no hard rule but those of some days, was not forbidden, and has room
    besides those whom the newest draft gives them. All kept mentors are locked, by ascending key. The worker tells the
    two at its next run.
    """
    request = pair.help_request
    cohort_id = request.cohort_id
    if not pair.alternates or cohort_id is None or request.status != HelpRequest.Status.OPEN:
        return None
    if not is_in_cohort(pair, Match.Side.MENTEE):
        return None
    rows = MentorProfile.objects.filter(pk__in=pair.alternates).order_by("pk")
    locked = rows.select_for_update(of=("self",), no_key=True).select_related("user__profile")
    mentors = {mentor.pk: mentor for mentor in locked}
    broken = broken_rules(request, [mentor.user_id for mentor in mentors.values()], now=now)
    promised = promised_places(cohort_id, besides=request.pk)
    for row, key in enumerate(pair.alternates):
        mentor = mentors.get(key)
        if mentor is None or set(broken[mentor.user_id]) - IGNORED or _is_forbidden(pair, mentor):
            continue
        if has_room(mentor, cohort_id, promised=promised[mentor.user_id]):
            return CohortPair.objects.create(
                draft_id=pair.draft_id,
                help_request=request,
                mentor=mentor,
                # The worker judges it.
                fit=0,
                alternates=pair.alternates[row + 1 :],
                instead_of=pair,
                published_by_id=pair.published_by_id,
                published_at=now,
            )
    return None


def _is_archived(pair: CohortPair) -> bool:
    cohort = pair.help_request.cohort
    return cohort is not None and cohort.status == Cohort.Status.ARCHIVED


def _is_forbidden(pair: CohortPair, mentor: MentorProfile) -> bool:
    """Return whether an admin parted the two meanwhile, or a pair of theirs came to nothing before."""
    bans = CohortDecision.objects.filter(
        kind=CohortDecision.Kind.BAN,
        mentee__cohort=pair.help_request.cohort_id,
        mentee__person=pair.help_request.mentee_id,
        mentor__person=mentor.user_id,
    )
    before = CohortPair.objects.filter(
        help_request=pair.help_request, mentor=mentor, status__in=CohortPair.CAME_TO_NOTHING
    )
    return bans.exists() or before.exists()
