"""The report of a draft of a cohort in sentences, and who has no pair in it. In English, for admins."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import override

from matching.engine import MIN_FIT
from matching.engine.assignment.report import MENTORS_FULL, NO_ELIGIBLE_MENTOR, NO_GAIN, ONLY_FORBIDDEN
from matching.models import CohortDraft
from matching.selectors.cohorts.drafts import PAGE, fits_of
from matching.selectors.cohorts.edits import decided
from matching.selectors.cohorts.findings import listed, names_of
from matching.selectors.cohorts.kept import Keys, seats_of_draft
from matching.selectors.cohorts.reading import ended_pairs
from matching.selectors.words_for_admins import rules_in_words


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
            f"The worst pair has {report['worst'] / 100:.0f} points; 95% have {report['fifth_percentile'] / 100:.0f} "
            "or more.",
            f"{_percent(report['first_choice'], matched)} of the pairs are the best of their mentee, and "
            f"{_percent(report['top_three'], matched)} are among the best three.",
        ]
        if weak := sum(fit < MIN_FIT * 100 for fit in fits_of(draft)):
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
    """Return a page of the mentees without a mentor. Four queries at most."""
    rows: Sequence[Mapping[str, Any]] = draft.report.get("left_out", [])[start : start + count]
    names = names_of({key for row in rows for key in (row["mentee"], *row["mentors"])})
    is_asked = any(row["reason"] == ONLY_FORBIDDEN for row in rows)
    apart = Apart(decided(draft)[1], ended_pairs(draft.cohort)) if is_asked else Apart()
    return [
        LeftOutRow(row["mentee"], names.get(row["mentee"], ""), row["reason"], _why_left_out(row, names, apart))
        for row in rows
    ]


def idle_rows(draft: CohortDraft, *, start: int = 0, count: int = PAGE) -> list[IdleRow]:
    """Return a page of the mentors without a mentee. One query."""
    keys = draft.report.get("idle", [])[start : start + count]
    names, seats = names_of(keys), seats_of_draft(draft)
    assert draft.scores is not None  # noqa: S101 -- for mypy: ``seats_of_draft`` refuses it
    return [IdleRow(key, names.get(key, ""), draft.scores.places[seats.column[key]]) for key in keys]


@dataclass(frozen=True, slots=True)
class Apart:
    """Pairs that are kept apart now: ``forbidden`` by organisers, and ``ended`` since they came to nothing."""

    forbidden: Collection[Keys] = frozenset()
    ended: Collection[Keys] = frozenset()


def _why_left_out(row: Mapping[str, Any], names: Mapping[int, str], apart: Apart) -> str:
    mentors = listed(row["mentors"], names)
    match row["reason"]:
        case reason if reason == NO_ELIGIBLE_MENTOR:
            return f"No mentor of this cohort passes the hard rules.{_obstacles(row['obstacles'])}"
        case reason if reason == ONLY_FORBIDDEN:
            pairs = [(row["mentee"], mentor) for mentor in row["mentors"]]
            if own := [pair[1] for pair in pairs if pair in apart.forbidden]:
                return f"All mentors who pass the hard rules are forbidden for them. Release one: {listed(own, names)}."
            if all(pair in apart.ended for pair in pairs):
                return (
                    f"All mentors who pass the hard rules were proposed to them before: {mentors}. Open the cohort "
                    "again, and invite others."
                )
            return f"All mentors who pass the hard rules were forbidden for them when it was made: {mentors}."
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
