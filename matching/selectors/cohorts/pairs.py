"""Pairs of cohorts for the two of a pair."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Q, QuerySet

from accounts.models import User
from matching.models import CohortPair, HelpRequest, Match
from matching.selectors.cohorts.over import is_in_cohort, with_pairs_apart, without_pairs_apart
from matching.selectors.cohorts.places import has_room
from matching.selectors.shown import MenteeCard, MentorCard, mentee_card, mentor_card
from mentorship.models import Cohort

Status = CohortPair.Status
Side = Match.Side


class State(StrEnum):
    """The state of a pair for one of the two. Nobody reads whether the other side has answered."""

    MINE = "mine"  # waits for my answer
    WAITS = "waits"  # I said yes
    CONFIRMED = "confirmed"
    OVER = "over"


class Why(StrEnum):
    """Why a pair is over, for one of the two. ``OTHER`` holds all that the reader may not know apart."""

    MY_NO = "my_no"
    MY_SILENCE = "my_silence"
    TAKEN_BACK = "taken_back"
    REQUEST_OVER = "request_over"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairCard:
    """A pair for one of the two. ``mentor`` is there for the mentee, ``mentee`` for the mentor.

    ``why`` is there once it is over. ``another``: another mentor was proposed instead, for the mentee.
    """

    pair: CohortPair
    side: Side
    state: State
    why: Why | None
    another: bool
    mentor: MentorCard | None
    mentee: MenteeCard | None
    reasons: list[str]

    @property
    def other(self) -> MentorCard | MenteeCard:
        card = self.mentor or self.mentee
        assert card is not None  # noqa: S101 -- one of the two is there
        return card

    @property
    def answer(self) -> str:
        """The reader's own answer: yes, no, or nothing."""
        if self.why == Why.MY_NO:
            return "no"
        return "yes" if self.pair.yes_at(self.side) is not None else ""

    @property
    def answer_due_at(self) -> datetime | None:
        """Until when an answer is waited for. None once it is over."""
        return self.pair.answer_due_at if self.is_open else None

    @property
    def ended_at(self) -> datetime | None:
        """Since when it is over. None as well if the reader may not know why: the time would tell causes apart."""
        return None if self.is_open or self.why == Why.OTHER else self.pair.ended_at

    @property
    def is_open(self) -> bool:
        return self.state in (State.MINE, State.WAITS)


def pairs_of_person(person: User) -> QuerySet[CohortPair]:
    """Return the pairs that were proposed to a person on either side, the newest first, with all that cards read."""
    return (
        with_pairs_apart(read_fully(own_pairs(person)))
        .prefetch_related(
            "help_request__corrections",
            "help_request__mentee__profile__languages",
            "help_request__mentee__profile__career",
            "mentor__user__profile__languages",
            "mentor__user__profile__career",
        )
        .order_by("-proposed_at", "-pk")
    )


def own_pairs(person: User) -> QuerySet[CohortPair]:
    """Return the pairs that were proposed to a person, to find one of them."""
    mine = Q(help_request__mentee=person) | Q(mentor__user=person)
    return CohortPair.objects.filter(mine, proposed_at__isnull=False)


def read_fully(pairs: QuerySet[CohortPair]) -> QuerySet[CohortPair]:
    """Return pairs with the people, the request and the mentorship. The draft is large, and not read."""
    return pairs.select_related(
        "help_request__mentee__profile",
        "help_request__goal__kind",
        "help_request__session_kind",
        "help_request__cohort",
        "mentor__user__profile",
        "match__mentorship",
        "replaced_by",
    )


def waiting_pairs(person: User) -> QuerySet[CohortPair]:
    """Return the proposed pairs of a person, by deadline. Two who are kept apart wait for nothing."""
    pairs = without_pairs_apart(own_pairs(person).filter(status=Status.PROPOSED))
    return with_pairs_apart(read_fully(pairs)).order_by("answer_due_at", "pk")


def card_of_request(request: HelpRequest) -> PairCard | None:
    """Return the proposed pair of an open request to its mentee, while it waits for one of the two."""
    pair = waiting_pairs(request.mentee).filter(help_request=request).first()
    card = card_of(pair, to=request.mentee) if pair else None
    return card if card and card.state != State.OVER else None


def card_of(pair: CohortPair, *, to: User) -> PairCard | None:
    """Return a pair as one of the two may read it, None for anybody else. It carries ``is_kept_apart``."""
    side = pair.side_of(to)
    if side is None:
        return None
    state = state_of(pair, side)
    match = _as_match(pair, state)
    is_mentee = side == Side.MENTEE
    # An ended pair shows no reasons: they tell of the other side.
    reasons = [] if state == State.OVER else pair.reasons if is_mentee else pair.mentor_reasons
    return PairCard(
        pair=pair,
        side=side,
        state=state,
        why=_why(pair, side) if state == State.OVER else None,
        another=is_mentee and state == State.OVER and _is_replaced(pair),
        mentor=mentor_card(match) if is_mentee else None,
        mentee=None if is_mentee else mentee_card(match),
        reasons=reasons,
    )


def may_get_another(card: PairCard) -> bool:
    """Return whether somebody else may be proposed in the cohort to the reader of a pair that is over.

    Five queries at most. A pair that cannot be any more takes no place, as if the sweep had ended it.
    """
    pair = card.pair
    request = pair.help_request
    if request.cohort is None or request.cohort.status == Cohort.Status.ARCHIVED:
        return False
    if card.side == Side.MENTOR:
        return has_room(pair.mentor, request.cohort.pk, but=pair if pair.status in CohortPair.LIVE else None)
    return request.status == HelpRequest.Status.OPEN and is_in_cohort(pair, Side.MENTEE)


def state_of(pair: CohortPair, side: Side) -> State:
    """Return what a pair is for a side. It carries ``is_kept_apart``."""
    if pair.status == Status.CONFIRMED:
        return State.CONFIRMED
    both_are_here = pair.help_request.mentee.is_active and pair.mentor.user.is_active
    if pair.status != Status.PROPOSED or pair.is_kept_apart or not both_are_here:  # type: ignore[attr-defined]
        return State.OVER
    return State.MINE if pair.yes_at(side) is None else State.WAITS


def _why(pair: CohortPair, side: Side) -> Why:
    if pair.status == Status.DECLINED and pair.declined_by == side:
        return Why.MY_NO
    if pair.status == Status.EXPIRED and pair.yes_at(side) is None:
        return Why.MY_SILENCE
    if pair.why_withdrawn == CohortPair.Why.TAKEN_BACK:
        return Why.TAKEN_BACK
    return Why.REQUEST_OVER if pair.why_withdrawn == CohortPair.Why.REQUEST_OVER else Why.OTHER


def _is_replaced(pair: CohortPair) -> bool:
    """Return whether another pair came instead, and has not failed before it was proposed."""
    after = getattr(pair, "replaced_by", None)
    while after is not None and after.status == Status.WITHDRAWN and after.proposed_at is None:
        after = getattr(after, "replaced_by", None)
    return after is not None


def _as_match(pair: CohortPair, state: State) -> Match:
    """Return a match that shows as much as a pair does: the cards of matches decide by state and side.

    A proposed pair shows what a question shows, as both have joined the cohort for it. It is not to be saved.
    """
    if state == State.CONFIRMED and pair.match is not None:
        match = pair.match
    else:
        asked_at = pair.proposed_at or pair.published_at
        ended_at = pair.ended_at or pair.published_at
        match = (
            Match(status=Match.Status.WITHDRAWN, asked_at=asked_at, ended_at=ended_at)
            if state == State.OVER
            else Match(status=Match.Status.ASKED, asked_at=asked_at)
        )
    match.help_request, match.mentor = pair.help_request, pair.mentor
    match.is_kept_apart = pair.is_kept_apart  # type: ignore[attr-defined]
    return match
