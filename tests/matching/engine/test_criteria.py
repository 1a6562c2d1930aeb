import numpy as np
import pytest

from matching.engine import CRITERIA, Level, MentorTable, Speaks, Weights, fit

from .builders import MONDAY_EVENING, mentor, need, step, terms


def measured(criterion, request, **facts):
    """Return the value of ``criterion`` for a mentor with these facts, to three decimals. None: not stated."""
    table, weights = MentorTable([mentor(**facts)]), Weights((criterion,), (1.0,), "test")
    [[value]] = fit(request, table, np.array([0]), weights).criteria
    assert value.dtype == np.float32
    return None if np.isnan(value) else round(float(value), 3)


def test_values_have_the_order_of_the_rows():
    table = MentorTable([mentor(1, skills=terms("sql")), mentor(2), mentor(3, teaches=terms("sql"))])

    values = CRITERIA["needs"].evidence(need(needs=terms("sql")), table, np.array([2, 0]))

    assert values.tolist() == [1.0, 0.25]


@pytest.mark.parametrize(
    ("teaches", "skills", "value"),
    [
        (("sql", "java"), (), 1.0),
        (("sql",), (), 0.5),
        (("sql",), ("java",), 0.625),
        ((), ("sql", "java"), 0.25),
        (("sql",), ("sql",), 0.5),
        (("chess",), (), 0.0),
        ((), (), None),
    ],
)
def test_needs_is_the_share_of_the_skills_asked_for_that_are_taught(teaches, skills, value):
    request = need(needs=terms("SQL", "java", "sql"))

    assert measured("needs", request, teaches=terms(*teaches), skills=terms(*skills)) == value


def test_needs_is_not_stated_without_a_skill_asked_for():
    assert measured("needs", need(needs=()), teaches=terms("sql")) is None


PHYSICIST = step("particle physics", 2008, 2016, sector="academia", country="CH")
TO_INDUSTRY = need(
    "academia_to_industry",
    goal={"field": "data science", "sector": "industry", "country": "DE"},
    career=(step("particle physics", 2018, sector="academia", country="IT"),),
)


@pytest.mark.parametrize(
    ("career", "value"),
    [
        ((PHYSICIST, step("data science", 2016)), 0.95),
        ((PHYSICIST, step("data science", 2016, country="FR")), 0.82),
        ((PHYSICIST, step("forecasting", 2016)), 0.83),
        ((step("biology", 2008, sector="academia"), step("data science", 2016)), 0.85),
        ((step("biology", 1990, sector="academia"), step("sales", 1995, country="FR")), 0.55),
        ((step("data science", country="FR"),), 0.2),
        ((step("data science", country="DE"),), 0.25),
        ((step("sales", country="DE"),), 0.0),
        ((), None),
    ],
)
def test_path_counts_the_transition_first_then_its_matching_parts(career, value):
    assert measured("path", TO_INDUSTRY, career=career) == value


def test_path_counts_only_what_the_goal_states():
    career = (PHYSICIST, step("sales", 2026))

    assert measured("path", need("academia_to_industry"), career=career) == 1.0


def test_the_best_of_several_transitions_counts_for_path():
    once = (step("a", 2010, country="DE"), step("b", 2020, country="FR"))
    back = step("c", 2022, country="DE")

    request = need("job_abroad", goal={"country": "DE"})

    assert measured("path", request, career=once) == 0.781
    assert measured("path", request, career=(*once, back)) == 0.973


def test_a_found_job_alone_counts_little_for_path():
    request = need("job_search", goal={"field": "data science", "country": "DE"})

    assert (
        measured("path", request, career=(step("sales", 1990, country="US"), step("sales", 1995, country="US")))
        == 0.188
    )
    assert measured("path", request, career=(step("sales", 2010), step("data science", 2026))) == 1.0


@pytest.mark.parametrize(
    ("facts", "value"),
    [
        ({"goals": frozenset()}, 0.0),
        ({"goals": frozenset({"promotion"})}, 0.45),
        ({"goals": frozenset({"promotion"}), "session_kinds": frozenset({"cv_review"})}, 0.7),
        ({"goals": frozenset({"promotion"}), "helped_with": {"promotion": 1}}, 0.5),
        ({"goals": frozenset({"promotion"}), "helped_with": {"job_search": 9}}, 0.45),
        ({"goals": frozenset(), "career": (step(level=2), step(level=3, start=2018))}, 0.2),
    ],
)
def test_goal_adds_up_offers_own_experience_and_past_help(facts, value):
    assert measured("goal", need("promotion"), **facts) == value


def test_a_lived_job_search_counts_half():
    career = (step(start=2010), step(start=2015))

    assert measured("goal", need("job_search"), goals=frozenset(), career=career) == 0.1


def test_without_a_session_kind_the_other_parts_of_goal_share_its_points():
    assert measured("goal", need("promotion", session_kind=""), goals=frozenset({"promotion"})) == 0.6


@pytest.mark.parametrize(
    ("career", "value"),
    [
        ((step("data science", 2020),), 1.0),
        ((step("Data  Science", 2020),), 1.0),
        ((step("data science", 2010, 2026),), 1.0),
        ((step("data science", 2010, 2016), step("sales", 2016)), 0.3),
        ((step("data science", 1990, 2000), step("sales", 2000)), 0.0),
        ((step("analytics", 1990, 2000), step("sales", 2000)), 0.3),
        ((step("sales"),), 0.0),
        ((), None),
    ],
)
def test_field_counts_the_target_field_now_or_in_the_past_or_the_mentees_own(career, value):
    request = need(goal={"field": "data science"}, career=(step("analytics"),))

    assert measured("field", request, career=career) == value


def test_a_goal_without_a_field_stays_in_the_mentees_own():
    assert measured("field", need(career=(step("analytics"),)), career=(step("analytics"),)) == 1.0


def test_field_is_not_stated_if_the_need_has_none():
    assert measured("field", need(), career=(step("analytics"),)) is None


@pytest.mark.parametrize(
    ("level", "value"),
    [
        (Level.STUDENT, 0.1),
        (Level.JUNIOR, 0.4),
        (Level.MID, 1.0),
        (Level.LEAD, 1.0),
        (Level.MANAGER, 0.7),
        (Level.DIRECTOR, 0.5),
        (Level.EXECUTIVE, 0.5),
    ],
)
def test_one_to_three_levels_ahead_are_best(level, value):
    request = need(career=(step(level=Level.JUNIOR),))

    assert measured("steps_ahead", request, career=(step(level=level),)) == value


def test_a_mentor_below_the_goals_level_counts_for_less():
    request = need(goal={"level": Level.LEAD}, career=(step(level=Level.MID),))

    assert measured("steps_ahead", request, career=(step(level=Level.SENIOR),)) == 0.6


def test_a_mentee_without_a_career_is_assumed_one_level_below_the_goal():
    request = need(goal={"level": Level.LEAD})

    assert measured("steps_ahead", request, career=(step(level=Level.LEAD),)) == 1.0


def test_current_steps_alone_decide_the_levels_ahead():
    career = (step(level=Level.EXECUTIVE, start=2005, end=2010), step(level=Level.MID, start=2010))

    assert measured("steps_ahead", need(career=(step(level=Level.JUNIOR),)), career=career) == 1.0


def test_without_a_current_step_the_highest_level_counts():
    career = (step(level=Level.EXECUTIVE, start=2005, end=2010), step(level=Level.MID, start=2010, end=2020))

    assert measured("steps_ahead", need(career=(step(level=Level.JUNIOR),)), career=career) == 0.5


@pytest.mark.parametrize(("request_facts", "career"), [({}, (step(),)), ({"career": (step(),)}, ())])
def test_steps_ahead_needs_both_levels(request_facts, career):
    assert measured("steps_ahead", need(**request_facts), career=career) is None


@pytest.mark.parametrize(
    ("theirs", "value"),
    [
        ({"en": Speaks.WORKING}, 0.4),
        ({"en": Speaks.FLUENT}, 0.8),
        ({"en": Speaks.NATIVE}, 0.8),
        ({"en": Speaks.WORKING, "fr": Speaks.NATIVE}, 1.0),
        ({"en": Speaks.BASIC}, 0.0),
        ({"de": Speaks.NATIVE}, 0.0),
    ],
)
def test_language_counts_the_lower_level_of_the_two(theirs, value):
    request = need(languages={"en": Speaks.FLUENT, "fr": Speaks.NATIVE, "de": Speaks.BASIC})

    assert measured("language", request, languages=theirs) == value


@pytest.mark.parametrize(
    ("theirs", "value"),
    [(0, 0.0), (0b1111 << 72, 0.356), (MONDAY_EVENING, 0.565), ((1 << 672) - 1, 1.0), (None, None)],
)
def test_availability_grows_with_shared_hours_up_to_six(theirs, value):
    all_monday = (1 << 96) - 1

    assert measured("availability", need(hours=all_monday), hours=theirs) == value


def test_availability_is_not_stated_without_hours_of_the_mentee():
    assert measured("availability", need(), hours=MONDAY_EVENING) is None


def test_a_transition_out_of_one_of_several_own_fields_is_a_full_path():
    request = need("role_change", career=(step("physics"), step("law")))
    career = (step("physics", 2010, 2014), step("law", 2014, 2026), step("medicine", 2026))

    assert measured("path", request, career=career) == 1.0
