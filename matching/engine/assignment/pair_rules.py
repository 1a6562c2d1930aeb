"""Rules of a cohort about two people, as columns: another department, not in one's reporting line, kept apart."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from matching.engine.assignment.scores import BadCohort
from matching.engine.columns import UNKNOWN, Bools, Integers

Indexes = NDArray[Any]


class PairRule(Protocol):
    """A rule about a mentee and a mentor."""

    name: str

    def allows(self, mentees: Indexes, mentors: Indexes) -> Bools:
        """Return whether each pair is allowed. The indexes of both sides are broadcast together."""


class DifferentDepartment:
    """Two people of one department are not paired. A department that is not stated ("") excludes nobody."""

    name = "same_department"

    def __init__(self, mentees: Sequence[str], mentors: Sequence[str]) -> None:
        codes: dict[str, int] = {}
        self._mentees, self._mentors = _codes(mentees, codes), _codes(mentors, codes)

    def allows(self, mentees: Indexes, mentors: Indexes) -> Bools:
        own, other = self._mentees[mentees], self._mentors[mentors]
        allowed: Bools = (own != other) | (own == UNKNOWN)
        return allowed


class OutsideReportingLine:
    """Nobody is paired with their manager, a manager above, or somebody who reports to them at any distance.

    ``manager_of`` names the manager of each person by any key, such as an address; people may be missing. ``mentees``
    and ``mentors`` are the keys of the people. Raises BadCohort if somebody is their own manager at any distance.
    """

    name = "reporting_line"

    def __init__(
        self,
        mentees: Sequence[Hashable],
        mentors: Sequence[Hashable],
        manager_of: Mapping[Hashable, Hashable],
    ) -> None:
        entered, left = _visits(manager_of)
        self._mentees = _spans(mentees, entered, left)
        self._mentors = _spans(mentors, entered, left)

    def allows(self, mentees: Indexes, mentors: Indexes) -> Bools:
        start, end = self._mentees[0][mentees], self._mentees[1][mentees]
        other_start, other_end = self._mentors[0][mentors], self._mentors[1][mentors]
        above = (start <= other_start) & (other_start < end)
        below = (other_start <= start) & (start < other_end)
        allowed: Bools = ~(above | below)
        return allowed


class Apart:
    """Pairs of people who are kept apart, over all accounts of a person, and nobody with themselves.

    ``mentees`` and ``mentors`` are keys of persons: two accounts of one person have the same key. ``apart`` names
    pairs of such keys, in either order.
    """

    name = "apart"

    def __init__(
        self,
        mentees: Sequence[Hashable],
        mentors: Sequence[Hashable],
        apart: Iterable[tuple[Hashable, Hashable]] = (),
    ) -> None:
        codes: dict[Hashable, int] = {}
        self._mentees, self._mentors = _codes(mentees, codes), _codes(mentors, codes)
        self._size = len(codes)
        keys = {
            codes[one] * self._size + codes[other]
            for first, second in apart
            for one, other in ((first, second), (second, first))
            if one in codes and other in codes
        }
        self._keys = np.array(sorted(keys), dtype=np.int64)

    def allows(self, mentees: Indexes, mentors: Indexes) -> Bools:
        own, other = self._mentees[mentees].astype(np.int64), self._mentors[mentors].astype(np.int64)
        allowed: Bools = own != other
        if self._keys.size:
            keys = own * self._size + other
            place = np.minimum(np.searchsorted(self._keys, keys), self._keys.size - 1)
            allowed &= self._keys[place] != keys
        return allowed


class OutsideReportingLines(Apart):
    """The same as OutsideReportingLine where people may have several managers.

    ``apart`` names each person with everybody above them, at any distance.
    """

    name = "reporting_line"


def _codes(words: Sequence[Hashable], codes: dict[Any, int]) -> Integers:
    return np.array([UNKNOWN if word == "" else codes.setdefault(word, len(codes)) for word in words], dtype=np.int32)


def _visits(manager_of: Mapping[Hashable, Hashable]) -> tuple[dict[Hashable, int], dict[Hashable, int]]:
    """Return for each person the number at which a walk down the tree enters and leaves.

    The people below somebody are exactly those entered between the two (Tarjan, 1972).
    """
    reports: dict[Hashable, list[Hashable]] = {}
    for person, manager in manager_of.items():
        reports.setdefault(manager, []).append(person)
    entered: dict[Hashable, int] = {}
    left: dict[Hashable, int] = {}
    for root in [manager for manager in reports if manager not in manager_of]:
        stack: list[tuple[Hashable, bool]] = [(root, False)]
        while stack:
            person, is_done = stack.pop()
            if is_done:
                left[person] = len(entered)
                continue
            entered[person] = len(entered)
            stack.append((person, True))
            stack += [(one, False) for one in reversed(reports.get(person, []))]
    above: dict[Hashable, None] = {}
    person = next((person for person in manager_of if person not in entered), None)
    while person is not None and person not in above:
        above[person] = None
        person = manager_of[person]
    # The walk up comes back to somebody: only people from there on are in the circle.
    if person is not None:
        raise BadCohort(f"{person!r} is their own manager, directly or through others; correct the managers.")
    return entered, left


def _spans(
    people: Sequence[Hashable], entered: Mapping[Hashable, int], left: Mapping[Hashable, int]
) -> tuple[Integers, Integers]:
    """Return the visits of ``people``. People in no line get one that includes nobody."""
    start = np.array([entered.get(person, -1 - place) for place, person in enumerate(people)], dtype=np.int64)
    end = np.array([left.get(person, -1 - place) for place, person in enumerate(people)], dtype=np.int64)
    return start, end
