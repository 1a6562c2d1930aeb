"""The differences of two drafts of a cohort. In English, for admins."""

from __future__ import annotations

from dataclasses import dataclass

from matching.engine.assignment import Value
from matching.models import NOBODY, CohortDraft
from matching.selectors.cohorts.drafts import value_of
from matching.selectors.cohorts.edits import Moved
from matching.selectors.cohorts.findings import joined, names_of
from matching.selectors.cohorts.kept import seats_of_draft


@dataclass(frozen=True, slots=True)
class Comparison:
    """``moved``: mentees of both drafts with another mentor, from ``one`` to ``other``.

    ``only_in_one``, ``only_in_other``: names of mentees who are read in one of the drafts alone. ``values``: matched
    people, the worst fit and the total. ``comparable``: they share their fits, so totals say which is better.
    """

    one: CohortDraft
    other: CohortDraft
    values: tuple[Value, Value]
    moved: tuple[Moved, ...]
    only_in_one: tuple[str, ...]
    only_in_other: tuple[str, ...]
    comparable: bool

    @property
    def sentences(self) -> list[str]:
        before, after = self.values
        found = [
            f"Draft {self.one.number} has {before.matched} pairs, draft {self.other.number} has {after.matched}.",
            f"Mentees with another mentor, or without one: {len(self.moved)}.",
        ]
        if before.matched and after.matched:
            found.append(f"The worst pairs have {before.worst / 100:.0f} and {after.worst / 100:.0f} points.")
        if self.comparable:
            found.append(f"In total, draft {self.other.number} has {(after.total - before.total) / 100:+.2f} points.")
        else:
            found.append("People were read anew between the two, so their totals do not compare.")
        for draft, names in ((self.one, self.only_in_one), (self.other, self.only_in_other)):
            if names:
                found.append(f"Only in draft {draft.number}: {joined(names)}.")
        return found


def compare(one: CohortDraft, other: CohortDraft) -> Comparison:
    """Return the differences of two drafts of a cohort. One query. Raises DraftNotMade."""
    before, after = _mentors(one), _mentors(other)
    both = [mentee for mentee in before if mentee in after and before[mentee] != after[mentee]]
    only = [[key for key in mine if key not in theirs] for mine, theirs in ((before, after), (after, before))]
    mentors = {key for mentee in both for key in (before[mentee], after[mentee]) if key is not None}
    names = names_of(mentors | {*both, *only[0], *only[1]})

    def name(key: int | None) -> str:
        return "" if key is None else names.get(key, "")

    moved = [Moved(mentee, name(mentee), name(before[mentee]), name(after[mentee])) for mentee in both]
    return Comparison(
        one=one,
        other=other,
        values=(value_of(one), value_of(other)),
        moved=tuple(sorted(moved, key=lambda row: (row.mentee, row.mentee_key))),
        only_in_one=tuple(sorted(map(name, only[0]))),
        only_in_other=tuple(sorted(map(name, only[1]))),
        comparable=one.scores_id == other.scores_id,
    )


def _mentors(draft: CohortDraft) -> dict[int, int | None]:
    seats = seats_of_draft(draft)
    return {
        key: None if mentor == NOBODY else seats.mentors[mentor]
        for key, mentor in zip(seats.mentees, draft.mentor_of, strict=True)
    }
