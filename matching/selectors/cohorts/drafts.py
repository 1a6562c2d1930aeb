"""Drafts of cohorts for pages and the API: lists, pairs, the values of a draft, and the file of its fits."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import QuerySet

from matching.engine import Suggestion
from matching.engine.assignment import Value, score_lines
from matching.engine.rules import FOR_SOME_DAYS
from matching.models import NOBODY, CohortDraft, HelpRequest
from matching.selectors.cohorts.findings import names_of
from matching.selectors.cohorts.kept import scores_of, seats_of_draft
from matching.selectors.suggestions import judged_anew
from mentorship.models import Cohort, CohortMember

Status = CohortDraft.Status
Order = Literal["mentee", "name", "fit"]

# Columns that a list of drafts does not need.
LARGE = ("findings", "pins", "held", "bans", "mentor_of", "fits", "alternates", "report", "audit")
PAGE = 50


def drafts_of(cohort: Cohort) -> QuerySet[CohortDraft]:
    """Return the drafts of a cohort, the newest first, without their results."""
    drafts = CohortDraft.objects.filter(cohort=cohort).defer(*LARGE)
    return drafts.select_related("cohort", "asked_by").order_by("-number", "-pk")


def whole_drafts(cohorts: QuerySet[Cohort]) -> QuerySet[CohortDraft]:
    """Return the drafts of these cohorts, each with all that its page shows, but the kept fits."""
    drafts = CohortDraft.objects.filter(cohort__in=cohorts).select_related("cohort", "asked_by", "scores")
    return drafts.defer("scores__data").order_by("-asked_at", "-pk")


def newest_number(cohort: Cohort) -> int | None:
    """Return the number of the draft that admins work on: the newest one that is made."""
    made = CohortDraft.objects.filter(cohort=cohort, status=Status.DONE)
    return made.order_by("-number").values_list("number", flat=True).first()


# --- pairs ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PairRow:
    """``mentee_key``, ``mentor_key``: of the members. ``fit``: points, 0 to 100. ``alternates``: names."""

    mentee_key: int
    mentor_key: int
    mentee: str
    mentor: str
    fit: float
    is_pinned: bool
    alternates: tuple[str, ...]


def count_of_pairs(draft: CohortDraft) -> int:
    return sum(mentor != NOBODY for mentor in draft.mentor_of)


def pair_rows(draft: CohortDraft, *, start: int = 0, count: int = PAGE, order: Order = "mentee") -> list[PairRow]:
    """Return a page of the pairs of a draft. One query.

    ``order``: "mentee" as they joined, "name" of the mentee, or "fit", the lowest first.
    """
    seats = seats_of_draft(draft)
    rows = [row for row, mentor in enumerate(draft.mentor_of) if mentor != NOBODY]
    if order == "fit":
        rows.sort(key=lambda row: (draft.fits[row], row))
    names: dict[int, str] | None = None
    if order == "name":
        names = names_of(seats.mentees)
        rows.sort(key=lambda row: (names.get(seats.mentees[row], "").casefold(), row))
    rows = rows[start : start + count]
    others = {seats.mentors[index] for row in rows for index in (draft.mentor_of[row], *draft.alternates[row])}
    found = names_of(others | {seats.mentees[row] for row in rows})
    pinned = {tuple(pair) for pair in draft.pins}
    return [
        PairRow(
            mentee_key=(mentee := seats.mentees[row]),
            mentor_key=(mentor := seats.mentors[draft.mentor_of[row]]),
            mentee=found.get(mentee, ""),
            mentor=found.get(mentor, ""),
            fit=draft.fits[row] / 100,
            is_pinned=(mentee, mentor) in pinned,
            alternates=tuple(found.get(seats.mentors[index], "") for index in draft.alternates[row]),
        )
        for row in rows
    ]


def mentor_of(draft: CohortDraft, mentee: int) -> int | None:
    """Return the mentor of a mentee in a draft, as keys of members. None without one."""
    seats = seats_of_draft(draft)
    row = seats.row.get(mentee)
    return None if row is None or draft.mentor_of[row] == NOBODY else seats.mentors[draft.mentor_of[row]]


def reasons_of_pair(draft: CohortDraft, mentee: int, *, now: datetime) -> Suggestion | None:
    """Return the fit of a pair as it is now, with its reasons for both sides. None if the two cannot be matched now.

    Rules that are true for some days count as little as in a draft. Each side's reasons are in their language.
    ``mentee``: the key of the member.
    """
    key = mentor_of(draft, mentee)
    members = CohortMember.objects.in_bulk([mentee, key] if key is not None else [])
    if key is None or len(members) < 2:
        return None
    seats = seats_of_draft(draft)
    kept = draft.scores
    assert kept is not None  # noqa: S101 -- for mypy: ``mentor_of`` refuses a draft without
    requests = HelpRequest.objects.select_related("mentee__profile", "goal__kind", "session_kind")
    request = requests.filter(pk=kept.requests[seats.row[mentee]]).first()
    if request is None:
        return None
    user = members[key].person_id
    return judged_anew(request, [user], now=now, despite=FOR_SOME_DAYS).get(user)


# --- its files and numbers --------------------------------------------------------------------------------


def fits_of(draft: CohortDraft) -> list[int]:
    """Return the fits of the pairs of a draft, in ten-thousandths."""
    return [fit for fit, mentor in zip(draft.fits, draft.mentor_of, strict=True) if mentor != NOBODY]


def value_of(draft: CohortDraft) -> Value:
    """Return matched people, the worst fit, -1 without a pair, and the total of a draft, in ten-thousandths."""
    fits = fits_of(draft)
    return Value(len(fits), min(fits, default=-1), sum(fits))


def scores_file(draft: CohortDraft) -> Iterator[bytes]:
    """Yield the file of scores that the audit file names, compressed by gzip. Raises DraftNotMade, at once."""
    scores = scores_of(draft)

    def lines() -> Iterator[bytes]:
        squeeze = zlib.compressobj(6, zlib.DEFLATED, 31)  # 31: in the format of gzip
        for part in score_lines(scores):
            if data := squeeze.compress(part):
                yield data
        yield squeeze.flush()

    return lines()
