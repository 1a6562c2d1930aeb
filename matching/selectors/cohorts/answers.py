"""Published pairs of cohorts for those who run the cohort: who answered what, and what became of a round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from matching.models import NOBODY, CohortDraft, CohortPair, Match
from matching.models.cohort_pair import ALTERNATES_MAX
from mentorship.models import Cohort, CohortMember

# Published pairs can be taken back within this time.
TAKE_BACK_WITHIN = timedelta(days=1)
Status = CohortPair.Status
Side = Match.Side


@dataclass(frozen=True, slots=True, kw_only=True)
class PairState:
    """A pair for those who run its cohort.

    - ``silent``: the sides who have not answered, while it waits.
    - ``mentee_key``: the membership of the mentee, if the reader can take the pair back now.
    """

    pair: CohortPair
    silent: tuple[Side, ...]
    by_alternate: bool
    mentee_key: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """The outcome of a round so far. The numbers are pairs, with alternates, but for those of mentees.

    - ``drafted``: pairs of the newest draft with published ones. ``published``: mentees for whom one was published.
    - ``waiting``: published or proposed. ``by_alternate``: confirmed ones with a mentor who was kept as an alternate.
    - ``total``, ``confirmed_total``: sums of fits, in points. ``share``: of the total that was confirmed, 0 to 1; None
      without a pair.
    """

    drafted: int
    published: int
    confirmed: int
    waiting: int
    declined_by_mentee: int
    declined_by_mentor: int
    expired: int
    withdrawn: int
    by_alternate: int
    total: float
    confirmed_total: float

    @property
    def share(self) -> float | None:
        return self.confirmed_total / self.total if self.total else None


def pairs_of_round(cohort: Cohort, number: int, *, waiting: bool = False) -> QuerySet[CohortPair]:
    """Return the published pairs of a round, by the mentee's name, each alternate after the pair that it replaces.

    ``waiting``: those alone that wait for an answer. For those who run the cohort alone: ``declined_by`` and
    ``decline_reason`` are theirs to read.
    """
    pairs = pairs_of_cohort(cohort).filter(draft__round=number)
    return pairs.filter(status__in=CohortPair.LIVE) if waiting else pairs


def states_of(pairs: Iterable[CohortPair], *, by: User, now: datetime) -> list[PairState]:
    """Return pairs as ``by`` reads them. One query, besides that of the pairs."""
    shown = list(pairs)
    of_mentee = CohortMember.objects.filter(
        cohort=OuterRef("draft__cohort"), person=OuterRef("help_request__mentee"), side=CohortMember.Side.MENTEE
    )
    possible = to_take_back(CohortPair.objects.filter(pk__in=[pair.pk for pair in shown]), by=by, now=now)
    key_of = dict(possible.values_list("pk", Subquery(of_mentee.values("pk"))))
    return [
        PairState(
            pair=pair,
            silent=tuple(silent_sides(pair)),
            by_alternate=pair.instead_of_id is not None,
            mentee_key=key_of.get(pair.pk),
        )
        for pair in shown
    ]


def to_take_back(pairs: QuerySet[CohortPair], *, by: User, now: datetime) -> QuerySet[CohortPair]:
    """Return those of some pairs that ``by`` can take back now: each waits, and was published within a day.

    An alternate counts from the first of the pairs that it replaces. Nobody takes a pair of their own back.
    """
    # A pair replaces as many as there are alternates, at most.
    first = Coalesce(*("instead_of__" * steps + "published_at" for steps in range(ALTERNATES_MAX, -1, -1)))
    waiting = pairs.filter(status__in=CohortPair.LIVE).annotate(first_published_at=first)
    in_time = waiting.filter(first_published_at__gt=now - TAKE_BACK_WITHIN)
    return in_time.exclude(Q(help_request__mentee=by) | Q(mentor__user=by))


def pairs_of_cohort(cohort: Cohort, *, status: str | None = None) -> QuerySet[CohortPair]:
    """Return the published pairs of all rounds, or those in one status: the newest round first, then as in a round."""
    pairs = CohortPair.objects.filter(draft__cohort=cohort, **({"status": status} if status else {}))
    read = pairs.select_related("help_request__mentee", "mentor__user", "draft").only(
        *("uuid", "fit", "status", "declined_by", "decline_reason", "why_withdrawn", "instead_of"),
        *("published_at", "proposed_at", "answer_due_at", "ended_at", "mentee_yes_at", "mentor_yes_at"),
        *("help_request__mentee__name", "mentor__user__name", "draft__round", "draft__number", "draft__uuid"),
    )
    return read.order_by("-draft__round", "help_request__mentee__name", "help_request", "published_at", "pk")


def drafts_to_take_back(cohort: Cohort, number: int, *, by: User, now: datetime) -> QuerySet[CohortDraft]:
    """Return the drafts of a round with pairs that ``by`` can take back now, as their numbers, the newest first."""
    possible = to_take_back(CohortPair.objects.filter(draft=OuterRef("pk")), by=by, now=now)
    drafts = CohortDraft.objects.filter(Exists(possible), cohort=cohort, round=number)
    return drafts.only("number").order_by("-number", "pk")


def losses_of(cohort: Cohort) -> list[tuple[int, Loss]]:
    """Return the loss of each round in which pairs were published, the newest first. One query, and two a round."""
    published = CohortDraft.objects.filter(Exists(CohortPair.objects.filter(draft=OuterRef("pk"))), cohort=cohort)
    rounds = sorted(set(published.values_list("round", flat=True)), reverse=True)
    return [(number, loss_of_round(cohort, number)) for number in rounds]


def _of_round(cohort: Cohort, number: int) -> QuerySet[CohortPair]:
    return CohortPair.objects.filter(draft__cohort=cohort, draft__round=number)


def statuses_of(draft: CohortDraft, mentees: Collection[int]) -> dict[int, str]:
    """Return the status and the mentor, in words, of the newest pair of each of these mentees, of whichever draft.

    ``mentees``: keys of members of the draft. Those without a pair are left out.
    """
    if draft.scores is None:
        return {}
    wanted = set(mentees)
    all_mentees = zip(draft.scores.mentees, draft.scores.requests, strict=True)
    member = {request: key for key, request in all_mentees if key in wanted}
    pairs = CohortPair.objects.filter(help_request__in=member).order_by("pk")
    rows = pairs.values_list("help_request", "status", "mentor__user__name")
    return {member[request]: f"{Status(status).label}: {mentor}" for request, status, mentor in rows}


def published_mentees(draft: CohortDraft) -> set[int]:
    """Return the keys of the mentees with a mentor in a draft whose pair waits for answers or was confirmed."""
    if draft.scores is None:
        return set()
    rows = {
        request: mentee
        for request, mentee, mentor in zip(draft.scores.requests, draft.scores.mentees, draft.mentor_of, strict=True)
        if mentor != NOBODY
    }
    current = CohortPair.objects.filter(status__in=CohortPair.CURRENT, help_request__in=rows)
    return {rows[request] for request in current.values_list("help_request", flat=True)}


def silent_sides(pair: CohortPair) -> Iterable[Side]:
    """Return the sides of a proposed pair that have not answered. None of another pair."""
    if pair.status != Status.PROPOSED:
        return []
    return [side for side in (Side.MENTEE, Side.MENTOR) if pair.yes_at(side) is None]


def loss_of_round(cohort: Cohort, number: int) -> Loss:
    """Return what became of the pairs of all drafts of a round. Two queries.

    An edit makes a draft of the same pairs. So ``drafted`` is of one draft: the newest with a published pair.
    """
    rows = list(
        _of_round(cohort, number).values_list("status", "declined_by", "instead_of", "fit", "help_request", "draft")
    )
    made = CohortDraft.objects.filter(cohort=cohort, round=number, status=CohortDraft.Status.DONE)
    if rows:
        made = made.filter(pk__in={draft for *_rest, draft in rows})
    mentor_of, fits = made.order_by("-number").values_list("mentor_of", "fits").first() or ([], [])
    counts = Counter(status for status, *_rest in rows)
    declined = Counter(side for _status, side, *_rest in rows if side)
    confirmed = [(fit, before) for status, _side, before, fit, *_rest in rows if status == Status.CONFIRMED]
    chosen = [fit for mentor, fit in zip(mentor_of, fits, strict=True) if mentor != NOBODY]
    return Loss(
        drafted=len(chosen),
        published=len({request for *_rest, request, _draft in rows}),
        confirmed=counts[Status.CONFIRMED],
        waiting=counts[Status.PUBLISHED] + counts[Status.PROPOSED],
        declined_by_mentee=declined[Side.MENTEE],
        declined_by_mentor=declined[Side.MENTOR],
        expired=counts[Status.EXPIRED],
        withdrawn=counts[Status.WITHDRAWN],
        by_alternate=sum(before is not None for _fit, before in confirmed),
        total=sum(chosen) / 100,
        confirmed_total=float(sum(fit for fit, _before in confirmed)),
    )
