"""No report of a cohort for its company, and no difference of two, tells of fewer than five people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from matching.company_numbers import FEW, MEASURES, OF_PEOPLE, OTHERS, Line, Part, Report, next_report

FIRST, SECOND, THIRD = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
DAYS = st.dates(date(2026, 1, 1), date(2026, 4, 30))


@st.composite
def parts(draw: st.DrawFn, person: int) -> Part:
    """Return somebody's part on a side. Their sessions and their start are before the first report."""
    matched = draw(st.booleans())
    return Part(
        person=person,
        side=draw(st.sampled_from(["mentee", "mentee", "mentor"])),
        department=draw(st.sampled_from(["Sales", "Research", "Law", ""])),
        matched=matched,
        running=matched and draw(st.booleans()),
        ended_as_planned=matched and draw(st.booleans()),
        started_in=draw(DAYS) if matched else None,
        sessions=tuple(draw(st.lists(DAYS, max_size=3))) if matched else (),
    )


@st.composite
def cohorts(draw: st.DrawFn, *, most: int = 40) -> list[Part]:
    return [draw(parts(person)) for person in range(draw(st.integers(0, most)))]


@st.composite
def few_changes(draw: st.DrawFn, cohort: list[Part]) -> list[Part]:
    """Return the cohort after fewer than FEW people joined, left, changed their department, or were matched or not."""
    changed = list(cohort)
    for number in range(draw(st.integers(1, FEW - 1))):
        deed = draw(st.sampled_from(["join", "leave", "move", "match"]))
        if deed == "join" or not changed:
            changed.append(draw(parts(1000 + number)))
            continue
        place = draw(st.integers(0, len(changed) - 1))
        if deed == "leave":
            del changed[place]
        elif deed == "move":
            changed[place] = replace(changed[place], department=draw(st.sampled_from(["Sales", "Law", "New", ""])))
        else:
            was = changed[place]
            changed[place] = replace(was, matched=not was.matched, running=not was.matched, ended_as_planned=False)
    return changed


def numbers(report: Report) -> Iterator[tuple[tuple[str, str, str], int]]:
    """Yield the number of each cell: how it is divided, the group, and what is counted."""
    for line in report.lines():
        for name in MEASURES:
            yield (line.by, line.group, name), getattr(line, name)


def people_in(cohort: list[Part], by: str, group: str, groups: list[str]) -> set[int]:
    """Return who is in a group, said in another way than the code under test does."""
    found = set()
    for part in cohort:
        if by == "all" or (by == "side" and part.side == group):
            found.add(part.person)
        elif by == "department":
            name = part.department if part.department in groups else OTHERS
            if name == group:
                found.add(part.person)
        elif by == "start" and part.side == "mentee" and part.started_in:
            first, last = group.split("/")
            if first <= part.started_in.strftime("%Y-%m") <= last:
                found.add(part.person)
    return found


@given(cohorts())
def test_every_group_that_is_shown_has_five_people_or_more(cohort):
    report = next_report(cohort, Report(), today=FIRST)

    for by, groups in report.groups.items():
        for group in groups:
            assert len(people_in(cohort, by, group, list(groups))) >= FEW, (by, group)


@given(cohorts())
def test_departments_that_are_shown_leave_nobody_out(cohort):
    """The rest would be the total minus the groups."""
    report = next_report(cohort, Report(), today=FIRST)
    groups = list(report.groups.get("department", ()))

    shown = set().union(*(people_in(cohort, "department", group, groups) for group in groups))
    assert not groups or shown == {part.person for part in cohort}
    assert len(groups) != 1


@given(cohorts())
def test_no_number_is_larger_than_what_it_counts_or_below_five_unless_it_is_zero(cohort):
    report = next_report(cohort, Report(), today=FIRST)

    for (by, group, name), number in numbers(report):
        assert number == 0 or number >= FEW
        if name in OF_PEOPLE:
            assert number <= len(people_in(cohort, by, group, list(report.groups.get(by, ()))))


@given(st.data())
def test_fewer_than_five_changes_move_no_number_of_people_and_no_group(data):
    cohort = data.draw(cohorts())
    first = next_report(cohort, Report(), today=FIRST)

    second = next_report(data.draw(few_changes(cohort)), first, today=SECOND)

    before, after = dict(numbers(first)), dict(numbers(second))
    assert {cell: after[cell] for cell in before if cell[2] in OF_PEOPLE} == {
        cell: number for cell, number in before.items() if cell[2] in OF_PEOPLE
    }
    for by, groups in first.groups.items():
        assert list(second.groups[by])[: len(groups)] == list(groups)


@given(st.data())
def test_a_number_of_sessions_moves_with_the_sessions_of_five_people(data):
    """One pair may hold many."""
    cohort = data.draw(cohorts())
    busy = data.draw(st.integers(0, 8))
    later = [
        replace(part, sessions=(*part.sessions, *[date(2026, 5, day) for day in range(2, 12)])) if n < busy else part
        for n, part in enumerate(cohort)
    ]
    first = next_report(cohort, Report(), today=FIRST)

    second = next_report(later, first, today=SECOND)

    moved = {cell for cell, number in numbers(second) if cell[2] == "sessions" and dict(numbers(first))[cell] != number}
    for by, group, _ in moved:
        since = first.counts[f"{by}:{group}"]["sessions"][1]
        those = people_in(later, by, group, list(second.groups.get(by, ())))
        active = {p.person for p in later if any(day.isoformat() > since for day in p.sessions)}
        assert len(those & active) >= FEW


@given(st.data())
def test_no_two_reports_are_subtracted_to_a_group_below_five(data):
    """The reports are of other days and groupings, and of before and after a few people joined, left or moved."""
    cohort = data.draw(cohorts())
    first = next_report(cohort, Report(), today=FIRST)
    second = next_report(data.draw(few_changes(cohort)), first, today=SECOND)
    third = next_report(data.draw(cohorts()), second, today=THIRD)
    # Somebody with another cohort of the same people has another grouping of them.
    elsewhere = next_report(data.draw(few_changes(cohort)), Report(), today=SECOND)
    found = [number for report in (first, second, third, elsewhere) for _cell, number in numbers(report)]

    for one, other in combinations(found, 2):
        assert one == other or abs(one - other) >= FEW
    for report in (first, second, third, elsewhere):
        cells = dict(numbers(report))
        for by, groups in report.groups.items():
            for name in MEASURES:
                rest = cells["all", "all", name] - sum(cells[by, group, name] for group in groups)
                assert rest == 0 or abs(rest) >= FEW


@given(st.data())
def test_a_change_of_a_number_between_any_two_reports_is_one_of_five_people(data):
    """The years of a cohort, a few people at a time: the numbers move late, and each move is of many."""
    cohort = data.draw(cohorts())
    report, stood = next_report(cohort, Report(), today=FIRST), {}
    for cell, _ in numbers(report):
        stood[cell] = cohort
    for month in range(6, 11):
        cohort = data.draw(few_changes(cohort))
        later = next_report(cohort, report, today=date(2026, month, 1))
        before = dict(numbers(report))
        for cell, number in numbers(later):
            by, group, name = cell
            if name == "people" and cell in before and number != before[cell]:
                groups = list(later.groups.get(by, ()))
                changed = people_in(stood[cell], by, group, groups) ^ people_in(cohort, by, group, groups)
                assert len(changed) >= FEW
            if cell not in before or later.counts[f"{by}:{group}"][name] != report.counts[f"{by}:{group}"][name]:
                stood[cell] = cohort
        report = later


# --- examples -------------------------------------------------------------------------------------------------------


def people(number: int, *, start: int = 0, side: str = "mentee", **facts) -> list[Part]:
    return [Part(person=start + each, side=side, **facts) for each in range(number)]


def test_a_report_has_its_groups_in_order():
    cohort = [
        *people(12, department="Sales", matched=True, running=True, started_in=date(2026, 3, 9)),
        *people(7, start=100, department="Law"),
        *people(3, start=200, department="Board"),
        *people(6, start=300, side="mentor", department="Sales"),
    ]

    lines = next_report(cohort, Report(), today=FIRST).lines()

    assert lines == [
        Line("all", "all", people=25, matched=10, running=10, ended_as_planned=0, sessions=0),
        Line("side", "mentee", people=20, matched=10, running=10, ended_as_planned=0, sessions=0),
        Line("side", "mentor", people=5, matched=0, running=0, ended_as_planned=0, sessions=0),
        # Three people of the board would be alone, so they are together with the smallest department.
        Line("department", "Sales", people=15, matched=10, running=10, ended_as_planned=0, sessions=0),
        Line("department", OTHERS, people=10, matched=0, running=0, ended_as_planned=0, sessions=0),
        Line("start", "2026-03/2026-03", people=10, matched=10, running=10, ended_as_planned=0, sessions=0),
    ]


def test_months_with_few_starts_are_told_together_once_they_are_five():
    cohort = [
        *people(3, matched=True, started_in=date(2026, 2, 1)),
        *people(3, start=10, matched=True, started_in=date(2026, 4, 1)),
        *people(9, start=20, matched=True, started_in=date(2026, 5, 1)),
    ]

    first = next_report(cohort, Report(), today=FIRST)
    second = next_report(cohort, first, today=SECOND)

    assert first.groups["start"] == ["2026-02/2026-04"]
    assert second.groups["start"] == ["2026-02/2026-04", "2026-05/2026-05"]


def test_somebody_on_both_sides_is_one_person():
    cohort = [*people(5), *people(5, side="mentor")]

    report = next_report(cohort, Report(), today=FIRST)

    assert [(line.by, line.group, line.people) for line in report.lines()] == [
        ("all", "all", 5),
        ("side", "mentee", 5),
        ("side", "mentor", 5),
    ]


def test_a_cohort_of_four_has_a_zero_and_no_groups():
    lines = next_report(people(4, matched=True), Report(), today=FIRST).lines()

    assert lines == [Line("all", "all", people=0, matched=0, running=0, ended_as_planned=0, sessions=0)]


def test_five_who_come_move_the_number():
    first = next_report(people(10), Report(), today=FIRST)

    assert next_report(people(14), first, today=SECOND).lines()[0].people == 10
    assert next_report(people(15), first, today=SECOND).lines()[0].people == 15
