"""A cohort as it is now, for the engine: people, requests, places, rules, and what admins decided."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from accounts.duplicates import alike
from accounts.models import MentorProfile
from accounts.selectors import taxonomy
from matching.engine import MentorTable, Need, weights_of
from matching.engine.assignment import (
    Apart,
    DifferentDepartment,
    OutsideReportingLine,
    OutsideReportingLines,
    Pair,
    PairRule,
)
from matching.engine.assignment.scores import Ints
from matching.models import CohortDecision, CohortPair, HelpRequest
from matching.selectors.cohorts.packing import must_be_kept
from matching.selectors.cohorts.places import current_pairs, pairs_of, places_left
from matching.selectors.facts import judged_mentors
from matching.selectors.needs import needs_of
from matching.selectors.suggestions import without_limits
from mentorship.models import Cohort, CohortMember
from mentorship.selectors.mentors import kept_apart_each

Side = CohortMember.Side

# Fields of a mentee that may be empty, and the criterion that each feeds, if it feeds one.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "target_role": ("position",),
    "target_field": ("position",),
    "target_sector": ("sector",),
    "target_country": ("market",),
    "skills": ("needs",),
    "career": ("path",),
    "hours": (),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A finding as a draft keeps it: ``mentees`` and ``mentors`` are keys of members. ``stops``: no draft is made."""

    code: str
    values: Mapping[str, int | str] = field(default_factory=dict)
    mentees: tuple[int, ...] = ()
    mentors: tuple[int, ...] = ()
    stops: bool = False

    @property
    def stored(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, eq=False)
class Reading:
    """``mentees``, ``requests``, ``needs`` are in one order, and so are ``mentors``, ``places``, rows of ``table``.

    ``pins`` and ``bans``: decisions about people who are here, as indexes. ``findings``: what was seen while reading.
    """

    mentees: Sequence[CohortMember]
    requests: Sequence[HelpRequest]
    needs: Sequence[Need]
    mentors: Sequence[CohortMember]
    places: Ints
    table: MentorTable
    rules: tuple[PairRule, ...]
    people: tuple[Sequence[int], Sequence[int]]
    pins: frozenset[Pair]
    bans: frozenset[Pair]
    findings: Sequence[Found]

    @property
    def missing(self) -> dict[int, list[str]]:
        """The names of FIELDS that each mentee does not state, by index."""
        found = {index: _missing(need) for index, need in enumerate(self.needs)}
        return {index: names for index, names in found.items() if names}

    @property
    def gains(self) -> dict[tuple[int, str], float]:
        """The points of the fit that each missing field would decide."""
        found: dict[tuple[int, str], float] = {}
        for index, names in self.missing.items():
            weights = weights_of(self.needs[index])
            points = dict(zip(weights.names, weights.points, strict=True))
            found |= {(index, name): sum(points.get(one, 0.0) for one in FIELDS[name]) for name in names}
        return found


def round_of(cohort: Cohort) -> int:
    """Return the round that a draft asked for now belongs to: one more than the last in which a pair was published."""
    published = pairs_of(cohort).exclude(status=CohortPair.Status.WITHDRAWN)
    last = published.order_by("-draft__round").values_list("draft__round", flat=True).first()
    return 1 if last is None else last + 1


def read_cohort(cohort: Cohort, *, now: datetime) -> Reading:
    """Return the people of ``cohort`` who can be matched now. The number of queries is constant.

    Mentees have an open request of the cohort, and no pair that waits or was confirmed. Mentors are approved.
    Raises BadCohort if there are too many pairs.
    """
    rows = CohortMember.objects.filter(cohort=cohort).select_related("person__profile", "person__mentor")
    # Ordered, so that the same people are read the same way.
    members = list(rows.order_by("pk"))
    here = [member for member in members if member.left_at is None and member.person.is_active]
    findings: list[Found] = []
    mentees, requests = _mentees(cohort, here, findings)
    mentors, table, skills = [], MentorTable(), taxonomy()
    approved = _approved([member for member in here if member.side == Side.MENTOR], findings)
    if not mentees:
        findings.append(Found("no_mentees", stops=True))
    if not approved:
        findings.append(Found("no_mentors", stops=True))
    must_be_kept(len(mentees), len(approved))
    judged = judged_mentors(skills=skills, now=now, among=list(approved))
    table = MentorTable(without_limits(judged))
    mentors = [approved[user] for user in table.ids[:].tolist()]
    needs = needs_of(requests, skills=skills, now=now)
    people = _people(mentees, mentors)
    decided = _Decisions(cohort, mentees, mentors, findings)
    places, full = places_left(cohort, mentors)
    if full:
        findings.append(Found("mentors_full", {"count": len(full)}, mentors=tuple(sorted(one.pk for one in full))))
    return Reading(
        mentees=mentees,
        requests=requests,
        needs=needs,
        mentors=mentors,
        places=np.array(places, dtype=np.int64),
        table=table,
        rules=_rules(cohort, members, mentees, mentors, people, findings),
        people=(
            [people[member.person_id] for member in mentees],
            [people[member.person_id] for member in mentors],
        ),
        pins=decided.pins,
        bans=decided.bans,
        findings=findings,
    )


def _mentees(
    cohort: Cohort, here: Iterable[CohortMember], findings: list[Found]
) -> tuple[list[CohortMember], list[HelpRequest]]:
    requests = HelpRequest.objects.filter(cohort=cohort, status=HelpRequest.Status.OPEN, mentee__profile__isnull=False)
    request_of = {
        one.mentee_id: one for one in requests.select_related("mentee", "goal__kind", "session_kind").order_by("pk")
    }
    taken = set(current_pairs(cohort).values_list("help_request__mentee", flat=True))
    free = [member for member in here if member.side == Side.MENTEE and member.person_id not in taken]
    mentees = sorted((member for member in free if member.person_id in request_of), key=lambda member: member.pk)
    if without := tuple(sorted(member.pk for member in free if member.person_id not in request_of)):
        findings.append(Found("mentees_without_request", {"count": len(without)}, mentees=without))
    return mentees, [request_of[member.person_id] for member in mentees]


def _approved(mentors: Iterable[CohortMember], findings: list[Found]) -> dict[int, CohortMember]:
    """Return the approved mentors by user."""
    approved, others = {}, []
    for member in mentors:
        profile = getattr(member.person, "mentor", None)
        if profile is not None and profile.status == MentorProfile.Status.APPROVED:
            approved[member.person_id] = member
        else:
            others.append(member.pk)
    if others:
        findings.append(Found("mentors_not_available", {"count": len(others)}, mentors=tuple(sorted(others))))
    return approved


# --- rules ------------------------------------------------------------------------------------------------


def _people(*sides: Iterable[CohortMember]) -> dict[int, int]:
    """Return a key of the person of each account: the lowest account of all that may be the same person."""
    users = {member.person_id for side in sides for member in side}
    above: dict[int, int] = {}

    def top(user: int) -> int:
        while user in above:
            user = above[user]
        return user

    pairs = alike(users)
    for one, other in pairs:
        first, second = sorted((top(one), top(other)))
        if first != second:
            above[second] = first
    # Those outside of the cohort count as well: what keeps one account apart keeps all of the person apart.
    return {user: top(user) for user in users.union(*pairs)}


def _rules(
    cohort: Cohort,
    members: Iterable[CohortMember],
    mentees: Sequence[CohortMember],
    mentors: Sequence[CohortMember],
    people: Mapping[int, int],
    findings: list[Found],
) -> tuple[PairRule, ...]:
    apart = [
        (people.get(one, one), people.get(other, other))
        for one, others in kept_apart_each(people).items()
        for other in others
    ]
    rules: list[PairRule] = [
        Apart([people[member.person_id] for member in mentees], [people[member.person_id] for member in mentors], apart)
    ]
    if cohort.different_department:
        rules.append(DifferentDepartment(*([_department(member) for member in side] for side in (mentees, mentors))))
    if cohort.outside_reporting_line:
        rules += _reporting_line(members, mentees, mentors, findings)
    return tuple(rules)


def _department(member: CohortMember) -> str:
    profile = getattr(member.person, "profile", None)
    return " ".join(profile.department.casefold().split()) if profile else ""


def _reporting_line(
    members: Iterable[CohortMember],
    mentees: Sequence[CohortMember],
    mentors: Sequence[CohortMember],
    findings: list[Found],
) -> list[PairRule]:
    managers_of = _managers_of(members)
    if circle_of(managers_of):
        # Nobody can correct the manager of somebody who left.
        managers_of = _managers_of(member for member in members if member.left_at is None)
    if circle := circle_of(managers_of):
        one, other = (tuple(sorted(m.pk for m in members if m.person_id in circle and m.side == side)) for side in Side)
        findings.append(Found("manager_circle", {"count": len(circle)}, one, other, stops=True))
        return []
    below, above = ([member.person_id for member in side] for side in (mentees, mentors))
    if all(len(managers) == 1 for managers in managers_of.values()):
        manager_of: dict[Hashable, Hashable] = {person: manager for person, [manager] in managers_of.items()}
        return [OutsideReportingLine(below, above, manager_of)]
    # Somebody on both sides may have a manager on each. Both count.
    return [OutsideReportingLines(below, above, _lines({*below, *above}, managers_of))]


def _managers_of(members: Iterable[CohortMember]) -> dict[int, set[int]]:
    """Return the managers of each person: two, if somebody on both sides has another one on each."""
    found: dict[int, set[int]] = {}
    for member in members:
        if member.manager_id is not None:
            found.setdefault(member.person_id, set()).add(member.manager_id)
    return found


def _lines(people: Iterable[int], managers_of: Mapping[int, Collection[int]]) -> Iterator[tuple[int, int]]:
    """Yield each of ``people`` with everybody above them."""
    for person in people:
        above: set[int] = set()
        left = [*managers_of.get(person, ())]
        while left:
            one = left.pop()
            if one not in above:
                above.add(one)
                left += managers_of.get(one, ())
        yield from ((person, one) for one in above)


def circle_of(managers_of: Mapping[int, Collection[int]]) -> frozenset[int]:
    """Return people who manage each other in a circle. Empty if there is none."""
    below: dict[int, list[int]] = {}
    # Managers of each person who are not known to be above all circles.
    count = {person: len(set(managers) & managers_of.keys()) for person, managers in managers_of.items()}
    for person, managers in managers_of.items():
        for manager in set(managers):
            below.setdefault(manager, []).append(person)
    free = [person for person in count if not count[person]]
    while free:
        for one in below.get(free.pop(), ()):
            count[one] -= 1
            if not count[one]:
                free.append(one)
    # All others are in a circle or below one: the way up ends in a circle.
    way: dict[int, None] = {}
    at = min((person for person in count if count[person]), default=None)
    while at is not None and at not in way:
        way[at] = None
        at = min(manager for manager in managers_of[at] if count.get(manager))
    return frozenset() if at is None else frozenset([*way][[*way].index(at) :])


# --- decisions --------------------------------------------------------------------------------------------


class _Decisions:
    """The decisions of admins about those who are here, and the bans of pairs that ended."""

    def __init__(
        self, cohort: Cohort, mentees: Sequence[CohortMember], mentors: Sequence[CohortMember], findings: list[Found]
    ) -> None:
        row = {member.pk: index for index, member in enumerate(mentees)}
        column = {member.pk: index for index, member in enumerate(mentors)}
        ended = ended_pairs(cohort)
        taken = set(current_pairs(cohort).values_list("help_request__mentee", flat=True))
        rows = CohortDecision.objects.filter(mentee__cohort=cohort).select_related("mentee").order_by("pk")
        pins: set[Pair] = set()
        bans = {(row[one], column[other]) for one, other in ended if one in row and other in column}
        for decision in rows:
            one, other = decision.mentee_id, decision.mentor_id
            is_pin = decision.kind == CohortDecision.Kind.PIN
            if is_pin and (one, other) in ended:
                findings.append(Found("pin_said_no", {}, (one,), (other,)))
            elif one in row and other in column:
                (pins if is_pin else bans).add((row[one], column[other]))
            elif is_pin and decision.mentee.person_id not in taken:
                findings.append(Found("pin_left", {}, (one,), (other,)))
        # An ended pair that is pinned was found above.
        self.pins, self.bans = frozenset(pins), frozenset(bans)


def ended_pairs(cohort: Cohort) -> set[tuple[int, int]]:
    """Return the pairs of which one said no, or did not answer, as keys of members."""
    ended = pairs_of(cohort).filter(status__in=CohortPair.CAME_TO_NOTHING)
    return _as_members(cohort, ended.values_list("help_request__mentee", "mentor__user"))


def held_pairs(cohort: Cohort) -> set[tuple[int, int]]:
    """Return the pairs that wait for answers or were confirmed, as keys of members."""
    return _as_members(cohort, current_pairs(cohort).values_list("help_request__mentee", "mentor__user"))


def _as_members(cohort: Cohort, pairs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    pairs = list(pairs)
    if not pairs:
        return set()
    rows = CohortMember.objects.filter(cohort=cohort).values_list("side", "person", "pk")
    key_of = {(side, person): key for side, person, key in rows}
    both = [(key_of.get((Side.MENTEE, one)), key_of.get((Side.MENTOR, other))) for one, other in pairs]
    return {(one, other) for one, other in both if one is not None and other is not None}


def _missing(need: Need) -> list[str]:
    goal = need.goal
    stated: dict[str, Any] = {
        "target_role": goal.role,
        "target_field": goal.field,
        "target_sector": goal.sector,
        "target_country": goal.country,
        "skills": need.needs,
        "career": need.career,
        "hours": need.hours is not None,
    }
    return [name for name, value in stated.items() if not value]
