"""Choices for an edit of a draft: the mentors whom a mentee can have, and the mentees to swap mentors with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.engine.assignment import NOT_ELIGIBLE
from matching.models import NOBODY, CohortDraft
from matching.selectors.cohorts.edits import decided
from matching.selectors.cohorts.findings import names_of
from matching.selectors.cohorts.kept import scores_of, seats_of
from matching.selectors.cohorts.reading import held_pairs
from mentorship.models import CohortMember

# Choices on a page.
SHOWN = 40


@dataclass(frozen=True, slots=True)
class Choice:
    """``key``: of the member. ``fit``: of the new pair, or the sum of both after a swap, in points."""

    key: int
    name: str
    fit: float


@dataclass(frozen=True, slots=True)
class Fixed:
    """Mentors whom mentees of a cohort keep, by keys of members: ``pinned``, and ``held`` by a published pair."""

    pinned: dict[int, int]
    held: dict[int, int]

    @property
    def mentees(self) -> set[int]:
        return {*self.pinned, *self.held}


def fixed_in(draft: CohortDraft) -> Fixed:
    """Return the mentees for whom an edit chooses no other mentor, as decisions and published pairs are now."""
    pins, _bans = decided(draft)
    return Fixed(dict(pins), dict(held_pairs(draft.cohort)))


def mentors_for(draft: CohortDraft, mentee: int) -> list[Choice]:
    """Return the first SHOWN eligible mentors of a mentee without their own, the best first. Raises DraftNotMade.

    ``mentee``: the key of a member of the draft.
    """
    scores, kept = scores_of(draft), draft.scores
    assert kept is not None  # noqa: S101 -- for mypy: ``scores_of`` refuses it
    row = seats_of(kept).row[mentee]
    fits = scores.of(np.full(len(kept.mentors), row), np.arange(len(kept.mentors)))
    order = [index for index in np.argsort(-fits, kind="stable").tolist() if fits[index] != NOT_ELIGIBLE]
    chosen = [index for index in order if index != draft.mentor_of[row]][:SHOWN]
    names = names_of([kept.mentors[index] for index in chosen])
    return [
        Choice(kept.mentors[index], names.get(kept.mentors[index], ""), float(fits[index]) / 100) for index in chosen
    ]


def mentors_named(draft: CohortDraft, mentee: int, words: str) -> list[Choice]:
    """Return the first SHOWN mentors of a draft whose names have all ``words``, eligible for the mentee or not.

    The fit of somebody who is not eligible is -1. Raises DraftNotMade.
    """
    scores, kept = scores_of(draft), draft.scores
    assert kept is not None  # noqa: S101 -- for mypy: ``scores_of`` refuses it
    members = CohortMember.objects.filter(pk__in=kept.mentors).order_by("person__name", "pk")
    for word in words.split():
        members = members.filter(person__name__icontains=word)
    names = dict(members.values_list("pk", "person__name")[:SHOWN])
    seats = seats_of(kept)
    columns = [seats.column[key] for key in names]
    fits = scores.of(np.full(len(columns), seats.row[mentee], dtype=np.int64), np.array(columns, dtype=np.int64))
    return [
        Choice(key, name, float(fit) / 100 if fit != NOT_ELIGIBLE else -1.0)
        for (key, name), fit in zip(names.items(), fits, strict=True)
    ]


def swaps_for(draft: CohortDraft, mentee: int, fixed: Fixed) -> list[Choice]:
    """Return the first SHOWN mentees who could swap mentors with this one, the best sum of both first.

    Nobody who is ``fixed`` is among them. Empty for a mentee without a mentor. Raises DraftNotMade.
    """
    scores, kept = scores_of(draft), draft.scores
    assert kept is not None  # noqa: S101 -- for mypy: ``scores_of`` refuses it
    row = seats_of(kept).row[mentee]
    own = draft.mentor_of[row]
    if own == NOBODY:
        return []
    mentor_of = np.array(draft.mentor_of)
    is_free = ~np.isin(kept.mentees, [*fixed.mentees])
    others = np.flatnonzero((mentor_of != NOBODY) & (mentor_of != own) & is_free)
    gets = scores.of(np.full(others.size, row), mentor_of[others])
    gives = scores.of(others, np.full(others.size, own))
    both = np.where((gets == NOT_ELIGIBLE) | (gives == NOT_ELIGIBLE), NOT_ELIGIBLE, gets + gives)
    order = [index for index in np.argsort(-both, kind="stable").tolist() if both[index] != NOT_ELIGIBLE][:SHOWN]
    names = names_of([kept.mentees[others[index]] for index in order])
    return [Choice(key := kept.mentees[others[index]], names.get(key, ""), float(both[index]) / 100) for index in order]
