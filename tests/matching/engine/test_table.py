import math

import numpy as np
import pytest

from matching.engine import Mentor, MentorTable, Outcomes, Price, Speaks, Term, check_need, suggest

from .builders import TEXT, mentor, need, step, terms


def test_a_mentor_is_read_as_written():
    full = mentor(5, teaches=terms("sql"), career=(step(),), hours=3, price=Price(10, "EUR", "session"))
    table = MentorTable([mentor(7), full])

    assert table.mentor(table.row_of(5)) == full


def test_the_last_quarter_hour_of_the_week_is_kept():
    table = MentorTable([mentor(hours=1 << 671)])

    assert int(np.bitwise_count(table.hours[:]).sum()) == 1


def test_a_text_is_read_as_written_also_after_others_came_and_went():
    table = MentorTable([mentor(1), mentor(2, text=TEXT), mentor(3, text=-TEXT)])

    table.remove(1)
    table.put(mentor(2))

    assert table.mentor(table.row_of(3)).text.tolist() == (-TEXT).tolist()
    assert table.mentor(table.row_of(2)).text is None


def test_the_words_of_replaced_careers_are_forgotten():
    table = MentorTable([mentor(1, career=(step("law"),))])

    table.put(mentor(1, career=(step("art", role="Painter"),)))

    assert table.career_words.rows("law").tolist() == []
    assert table.career_words.rows("painte").tolist() == [0]


def test_a_table_can_be_empty():
    assert len(MentorTable([])) == 0


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"status": "retired"}, "status is 'retired'; give one of applied, approved"),
        ({"capacity": -1}, "capacity is -1; give a whole number from 0 to 2,147,483,647"),
        ({"running": math.nan}, "running is nan; give a whole number"),
        ({"helped_with": {"promotion": -2}}, "helped_with 'promotion' is -2"),
        ({"helped_with": {"promotion": 2**31}}, "helped_with 'promotion' is 2147483648"),
        ({"outcomes": {"promotion": Outcomes(-1)}}, "outcomes of 'promotion', asked, is -1"),
        ({"outcomes": {"promotion": Outcomes(3, 2, 3)}}, "outcomes of 'promotion' have more people than were asked"),
        ({"outcomes": {"promotion": Outcomes(3, 2, 2, 2)}}, "outcomes of 'promotion' have more people than were asked"),
        ({"formats": frozenset({"yearly"})}, "format is 'yearly'; give one of one_off, ongoing"),
        ({"hours": 1 << 672}, "hours are not bits 0 to 671"),
        ({"hours": -1}, "hours are not bits 0 to 671"),
        ({"languages": {"en": 9}}, "speaks 'en' at level 9"),
        ({"price": Price(math.nan, "EUR", "session")}, "price is nan; give a number of 0 or more"),
        ({"price": Price(10, "EUR", "year")}, "price per is 'year'; give one of session, month"),
        ({"price": Price(10, "", "month")}, "price has no currency"),
        ({"career": (step(sector="space"),)}, "sector is 'space'"),
        ({"career": (step(level=12),)}, "level is 12"),
        ({"career": (step(country="Germany"),)}, "country is 'Germany'; give an ISO 3166 alpha-2 code"),
        ({"career": (step(start=2016, end=2012),)}, "a step ends in 2012, before it starts in 2016"),
        ({"career": (step(start=math.nan),)}, "start is nan; give a whole year"),
        ({"text": np.ones((2, 8))}, r"text has shape \(2, 8\); give one vector"),
        ({"text": np.ones(0)}, r"text has shape \(0,\); give one vector"),
        ({"text": np.full(8, np.nan)}, "text has values that are no numbers"),
        ({"text": np.full(8, 3e38)}, "text has values .* outside of -1 to 1"),
        ({"teaches": (Term(" ", "?"),)}, r"the skill written '\?' has no key"),
    ],
)
def test_an_invalid_mentor_is_refused_with_the_id(facts, fault):
    with pytest.raises(ValueError, match=f"^Mentor 17: {fault}"):
        MentorTable([mentor(3), mentor(17, **facts)])


def test_a_text_of_other_dimensions_is_refused():
    with pytest.raises(ValueError, match=r"^Mentor 17: text has 8 dimensions; the others' have 2"):
        MentorTable([mentor(3, text=TEXT), mentor(17, text=np.ones(8, dtype=np.float32))])


def test_a_duplicate_id_is_refused():
    with pytest.raises(ValueError, match=r"^Mentor 4: is in the table twice"):
        MentorTable([mentor(4), mentor(4)])


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"format": "weekly"}, "format is 'weekly'"),
        ({"minutes": -5}, "minutes is -5"),
        ({"max_price": Price(-1, "EUR", "session")}, "max_price is -1"),
        ({"goal": {"country": "de"}}, "country is 'de'"),
        ({"goal": {"sector": "space"}}, "goal's sector is 'space'"),
        ({"goal": {"level": 99}}, "level is 99"),
        ({"year": 26}, "year is 26"),
        ({"text": np.ones((2, 8))}, r"text has shape \(2, 8\)"),
        ({"question": np.full(8, np.inf)}, "question has values that are no numbers"),
    ],
)
def test_an_invalid_need_is_refused_with_the_mentees_id(facts, fault):
    with pytest.raises(ValueError, match=f"^Mentee 1000: {fault}"):
        check_need(need(**facts))


@pytest.mark.parametrize(
    ("running", "booked", "cost"), [(1, 0, 2.5), (1, 60, 2.5), (1, 180, 7.5), (3, 60, 7.5), (0, 900, 10.0)]
)
def test_load_is_the_fuller_of_places_and_hours(running, booked, cost):
    person = mentor(capacity=4, running=running, monthly_minutes=240, booked_minutes=booked)

    assert MentorTable([person]).load_cost[:].tolist() == [cost]


def test_load_has_no_limit_far_above_the_capacity():
    table = MentorTable([mentor(capacity=1, running=300)])

    assert table.load_cost[:].tolist() == [3000.0]


def test_a_table_grows_mentor_by_mentor():
    table = MentorTable([mentor(1)])
    suggest(need(), table)

    for id in range(2, 201):
        table.put(mentor(id, career=(step(),)))

    assert sorted(person.mentor_id for person in suggest(need(), table).ranked) == list(range(1, 201))


def test_records_of_replaced_careers_are_reused():
    table = MentorTable([mentor(1, career=(step("law"),))])

    for year in range(1950, 2020):
        table.put(mentor(2, career=(step("physics", year), step("law", year + 1), step("art", year + 2))))

    assert len(table.steps.flat) < 100
    fields = {field: table.fields.of(field) for field in ("law", "physics", "art")}
    steps, owners = table.steps.records(table.rows_of([1, 2]))
    assert owners.tolist() == [0, 1, 1, 1]
    assert steps["field"].tolist() == [fields["law"], fields["physics"], fields["law"], fields["art"]]


@pytest.mark.parametrize(
    ("before", "after", "sampled"),
    [
        ({"status": "approved"}, {"status": "paused"}, [1]),
        ({"status": "paused"}, {"status": "approved"}, [1, 2]),
        ({"id": 3, "status": "paused"}, {"status": "approved"}, [1, 2]),
    ],
)
def test_the_sample_follows_changes_of_status(before, after, sampled):
    table = MentorTable([mentor(1), mentor(**{"id": 2} | before)])
    assert table.sample.size

    table.put(mentor(2, **after))

    assert table.ids[table.sample].tolist() == sampled


def test_a_mentor_with_the_required_facts_only_is_accepted():
    assert len(MentorTable([Mentor(1, "applied", {"en": Speaks.BASIC})])) == 1
