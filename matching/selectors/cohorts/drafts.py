"""Drafts of cohorts for pages and the API: pairs, who is left out, what-if, comparison, report. In English."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db.models import QuerySet
from django.utils.translation import override

from matching.engine import MIN_FIT, Suggestion
from matching.engine.assignment import Alternative, Value, score_lines, what_if
from matching.engine.assignment.report import MENTORS_FULL, NO_ELIGIBLE_MENTOR, NO_GAIN, ONLY_FORBIDDEN
from matching.engine.rules import FOR_SOME_DAYS
from matching.exceptions import DraftNotMade
from matching.models import NOBODY, CohortDraft, HelpRequest
from matching.selectors.cohorts.edits import Edit, EditCost, Moved, in_words
from matching.selectors.cohorts.findings import joined, listed, names_of
from matching.selectors.cohorts.kept import Names, Seats, assignment_of, result_of, scores_of, seats_of
from matching.selectors.suggestions import judged_anew
from matching.selectors.words_for_admins import rules_in_words
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
    seats = _seats(draft)
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
    seats = _seats(draft)
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
    seats = _seats(draft)
    kept = draft.scores
    assert kept is not None  # noqa: S101 -- for mypy: ``mentor_of`` refuses a draft without
    requests = HelpRequest.objects.select_related("mentee__profile", "goal__kind", "session_kind")
    request = requests.filter(pk=kept.requests[seats.row[mentee]]).first()
    if request is None:
        return None
    user = members[key].person_id
    return judged_anew(request, [user], now=now, despite=FOR_SOME_DAYS).get(user)


# --- people without a pair --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """A mentee without a mentor: why, and what would change it. ``reason`` as in the engine's ``LeftOut``."""

    mentee_key: int
    mentee: str
    reason: str
    sentence: str


@dataclass(frozen=True, slots=True)
class IdleRow:
    """A mentor with places and no mentee."""

    mentor_key: int
    mentor: str
    places: int


def left_out_rows(draft: CohortDraft, *, start: int = 0, count: int = PAGE) -> list[LeftOutRow]:
    """Return a page of the mentees without a mentor. One query."""
    rows: Sequence[Mapping[str, Any]] = draft.report.get("left_out", [])[start : start + count]
    names = names_of({key for row in rows for key in (row["mentee"], *row["mentors"])})
    return [
        LeftOutRow(row["mentee"], names.get(row["mentee"], ""), row["reason"], _why_left_out(row, names))
        for row in rows
    ]


def idle_rows(draft: CohortDraft, *, start: int = 0, count: int = PAGE) -> list[IdleRow]:
    """Return a page of the mentors without a mentee. One query."""
    keys = draft.report.get("idle", [])[start : start + count]
    names, seats = names_of(keys), _seats(draft)
    assert draft.scores is not None  # noqa: S101 -- for mypy: ``_seats`` refuses it
    return [IdleRow(key, names.get(key, ""), draft.scores.places[seats.column[key]]) for key in keys]


def _why_left_out(row: Mapping[str, Any], names: Mapping[int, str]) -> str:
    mentors = listed(row["mentors"], names)
    match row["reason"]:
        case reason if reason == NO_ELIGIBLE_MENTOR:
            return f"No mentor of this cohort passes the hard rules.{_obstacles(row['obstacles'])}"
        case reason if reason == ONLY_FORBIDDEN:
            return f"All mentors who pass the hard rules are forbidden for them. Release one: {mentors}."
        case reason if reason == MENTORS_FULL:
            return f"All mentors who suit them are taken. One more place of one of these is enough: {mentors}."
        case reason if reason == NO_GAIN:
            return f"They would fit nobody at all. Pin one of these, or choose another policy: {mentors}."
        case reason:
            return reason


def _obstacles(rules: Mapping[str, int]) -> str:
    """Return what would free somebody: the rules that alone keep mentors away, the most effective first."""
    if not rules:
        return " Each mentor breaks several of them, or a rule of the cohort. Invite others."
    most = sorted(rules, key=lambda name: (-rules[name], name))
    with override("en"):
        sentences = [
            f"{sentence} (mentors: {rules[name]})"
            for name in most
            for sentence in rules_in_words([name], private=False)
        ]
    return f" Without one of these, there would be somebody: {' '.join(sentences)}"


# --- alternatives, and comparison ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AlternativeInWords:
    """Another pair with its fit in points, and what pinning it costs the whole."""

    mentee_key: int
    mentor_key: int
    mentee: str
    mentor: str
    fit: float
    cost: EditCost


@dataclass(frozen=True, slots=True)
class WhatIfInWords:
    """The best other mentor of a mentee, and the best other mentee of the mentor. None: there is none."""

    of_mentee: AlternativeInWords | None
    of_mentor: AlternativeInWords | None


def what_if_of(draft: CohortDraft, mentee: int) -> WhatIfInWords:
    """Return the best alternatives for both sides of a pair. ``mentee``: the key of the member.

    Raises DraftNotMade, also for a mentee without a mentor.
    """
    if mentor_of(draft, mentee) is None:
        raise DraftNotMade("This mentee has no mentor in this draft.")
    seats, assignment = _seats(draft), assignment_of(draft)
    found = what_if(assignment, seats.row[mentee])

    def words(one: Alternative | None) -> AlternativeInWords | None:
        if one is None:
            return None
        keys = seats.keys(one.pair)
        names = names_of(keys)
        cost = in_words(one.cost, seats, Edit(pin=(keys,)).in_words(names))
        return AlternativeInWords(*keys, names.get(keys[0], ""), names.get(keys[1], ""), one.score / 100, cost)

    return WhatIfInWords(words(found.of_mentee), words(found.of_mentor))


@dataclass(frozen=True, slots=True)
class Comparison:
    """``moved``: mentees of both drafts with another mentor, from ``one`` to ``other``; ``moved_back``: the other way.

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
    def moved_back(self) -> tuple[Moved, ...]:
        return tuple(Moved(row.mentee_key, row.mentee, row.after, row.before) for row in self.moved)

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


def value_of(draft: CohortDraft) -> Value:
    """Return matched people, the worst fit, -1 without a pair, and the total of a draft, in ten-thousandths."""
    fits = _fits(draft)
    return Value(len(fits), min(fits, default=-1), sum(fits))


def _fits(draft: CohortDraft) -> list[int]:
    return [fit for fit, mentor in zip(draft.fits, draft.mentor_of, strict=True) if mentor != NOBODY]


def _mentors(draft: CohortDraft) -> dict[int, int | None]:
    seats = _seats(draft)
    return {
        key: None if mentor == NOBODY else seats.mentors[mentor]
        for key, mentor in zip(seats.mentees, draft.mentor_of, strict=True)
    }


# --- report and files -------------------------------------------------------------------------------------


def report_in_sentences(draft: CohortDraft) -> list[str]:
    """Return the report of a draft that is made. Fits are points, 0 to 100. One query."""
    report = draft.report
    if not report:
        return []
    mentees, matched = report["mentees"], report["matched"]
    found = [f"{matched} of {mentees} mentees have a mentor ({_percent(matched, mentees)})."]
    if matched:
        share = _percent(report["total"], report["highest_total"])
        found += [
            f"All fits sum up to {report['total'] / 100:.0f} points: {share} of the highest total without pins.",
            f"The worst pair has {report['worst'] / 100:.0f} points; 95 % have {report['fifth_percentile'] / 100:.0f} "
            "or more.",
            f"{_percent(report['first_choice'], matched)} of the pairs are the best of their mentee, and "
            f"{_percent(report['top_three'], matched)} are among the best three.",
        ]
        if weak := sum(fit < MIN_FIT * 100 for fit in _fits(draft)):
            found.append(f"Pairs with less than {MIN_FIT} points, who would not be proposed without a cohort: {weak}.")
    found.append(f"Mentors with places and without a mentee: {len(report['idle'])}.")
    found.append(f"Spread of the load (Gini, 0 is even): {report['gini']:.2f}.")
    found += _blocking(report)
    if left := len(report["left_out"]):
        found.append(f"Mentees without a mentor: {left}. Each has a reason below.")
    return found + [_group(group) for group in report["groups"]]


def _blocking(report: Mapping[str, Any]) -> list[str]:
    count = report["blocking_count"]
    if not count:
        return ["No two people would rather have each other."]
    pairs = report["blocking"][:3]
    names = names_of({key for pair in pairs for key in pair})
    some = "; ".join(f"{names.get(one, '')} and {names.get(other, '')}" for one, other in pairs)
    return [f"Pairs who would rather have each other: {count}. For example: {some}."]


def _group(group: Mapping[str, Any]) -> str:
    mean = "" if group["mean"] is None else f", a mean fit of about {group['mean'] / 100:.0f} points"
    waited = "" if group["wait_days"] is None else f", about {group['wait_days']:.0f} days since they joined"
    return (
        f"Group “{group['name']}”, {group['mentees']} mentees who stated it: about {group['matched_share']:.0%} matched"
        f"{mean}{waited}."
    )


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "0%"


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


def _seats(draft: CohortDraft) -> Seats:
    if draft.status != Status.DONE or draft.scores is None:
        raise DraftNotMade("This draft has no result.")
    return seats_of(draft.scores)
