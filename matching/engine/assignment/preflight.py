"""Look at a cohort before it is assigned: all that stops it or that people should know, as data and as sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from matching.engine.assignment.flow import Cut, Network
from matching.engine.assignment.pair_rules import PairRule
from matching.engine.assignment.problem import Pair
from matching.engine.assignment.scores import BEYOND, NOT_ELIGIBLE, BadCohort, Ints, Scored, Scores

FIRST_PAIRS = 20

# Sentences by code, filled with the values of a finding. They read well for one and for many.
SENTENCES: Mapping[str, str] = {
    "nobody_eligible": "No mentor is eligible for any mentee; check languages, formats and the rules of the cohort.",
    "no_places": "No mentor has a free place; raise the number of places of at least one.",
    "mentees_without_mentor": "Mentees without an eligible mentor: %(count)d. See which rule excludes most, or invite "
    "mentors for them.",
    "mentors_without_mentee": "Mentors with places who are eligible for nobody: %(count)d. They will be idle.",
    "places_short": "Missing places: %(count)d. Mentees: %(mentees)d; places: %(places)d.",
    "cannot_all_be_matched": "Mentees with an eligible mentor who must be left out: %(count)d. Too many need the same "
    "mentors. More places of the mentors named here would help.",
    "unknown_person": "A pin or a forbidden pair names mentee %(mentee)d and mentor %(mentor)d, who are not both in "
    "the cohort; remove it.",
    "pinned_and_forbidden": "Mentee %(mentee)d and mentor %(mentor)d are pinned and forbidden; remove one of the two.",
    "pinned_twice": "Mentee %(mentee)d is pinned to %(count)d mentors; keep one of the pins.",
    "too_many_pins": "Mentor %(mentor)d has more pins than places: %(count)d and %(places)d. Remove pins or add "
    "places.",
    "pin_not_eligible": "Mentee %(mentee)d is pinned to mentor %(mentor)d, who is not eligible; remove the pin, or the "
    "rule between them.",
    "pin_against_rule": "Mentee %(mentee)d is pinned to mentor %(mentor)d against the rule %(rule)s; remove the pin, "
    "or the rule.",
    "mentee_twice": "%(count)d mentees of the cohort are the same person; keep one of them.",
    "mentor_twice": "%(count)d mentors of the cohort are the same person; keep one, and count the places once.",
    "both_roles": "People who are mentee and mentor in this cohort: %(count)d. Nobody is paired with themselves.",
    "missing_data": "Mentees who do not state %(field)s: %(count)d. Without an eligible mentor: %(left)d.",
}
# The cohort is refused with one of these.
STOPS = frozenset(
    "nobody_eligible no_places unknown_person pinned_and_forbidden pinned_twice too_many_pins pin_not_eligible "
    "pin_against_rule".split()
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know before a run. ``values`` fill the sentence of ``code`` in SENTENCES.

    ``mentees`` and ``mentors`` are the indexes of those it is about. ``stops``: the cohort cannot be assigned.
    """

    code: str
    values: Mapping[str, int | str] = field(default_factory=dict)
    mentees: tuple[int, ...] = ()
    mentors: tuple[int, ...] = ()

    @property
    def sentence(self) -> str:
        return SENTENCES[self.code] % self.values

    @property
    def stops(self) -> bool:
        return self.code in STOPS


def preflight(
    scores: Scores,
    capacity: ArrayLike,
    *,
    pins: Collection[Pair] = (),
    bans: Collection[Pair] = (),
    rules: Iterable[PairRule] = (),
    mentee_people: Sequence[Hashable] = (),
    mentor_people: Sequence[Hashable] = (),
    missing: Mapping[int, Collection[str]] | None = None,
    gains: Mapping[tuple[int, str], float] | None = None,
) -> list[Finding]:
    """Return what to know before a run, what stops it first.

    ``mentee_people`` and ``mentor_people`` are keys of persons, equal for two accounts of one. ``rules``: those of the
    cohort, to name the one that is against a pin. ``missing``: the names of the fields that a mentee does not state.
    ``gains``: how much a field of a mentee would change if it were stated, in any unit, such as mentors who would
    become eligible. The fields that would change most come first: by gains, then by mentees without a mentor.

    Raises BadCohort if there is not one number of places for each mentor.
    """
    places = np.asarray(capacity, dtype=np.int64)
    if places.shape != (scores.shape[1],) or (places < 0).any():
        raise BadCohort("Give each mentor a number of places of 0 or more.")
    eligible, wanted = _counts(scores)
    found = [
        *_pins(scores, places, pins, bans, tuple(rules)),
        *_places(eligible, wanted, places),
        *_short(scores, eligible, places),
        *_people(mentee_people, mentor_people),
        *_missing(eligible, missing or {}, gains or {}),
    ]
    return sorted(found, key=lambda finding: not finding.stops)


def _counts(scores: Scores) -> tuple[Ints, Ints]:
    """Return the number of eligible mentors of each mentee, and of mentees of each mentor."""
    eligible, wanted = (np.zeros(size, dtype=np.int64) for size in scores.shape)
    for part in scores.parts():
        eligible += np.bincount(part.mentee, minlength=eligible.size)
        wanted += np.bincount(part.mentor, minlength=wanted.size)
    return eligible, wanted


def _places(eligible: Ints, wanted: Ints, places: Ints) -> Iterable[Finding]:
    if not places.any():
        yield Finding("no_places")
    if not eligible.any():
        yield Finding("nobody_eligible")
        return
    if (alone := np.flatnonzero(eligible == 0)).size:
        yield Finding("mentees_without_mentor", {"count": alone.size}, mentees=_plain(alone))
    if (idle := np.flatnonzero((wanted == 0) & (places > 0))).size:
        yield Finding("mentors_without_mentee", {"count": idle.size}, mentors=_plain(idle))


def _short(scores: Scores, eligible: Ints, places: Ints) -> Iterable[Finding]:
    mentees, total = scores.shape[0], int(places.sum())
    if total < mentees:
        yield Finding("places_short", {"mentees": mentees, "places": total, "count": mentees - total})
    cut = _largest(scores, places)
    left_out = int(np.count_nonzero(eligible)) - cut.matched
    if left_out and total:
        mentors = np.flatnonzero(cut.mentors)
        yield Finding("cannot_all_be_matched", {"count": left_out}, mentors=_plain(mentors))


def _largest(scores: Scores, places: Ints) -> Cut:
    """Return the largest matching by all eligible pairs."""
    network = Network(scores.shape, places, seed=0)
    pairs = network.ordered(scores.best(FIRST_PAIRS))
    while True:
        cut = network.cut(pairs)
        own, price = np.where(cut.mentees, BEYOND, -1), np.where(cut.mentors | (places == 0), BEYOND, 0)
        more = scores.above(own.astype(np.int64), price.astype(np.int64), least=0, most=FIRST_PAIRS)
        if not len(more):
            return cut
        pairs = network.ordered(Scored.joined([pairs, more]))


def _pins(
    scores: Scores, places: Ints, pins: Collection[Pair], bans: Collection[Pair], rules: tuple[PairRule, ...]
) -> Iterable[Finding]:
    known = []
    for mentee, mentor in sorted({*pins, *bans}):
        if not (0 <= mentee < scores.shape[0] and 0 <= mentor < scores.shape[1]):
            yield Finding("unknown_person", {"mentee": mentee, "mentor": mentor})
        elif (mentee, mentor) in set(pins):
            known.append((mentee, mentor))
    for mentee, mentor in known:
        about: dict[str, int | str] = {"mentee": mentee, "mentor": mentor}
        if (mentee, mentor) in set(bans):
            yield Finding("pinned_and_forbidden", about, (mentee,), (mentor,))
        if scores.of([mentee], [mentor])[0] == NOT_ELIGIBLE:
            against = [rule.name for rule in rules if not rule.allows(np.array([mentee]), np.array([mentor]))[0]]
            code = "pin_against_rule" if against else "pin_not_eligible"
            yield Finding(code, about | {"rule": ", ".join(against)}, (mentee,), (mentor,))
    for mentee, count in sorted(Counter(mentee for mentee, _ in known).items()):
        if count > 1:
            mentors = tuple(mentor for pinned, mentor in known if pinned == mentee)
            yield Finding("pinned_twice", {"mentee": mentee, "count": count}, (mentee,), mentors)
    for mentor, count in sorted(Counter(mentor for _, mentor in known).items()):
        if count > places[mentor]:
            values: dict[str, int | str] = {"mentor": mentor, "count": count, "places": int(places[mentor])}
            yield Finding("too_many_pins", values, tuple(mentee for mentee, by in known if by == mentor), (mentor,))


def _people(mentees: Sequence[Hashable], mentors: Sequence[Hashable]) -> Iterable[Finding]:
    for group in _same(mentees):
        yield Finding("mentee_twice", {"count": len(group)}, mentees=group)
    for group in _same(mentors):
        yield Finding("mentor_twice", {"count": len(group)}, mentors=group)
    both = set(mentees) & set(mentors)
    if both:
        yield Finding(
            "both_roles",
            {"count": len(both)},
            tuple(index for index, person in enumerate(mentees) if person in both),
            tuple(index for index, person in enumerate(mentors) if person in both),
        )


def _same(people: Sequence[Hashable]) -> list[tuple[int, ...]]:
    """Return the indexes of each person who occurs more than once."""
    places: dict[Hashable, list[int]] = {}
    for index, person in enumerate(people):
        places.setdefault(person, []).append(index)
    return [tuple(group) for group in places.values() if len(group) > 1]


def _missing(
    eligible: Ints, missing: Mapping[int, Collection[str]], gains: Mapping[tuple[int, str], float]
) -> Iterable[Finding]:
    mentees_of: dict[str, list[int]] = {}
    for mentee in sorted(missing):
        for name in missing[mentee]:
            mentees_of.setdefault(name, []).append(mentee)

    def left(name: str) -> int:
        return sum(not eligible[mentee] for mentee in mentees_of[name])

    def gain(name: str) -> float:
        return sum(gains.get((mentee, name), 0.0) for mentee in mentees_of[name])

    for name in sorted(mentees_of, key=lambda name: (-gain(name), -left(name), -len(mentees_of[name]), name)):
        mentees = mentees_of[name]
        by_gain = sorted(mentees, key=lambda mentee: (-gains.get((mentee, name), 0.0), eligible[mentee], mentee))
        values: dict[str, int | str] = {"count": len(mentees), "field": name, "left": left(name)}
        yield Finding("missing_data", values, mentees=tuple(by_gain))


def _plain(indexes: Ints) -> tuple[int, ...]:
    return tuple(indexes.tolist())
