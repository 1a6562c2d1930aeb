"""The cost of an edit of a draft before it is made, and its refusals, with names. For admins, in English."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from matching.engine.assignment import NOT_ELIGIBLE, Assignment, BadCohort, Cost, Problem, Value, assign
from matching.engine.rules import FOR_SOME_DAYS, LIMITS
from matching.engine.why_not import PRIVATE_RULES
from matching.exceptions import EditNotPossible
from matching.models import NOBODY, CohortDecision, CohortDraft, HelpRequest
from matching.selectors.cohorts.findings import RULES_IN_WORDS, joined, names_of
from matching.selectors.cohorts.kept import Keys, Names, Seats, assignment_of, result_of, seats_of
from matching.selectors.cohorts.reading import ended_pairs, held_pairs
from matching.selectors.suggestions import broken_rules
from matching.selectors.words_for_admins import UNAVAILABLE, rules_in_words
from mentorship.models import CohortMember

# Hard rules that are none in a cohort.
IGNORED = FOR_SOME_DAYS | LIMITS
# People who are named as moved.
MOVED_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Edit:
    """Pairs of keys: a mentee and a mentor of the cohort."""

    pin: tuple[Keys, ...] = ()
    forbid: tuple[Keys, ...] = ()
    release: tuple[Keys, ...] = ()

    @property
    def pairs(self) -> tuple[Keys, ...]:
        return (*self.pin, *self.forbid, *self.release)

    def in_words(self, names: Mapping[int, str]) -> str:
        """Return what the edit does: "Pinned Ann and Bob. Released Cem and Dee."."""
        parts = [("Pinned", self.pin), ("Forbade", self.forbid), ("Released", self.release)]
        return " ".join(f"{verb} {_pairs(pairs, names)}." for verb, pairs in parts if pairs)


@dataclass(frozen=True, slots=True)
class Moved:
    """A mentee who gets another mentor, or none: names. "" for nobody. ``mentee_key``: of the member."""

    mentee_key: int
    mentee: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Pairs that were published: ``held`` wait or are confirmed, ``ended`` came to nothing. Keys of members."""

    held: frozenset[Keys] = frozenset()
    ended: frozenset[Keys] = frozenset()


@dataclass(frozen=True, eq=False, slots=True)
class EditCost:
    """``matched``, ``worst``, ``total``: the differences, negative for a loss; fits in points, 0 to 100, two decimals.

    ``before`` and ``after``: the values. ``moved_count`` counts all mentees who get another mentor or none; ``moved``
    has the first MOVED_SHOWN of them, by name. ``sentence`` says it all in short. ``cost``: as the engine has it.
    ``pinned``: the pairs that people pinned, after the edit. ``standing``: the published pairs that it was made of.
    """

    what: str
    matched: int
    worst: float
    total: float
    before: Value
    after: Value
    moved_count: int
    moved: tuple[Moved, ...]
    cost: Cost = field(repr=False)
    pinned: frozenset[Keys] = frozenset()
    standing: Standing = Standing()

    @property
    def sentence(self) -> str:
        parts = [
            _change(self.matched, "pair", "pairs"),
            f"{self.total:+.2f} points in total" if self.total else "",
            f"{self.worst:+.2f} points for the worst pair" if self.worst else "",
        ]
        change = joined([part for part in parts if part]) if any(parts) else "It costs nothing"
        return f"{change}. Mentees who get another mentor, or none: {self.moved_count}."


def cost_of_edit(
    draft: CohortDraft,
    *,
    pin: Iterable[Keys] = (),
    forbid: Iterable[Keys] = (),
    release: Iterable[Keys] = (),
    now: datetime,
) -> EditCost:
    """Return what an edit would cost. Nothing is stored. Pairs are keys of members: mentee, mentor.

    Pairs that were published and wait, or are confirmed, stay together. Those that ended stay apart.
    Raises EditNotPossible with a sentence that names people, DraftNotMade.
    """
    edit = Edit(tuple(map(_keys, pin)), tuple(map(_keys, forbid)), tuple(map(_keys, release)))
    before = assignment_of(draft)
    assert draft.scores is not None  # noqa: S101 -- for mypy: ``assignment_of`` refuses it
    seats = seats_of(draft.scores)
    names = names_of({key for keys in edit.pairs for key in keys}, cohort_id=draft.cohort_id)
    standing = standing_of(draft)
    problem, pinned = _edited(draft, before.problem, seats, edit, standing, names, now)
    try:
        cost = Cost(before, assign(problem, like=before))
    except BadCohort:
        raise EditNotPossible("This cannot be made of the fits of this draft. Ask for a new one.") from None
    return replace(in_words(cost, seats, edit.in_words(names)), pinned=pinned, standing=standing)


def standing_of(draft: CohortDraft) -> Standing:
    """Return the published pairs of the cohort as they are now."""
    return Standing(frozenset(held_pairs(draft.cohort)), frozenset(ended_pairs(draft.cohort)))


def in_words(cost: Cost, seats: Seats, what: str) -> EditCost:
    """Return a cost with the names of those who move. One query."""
    before, after = cost.values
    moved = _moved(cost, seats)
    return EditCost(
        what=what,
        matched=cost.matched,
        worst=cost.worst / 100 if before.matched and after.matched else 0.0,
        total=cost.total / 100,
        before=before,
        after=after,
        moved_count=len(cost.moved),
        moved=moved,
        cost=cost,
    )


def _moved(cost: Cost, seats: Seats) -> tuple[Moved, ...]:
    def mentor(assignment: Assignment, mentee: int) -> int | None:
        index = int(assignment.mentor_of[mentee])
        return None if index == NOBODY else seats.mentors[index]

    rows = [(mentee, mentor(cost.before, mentee), mentor(cost.after, mentee)) for mentee in cost.moved]
    names = names_of(
        {seats.mentees[mentee] for mentee, *_ in rows} | {key for _, *both in rows for key in both if key is not None}
    )
    found = [
        Moved(
            seats.mentees[mentee],
            names.get(seats.mentees[mentee], ""),
            *("" if key is None else names.get(key, "") for key in both),
        )
        for mentee, *both in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.mentee, one.mentee_key))[:MOVED_SHOWN])


def swap_of(draft: CohortDraft, one: int, other: int) -> tuple[Keys, Keys]:
    """Return the two pins that give each of two mentees the mentor of the other. Raises EditNotPossible."""
    assert draft.scores is not None  # noqa: S101 -- for mypy: a draft that is made has scores
    seats, names = seats_of(draft.scores), names_of({one, other}, cohort_id=draft.cohort_id)
    mentors = []
    for key in (one, other):
        row = seats.row.get(key)
        if row is None:
            raise EditNotPossible(f"{_name(key, names)} is no mentee of this draft.")
        if draft.mentor_of[row] == NOBODY:
            raise EditNotPossible(f"{_name(key, names)} has no mentor to swap. Pin a mentor instead.")
        mentors.append(seats.mentors[draft.mentor_of[row]])
    if mentors[0] == mentors[1]:
        raise EditNotPossible(
            f"{_name(one, names)} and {_name(other, names)} have the same mentor. Choose two with different ones."
        )
    return (one, mentors[1]), (other, mentors[0])


def _edited(
    draft: CohortDraft,
    problem: Problem,
    seats: Seats,
    edit: Edit,
    standing: Standing,
    names: Mapping[int, str],
    now: datetime,
) -> tuple[Problem, frozenset[Keys]]:
    """Return the problem with the edit, the decisions of now, and pairs that were published; and the pairs pinned.

    Raises EditNotPossible.
    """
    pins, bans = decided(draft)
    _must_be_plain(edit, seats, pins | bans, names)
    held, ended = standing.held, standing.ended
    _must_not_be_published(edit, held, names)
    _must_lose_no_pin(edit, pins)
    for keys in edit.pin:
        one, other = seats.row[keys[0]], seats.column[keys[1]]
        if problem.scores.of([one], [other])[0] == NOT_ELIGIBLE:
            raise EditNotPossible(_why_not(draft, keys, names, now))
        if keys in ended:
            raise EditNotPossible(
                f"{_name(keys[0], names)} and {_name(keys[1], names)} were proposed to each other before, and one of "
                "them said no or did not answer. Choose another pair."
            )
    pins = {keys for keys in pins if keys not in ended} - set(edit.release) - set(edit.forbid)
    pins |= set(edit.pin)
    pinned = frozenset(pins)
    # A mentee who is proposed already keeps that mentor, whatever was pinned.
    pins = {keys for keys in pins if keys[0] not in {mentee for mentee, _ in held}}
    pins |= {keys for keys in held if _is_eligible(problem, seats, keys)}
    bans = ((bans - set(edit.pin) - set(edit.release)) | set(edit.forbid) | ended) - pins
    _must_have_places(pins, draft, seats)
    try:
        found = replace(problem, pins=_indexes(pins, seats), bans=_indexes(bans, seats))
    except BadCohort:
        raise EditNotPossible("This cannot be made of the fits of this draft. Ask for a new one.") from None
    return found, pinned


def decided(draft: CohortDraft) -> tuple[set[Keys], set[Keys]]:
    """Return the pins and the bans of the cohort, as keys of members."""
    rows = CohortDecision.objects.filter(mentee__cohort=draft.cohort_id).values_list("kind", "mentee", "mentor")
    pins: set[Keys] = set()
    bans: set[Keys] = set()
    for kind, mentee, mentor in rows:
        (pins if kind == CohortDecision.Kind.PIN else bans).add((mentee, mentor))
    return pins, bans


def result_of_edit(draft: CohortDraft, cost: EditCost) -> dict[str, Any]:
    """Return the fields of the draft that follows ``draft`` after an edit.

    The lines about groups stay those of the reading. One line after each edit would tell by subtraction in which group
    somebody is who moved.
    """
    kept, content = draft.scores, json.loads(draft.audit)
    assert kept is not None  # noqa: S101 -- for mypy: a cost comes from kept scores
    seats = seats_of(kept)
    before = cost.cost.before.problem.bans == cost.cost.after.problem.bans
    result = result_of(
        cost.cost.after,
        seats,
        Names(content["mentees"], content["mentors"], content["weights"], content["engine"], kept.digest),
        obstacles=_obstacles_before(draft, seats),
        highest_total=draft.report["highest_total"] if before else None,
    )
    pins = result["pins"]
    result["report"]["groups"] = draft.report["groups"]
    result["pins"] = [keys for keys in pins if tuple(keys) in cost.pinned]
    return result | {"held": [keys for keys in pins if tuple(keys) in cost.standing.held]}


def _obstacles_before(draft: CohortDraft, seats: Seats) -> Callable[[int], Mapping[str, int]]:
    """Return the obstacles as they were read: the hard rules of a mentee do not change with an edit."""
    known = {row["mentee"]: row["obstacles"] for row in draft.report["left_out"]}
    return lambda mentee: known.get(seats.mentees[mentee], {})


# --- refusals ---------------------------------------------------------------------------------------------


def _must_be_plain(edit: Edit, seats: Seats, decisions: Collection[Keys], names: Mapping[int, str]) -> None:
    if not edit.pairs:
        raise EditNotPossible("Choose at least one pair.")
    # A decision about somebody who is not here any more can be released.
    for mentee, mentor in (*edit.pin, *edit.forbid, *(keys for keys in edit.release if keys not in decisions)):
        if mentee not in seats.row:
            raise EditNotPossible(f"{_name(mentee, names)} is no mentee of this draft. Ask for a new draft.")
        if mentor not in seats.column:
            raise EditNotPossible(f"{_name(mentor, names)} is no mentor of this draft. Ask for a new draft.")
    for pair, count in Counter(edit.pairs).items():
        if count > 1:
            raise EditNotPossible(f"{_pairs([pair], names)} are named twice. Choose one thing for the two.")
    for mentee, count in Counter(mentee for mentee, _ in edit.pin).items():
        if count > 1:
            raise EditNotPossible(f"{_name(mentee, names)} is pinned twice. Choose one mentor.")


def _must_not_be_published(edit: Edit, held: Collection[Keys], names: Mapping[int, str]) -> None:
    mentor_of = dict(held)
    for mentee, _mentor in edit.pairs:
        if mentee in mentor_of:
            other = names_of([mentor_of[mentee]]).get(mentor_of[mentee], "a mentor")
            raise EditNotPossible(
                f"{_name(mentee, names)} has been proposed to {other}, or the two are together. Take that pair back "
                "first."
            )


def _must_lose_no_pin(edit: Edit, pins: Collection[Keys]) -> None:
    """Refuse a pin of a mentee with another pin, which would be gone. One mentee has one pin."""
    pinned = dict(edit.pin)
    gone = {*edit.release, *edit.forbid}
    lost = [keys for keys in sorted(pins) if keys not in gone and pinned.get(keys[0], keys[1]) != keys[1]]
    if lost:
        names = names_of({key for keys in lost for key in keys})
        raise EditNotPossible(
            " ".join(
                f"{_name(one, names)} is pinned to {_name(other, names)}. Release that first." for one, other in lost
            )
        )


def _must_have_places(pins: Collection[Keys], draft: CohortDraft, seats: Seats) -> None:
    assert draft.scores is not None  # noqa: S101 -- for mypy: ``seats`` come from it
    counts = Counter(mentor for mentee, mentor in pins if seats.pair((mentee, mentor)) is not None)
    for mentor, count in counts.items():
        places = draft.scores.places[seats.column[mentor]]
        if count > places:
            own = sorted(mentee for mentee, by in pins if by == mentor and mentee in seats.row)
            names = names_of([mentor, *own])
            raise EditNotPossible(
                f"{_name(mentor, names)} would have more pins than places: {count} and {places}. Pinned: "
                f"{joined(_name(key, names) for key in own)}. Release one of them."
            )


def _why_not(draft: CohortDraft, keys: Keys, names: Mapping[int, str], now: datetime) -> str:
    """Return why two cannot be matched, as a sentence."""
    both = CohortMember.objects.in_bulk(keys)
    words = f"{_name(keys[0], names)} cannot be matched with {_name(keys[1], names)}."
    one, other = both.get(keys[0]), both.get(keys[1])
    request = one and HelpRequest.objects.filter(cohort=draft.cohort_id, mentee=one.person_id)
    found = request and request.select_related("mentee", "goal__kind", "session_kind").order_by("-pk").first()
    if found and other:
        broken = broken_rules(found, [other.person_id], now=now)[other.person_id]
        rules = [rule for rule in broken if rule not in IGNORED]
        # A private rule beside others is not mentioned.
        if public := [rule for rule in rules if rule not in PRIVATE_RULES]:
            return f"{words} {' '.join(rules_in_words(public, private=False))}"
        if rules:
            return f"{words} {UNAVAILABLE}"
    return f"{words} {UNAVAILABLE} Or a rule of the cohort is in the way: {', or '.join(RULES_IN_WORDS.values())}."


def _is_eligible(problem: Problem, seats: Seats, keys: Keys) -> bool:
    pair = seats.pair(keys)
    return pair is not None and int(problem.scores.of([pair[0]], [pair[1]])[0]) != NOT_ELIGIBLE


def _indexes(pairs: Iterable[Keys], seats: Seats) -> frozenset[tuple[int, int]]:
    return frozenset(pair for keys in pairs if (pair := seats.pair(keys)) is not None)


def _keys(pair: Sequence[int]) -> Keys:
    one, other = pair
    return int(one), int(other)


def _name(key: int, names: Mapping[int, str]) -> str:
    return names.get(key, "Somebody who is not in the cohort")


def _pairs(pairs: Iterable[Keys], names: Mapping[int, str]) -> str:
    return ", ".join(f"{_name(one, names)} and {_name(other, names)}" for one, other in pairs)


def _change(count: int, one: str, many: str) -> str:
    return f"{count:+d} {one if abs(count) == 1 else many}" if count else ""
