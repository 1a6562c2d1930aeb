"""Hits and misses: expectations compared with answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from matching.evaluation.expectations import Expected, Notes

RANDOM = "a random order"


@dataclass(frozen=True, slots=True)
class Answer:
    """The result for one request: eligible mentors best first, the others with the rules that exclude them.

    ``proposed``: the mentors whom the mentee would be shown.
    """

    ranked: Sequence[str]
    rules: Mapping[str, Sequence[str]] = field(default_factory=dict)
    points: Mapping[str, int] = field(default_factory=dict)
    proposed: Sequence[str] = ()

    def place(self, mentor: str) -> float:
        """Return the rank, counted from 1. It is infinite for an ineligible mentor."""
        return self.ranked.index(mentor) + 1 if mentor in self.ranked else float("inf")

    def describe(self, mentor: str) -> str:
        """Return ``mentor`` with the rank and the points, or with the rules."""
        if mentor not in self.ranked:
            return f"{mentor} (ineligible: {', '.join(self.rules.get(mentor, ())) or 'not judged'})"
        points = f", {self.points[mentor]} points" if mentor in self.points else ""
        return f"{mentor} (rank {self.place(mentor)}{points})"


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation after the run. ``hit`` is 1 or 0, or for a random order the exact chance of a hit.

    ``kind`` is the key of the expectation: first, top, above, ineligible or eligible.
    ``found`` is the actual result, empty for a hit.
    """

    request: str
    kind: str
    hit: Fraction
    found: str = ""

    def __str__(self) -> str:
        return f"{self.request} {self.kind}: {self.found}"


@dataclass(frozen=True, slots=True)
class Figure:
    """``hits`` of ``total`` expectations. Hits of a random order are an expected value."""

    hits: Fraction
    total: int

    @classmethod
    def of(cls, checks: Iterable[Check]) -> Figure:
        hits = [check.hit for check in checks]
        return cls(sum(hits, Fraction(0)), len(hits))

    @property
    def rate(self) -> float | None:
        """In [0, 1]. None without expectations."""
        return float(self.hits / self.total) if self.total else None


def judge_order(expected: Expected, answer: Answer) -> Iterator[Check]:
    """Check the expectations of the order: first, among the first n, and one above the other.

    A pair holds if the better mentor is eligible, and the worse one is ineligible or ranked below.
    """
    if expected.first is not None:
        found = answer.describe(answer.ranked[0]) if answer.ranked else "nobody"
        wrong = f"{found} instead of {answer.describe(expected.first)}"
        yield _check(expected, "first", answer.place(expected.first) == 1, wrong)
    for mentor in expected.top:
        wrong = f"{answer.describe(mentor)} is not among the first {expected.top_n}"
        yield _check(expected, "top", answer.place(mentor) <= expected.top_n, wrong)
    for better, worse in expected.above:
        wrong = f"{answer.describe(better)} is not above {answer.describe(worse)}"
        yield _check(expected, "above", answer.place(better) < answer.place(worse), wrong)


def judge_rules(expected: Expected, answer: Answer) -> Iterator[Check]:
    """Check that mentors are eligible, or ineligible by the expected rule, alone or with others."""
    for mentor, rule in expected.ineligible.items():
        wrong = f"{answer.describe(mentor)} is not ineligible for {rule}"
        yield _check(expected, "ineligible", rule in answer.rules.get(mentor, ()), wrong)
    for mentor in expected.eligible:
        yield _check(expected, "eligible", mentor in answer.ranked, f"{answer.describe(mentor)} is not eligible")


def judge_chance(expected: Expected, eligible: Collection[str]) -> Iterator[Check]:
    """Yield checks whose hits are the chances of a hit in a uniformly random order of ``eligible``."""
    if expected.first is not None:
        chance = Fraction(1, len(eligible)) if expected.first in eligible else Fraction(0)
        yield Check(expected.request, "first", chance, RANDOM)
    for mentor in expected.top:
        among = min(Fraction(expected.top_n, len(eligible)), Fraction(1)) if mentor in eligible else Fraction(0)
        yield Check(expected.request, "top", among, RANDOM)
    for better, worse in expected.above:
        below = Fraction(1, 2) if worse in eligible else Fraction(1)
        yield Check(expected.request, "above", below if better in eligible else Fraction(0), RANDOM)


def figures(checks: Collection[Check], notes: Notes) -> dict[str, Figure]:
    """Return the figures of one method, in the order of the printed table."""
    first = [check for check in checks if check.kind == "first"]
    return {
        "first_hit": Figure.of(first),
        "first_hit_jargon": Figure.of(check for check in first if check.request in notes.jargon),
        "first_hit_text_only": Figure.of(check for check in first if check.request in notes.text_only),
        "top_n": Figure.of(check for check in checks if check.kind == "top"),
        "pairs": Figure.of(check for check in checks if check.kind == "above"),
        "hard_rules": Figure.of(check for check in checks if check.kind in {"ineligible", "eligible"}),
    }


def _check(expected: Expected, kind: str, holds: bool, wrong: str) -> Check:
    return Check(expected.request, kind, Fraction(holds), "" if holds else wrong)
