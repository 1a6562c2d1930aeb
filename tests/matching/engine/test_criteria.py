import numpy as np
import pytest

from matching.engine import CRITERIA, MentorTable, Outcomes, Weights, fit
from matching.engine.criteria.sentences import closeness
from matching.engine.criteria.text import scaled
from matching.engine.fitted import FITTED, Scale

from .builders import TEXT, at_cosine, at_share, mentor, need, sentences, step, terms


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
    ("career", "value"),
    [
        ((step("data science", role="Analyst"),), 0.667),
        ((step("data science", role="Data analyst"),), 0.667),
        ((step("sales", role="Engineer"),), 0.333),
        ((step("science of data", role=""),), 0.667),
        ((step("sales", role="DATA"), step("law", role="Engineering lead")), 0.667),
        ((step("sales", role="Cook"),), 0.0),
        ((), None),
    ],
)
def test_position_is_the_share_of_the_wanted_words_in_the_career(career, value):
    # The words are data, engine (engineer, engineering) and scienc (science). A rank is no word of the position.
    request = need(goal={"role": "Senior data engineer", "field": "data science"})

    assert measured("position", request, career=career) == value


@pytest.mark.parametrize("goal", [{}, {"role": "Head of", "field": ""}])
def test_position_is_not_stated_if_the_goal_names_no_words(goal):
    assert measured("position", need(goal=goal), career=(step(),)) is None


@pytest.mark.parametrize(
    ("career", "value"),
    [((step(country="DE", end=2017), step(country="FR")), 1.0), ((step(country="FR"),), 0.0), ((), None)],
)
def test_market_counts_work_in_the_wanted_country(career, value):
    assert measured("market", need(goal={"country": "DE"}), career=career) == value


def test_market_is_not_stated_without_a_wanted_country():
    assert measured("market", need(), career=(step(),)) is None


@pytest.mark.parametrize(
    ("career", "value"),
    [((step(sector="public", end=2017), step()), 1.0), ((step(sector="industry"),), 0.0), ((), None)],
)
def test_sector_counts_work_in_the_wanted_sector(career, value):
    assert measured("sector", need(goal={"sector": "public"}), career=career) == value


def test_sector_is_not_stated_without_a_wanted_sector():
    assert measured("sector", need(), career=(step(),)) is None


@pytest.mark.parametrize(("goals", "value"), [({"promotion", "job_search"}, 1.0), ({"job_search"}, 0.0), (set(), 0.0)])
def test_goal_counts_the_kinds_that_the_mentor_offers(goals, value):
    assert measured("goal", need("promotion"), goals=frozenset(goals)) == value


@pytest.mark.parametrize(("kinds", "value"), [({"cv_review"}, 1.0), ({"mock_interview"}, 0.0), (set(), 0.0)])
def test_session_counts_the_kinds_that_the_mentor_offers(kinds, value):
    assert measured("session", need(session_kind="cv_review"), session_kinds=frozenset(kinds)) == value


def test_session_is_not_stated_if_no_kind_is_asked_for():
    assert measured("session", need(session_kind=""), session_kinds=frozenset({"cv_review"})) is None


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_text_is_the_cosine_on_its_scale(share):
    assert measured("text", need(text=TEXT), text=at_share(share)) == pytest.approx(share, abs=1e-3)


@pytest.mark.parametrize(("cosine", "value"), [(-0.9, 0.0), (0.99, 1.0)])
def test_text_beyond_the_ends_of_its_scale_counts_nothing_or_all(cosine, value):
    assert measured("text", need(text=TEXT), text=at_cosine(cosine)) == value


@pytest.mark.parametrize(("theirs", "ours"), [(TEXT, None), (None, TEXT), (None, None)])
def test_text_is_not_stated_without_both_texts(theirs, ours):
    assert measured("text", need(text=ours), text=theirs) is None


def test_a_value_is_scaled_between_both_ends():
    values = np.array([0.1, 0.2, 0.25, 0.4, 0.9], dtype=np.float32)

    assert scaled(values, Scale(0.2, 0.4)).tolist() == pytest.approx([0, 0, 0.25, 1, 1])


@pytest.mark.parametrize(
    ("cosines", "mean"),
    [
        ((0.6, 0.3, 0.3, 0.1), 0.4),
        ((0.1, 0.3, 0.6, 0.3), 0.4),
        ((0.6,), 0.2),
        ((0.6, -0.6), 0.2),
        ((-0.6,), 0.0),
    ],
)
def test_closeness_is_the_mean_of_the_three_closest_sentences(cosines, mean):
    [found] = closeness(need(question=TEXT), np.array([7]), {7: sentences(*cosines)})

    assert found == pytest.approx(mean, abs=1e-6)


@pytest.mark.parametrize(
    ("question", "theirs"),
    [(TEXT, {}), (TEXT, {8: sentences(0.6)}), (TEXT, {7: sentences()}), (None, {7: sentences(0.6)})],
    ids=["nothing read", "others read", "no sentence", "no question"],
)
def test_closeness_is_not_stated_without_a_question_and_sentences(question, theirs):
    assert np.isnan(closeness(need(question=question), np.array([7]), theirs)).tolist() == [True]


def test_sentences_are_measured_on_their_scale():
    scale = FITTED.scales["sentences"]
    middle = (scale.lower + scale.upper) / 2
    read = {1: sentences(middle, middle, middle), 2: sentences(0.99, 0.99, 0.99), 3: sentences(0.01)}
    table = MentorTable([mentor(id) for id in (1, 2, 3, 4)])
    weights = Weights(("sentences",), (1.0,), "test")

    judged = fit(need(question=TEXT), table, np.arange(4), weights, read)

    assert judged.criteria[:, 0].tolist() == pytest.approx([0.5, 1.0, 0.0, np.nan], abs=1e-5, nan_ok=True)


def test_a_transition_out_of_one_of_several_own_fields_is_a_full_path():
    request = need("role_change", career=(step("physics"), step("law")))
    career = (step("physics", 2010, 2014), step("law", 2014, 2026), step("medicine", 2026))

    assert measured("path", request, career=career) == 1.0


@pytest.mark.parametrize(
    ("goals", "outcomes", "value"),
    [
        ({"promotion"}, {}, 1.0),
        ({"promotion"}, {"promotion": Outcomes(9, 9, 0)}, 1.0),
        ({"role_change"}, {}, 0.0),
        (set(), {"promotion": Outcomes(2, 2, 2)}, 0.0),
        (set(), {"promotion": Outcomes(3, 3, 3)}, 0.6),
        (set(), {"promotion": Outcomes(10, 10, 10)}, 0.833),
        (set(), {"promotion": Outcomes(3, 3, 0)}, 0.0),
        (set(), {"promotion": Outcomes(5, 4, 3)}, 0.429),
        (set(), {"promotion": Outcomes(5, 3, 3, content=1)}, 0.429),
        (set(), {"promotion": Outcomes(5, 3, 3, content=2)}, 0.571),
        (set(), {"role_change": Outcomes(3, 3, 3)}, 0.0),
    ],
)
def test_goal_is_1_if_offered_else_the_smoothed_share_who_reached_it(goals, outcomes, value):
    assert measured("goal", need("promotion"), goals=frozenset(goals), outcomes=outcomes) == value
