from dataclasses import replace

import pytest

from matching.engine import Level, MentorTable, Outcomes, Speaks, Vocabulary, suggest

from .builders import MONDAY_EVENING, TEXT, mentor, need, step, term, terms

WORDS = Vocabulary(
    countries={"DE": "Germany", "US": "the United States", "IN": "India"},
    languages={"en": "English", "ru": "Russian"},
    session_kinds={"cv_review": "a CV review"},
    goals={"academia_to_industry": "move from academia to industry", "job_search": "find a job"},
)


def told(request, person, vocabulary=WORDS):
    [suggestion] = suggest(
        request, MentorTable([person]), vocabulary=vocabulary and (lambda language: vocabulary)
    ).ranked
    return suggestion


PHYSICIST = step("particle physics", 2010, 2016, sector="academia", role="Postdoctoral researcher", level=Level.MID)
TEAM_LEAD = step("e-commerce", 2016, role="Team lead search", level=Level.LEAD)


def test_five_reasons_are_given_those_with_most_points_first():
    request = need(
        "academia_to_industry",
        goal={"country": "DE", "field": "e-commerce"},
        needs=(term("multivariate analysis", "machine learning"), term("translating an academic CV")),
        career=(step("particle physics", 2019, sector="academia", level=Level.MID),),
        hours=MONDAY_EVENING,
    )
    person = mentor(
        career=(PHYSICIST, TEAM_LEAD),
        teaches=(term("machine learning"), term("translating an academic CV")),
        session_kinds=frozenset({"cv_review"}),
        hours=MONDAY_EVENING,
    )

    suggestion = told(request, person)

    assert suggestion.reasons == (
        "Works in e-commerce, your target field.",
        "Moved from academia to industry in Germany in 2016, as you want to.",
        "Offers a CV review.",
        "Has worked in Germany, where you want to work.",
        "Teaches translating an academic CV, which you asked for.",
    )
    assert suggestion.mentor_reasons == (
        "Wants to work in e-commerce, as you do.",
        "Wants to move from academia to industry, as you did in 2016.",
        "Asks for a CV review, which you offer.",
        "Needs help with translating an academic CV, which you teach.",
        "Needs help with multivariate analysis, which you call machine learning.",
    )


def test_a_thin_profile_has_reasons_from_the_hard_rules():
    suggestion = told(need(), mentor())

    assert suggestion.reasons == ("Speaks English with you.", "Offers help with this kind of goal.")
    assert suggestion.mentor_reasons == (
        "Wants to find a job, which you help with.",
        "Speaks English with you.",
    )


def test_all_that_is_asked_for_comes_before_smaller_facts():
    request = need(goal={"country": "DE"}, needs=(term("sql"),), text=TEXT)
    person = mentor(career=(TEAM_LEAD,), teaches=(term("sql"),), text=TEXT)

    assert told(request, person).reasons[0] == "Teaches sql, which you asked for."


def test_work_in_the_wanted_sector_is_a_reason():
    request = need(goal={"sector": "industry"})

    assert "Has worked in the sector that you want." in told(request, mentor(career=(TEAM_LEAD,))).reasons
    assert "Has worked in the sector that you want." not in told(request, mentor(career=(PHYSICIST,))).reasons


def test_skills_in_the_same_words_share_a_sentence():
    request = need(needs=terms("SQL", "java", "statistics"))

    reasons = told(request, mentor(teaches=terms("sql", "java", "chess"), skills=terms("statistics"))).reasons

    assert "Teaches sql and java, which you asked for." in reasons
    assert "Knows statistics, which you asked for." in reasons


@pytest.mark.parametrize(
    ("kind", "goal", "career", "sentence"),
    [
        (
            "academia_to_industry",
            {"country": "US"},
            (PHYSICIST, TEAM_LEAD),
            "Moved from academia to industry in Germany in 2016.",
        ),
        (
            "job_abroad",
            {"country": "US"},
            (step(country="IN", end=2018), step(country="US", start=2018)),
            "Moved from India to the United States for work in 2018, as you want to.",
        ),
        (
            "promotion",
            {},
            (step(level=Level.MID, end=2019), step(level=Level.SENIOR, start=2019)),
            "Was promoted in data science in 2019, as you want to.",
        ),
        (
            "first_leadership_role",
            {"field": "sales"},
            (step(level=Level.LEAD),),
            "Took on a first leadership role in data science in 2016.",
        ),
        (
            "role_change",
            {"field": "Data Science"},
            (step("analytics", end=2020), step("data science", 2020)),
            "Changed from analytics to data science in 2020, as you want to.",
        ),
        (
            "job_search",
            {"field": "data science", "country": "DE"},
            (step("analytics", end=2020), step("data science", 2020)),
            "Found a job in data science in Germany in 2020, as you want to.",
        ),
    ],
)
def test_a_transition_is_called_wanted_only_if_it_matches_the_goal(kind, goal, career, sentence):
    request = need(kind, goal=goal)

    assert sentence in told(request, mentor(goals=frozenset({kind}), career=career)).reasons


def test_a_wanted_role_is_a_reason_without_a_transition():
    request = need(goal={"role": "data scientist"})

    assert "Works as data scientist, the role you want." in told(request, mentor(career=(step(),))).reasons


@pytest.mark.parametrize(
    ("career", "sentence"),
    [
        ((step("data science"),), "Works in data science, your target field."),
        (
            (step("data science", end=2024), step("sales", 2024)),
            "Worked in data science, your target field, until 2024.",
        ),
        ((step("analytics", 2010),), "Works in analytics, your own field."),
    ],
)
def test_a_shared_field_is_a_reason(career, sentence):
    request = need(goal={"field": "data science"}, career=(step("analytics", level=Level.EXECUTIVE),))

    assert sentence in told(request, mentor(career=career)).reasons


def test_a_capital_inside_an_abbreviation_stays():
    request = need(career=(step(level=Level.SENIOR),))
    person = mentor(career=(step(role="ML platform engineer", level=Level.LEAD),))

    assert "Is one level above you: ML platform engineer." in told(request, person).reasons


@pytest.mark.parametrize(
    ("quarters", "sentence"),
    [
        (8, "Has 2 hours a week in common with you."),
        (6, "Has 1.5 hours a week in common with you."),
        (4, "Has 1 hour a week in common with you."),
        (3, "Has 45 minutes a week in common with you."),
    ],
)
def test_shared_time_is_a_reason_for_both(quarters, sentence):
    suggestion = told(need(hours=MONDAY_EVENING), mentor(hours=((1 << quarters) - 1) << 72))

    assert sentence in suggestion.reasons
    assert sentence in suggestion.mentor_reasons


def test_only_shared_languages_are_named_the_best_spoken_first():
    request = need(languages={"de": Speaks.NATIVE, "en": Speaks.FLUENT, "ru": Speaks.NATIVE})
    person = mentor(languages={"de": Speaks.BASIC, "en": Speaks.FLUENT, "ru": Speaks.NATIVE})

    assert "Speaks Russian and English with you." in told(request, person).reasons


@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        (1, "Has helped one person with this kind of goal."),
        (3, "Has helped 3 people with this kind of goal."),
    ],
)
def test_earlier_help_is_a_reason(people, sentence):
    assert sentence in told(need(), mentor(helped_with={"job_search": people})).reasons


@pytest.mark.parametrize(
    ("outcomes", "sentence"),
    [
        (Outcomes(3, 3, 3), "Worked with 3 people on this kind of goal; all of them reached what they hoped for."),
        (
            Outcomes(5, 4, 3),
            "Worked with 5 people on this kind of goal; 3 of the 4 who answered reached what they hoped for.",
        ),
        (
            Outcomes(4, 2, 2),
            "Worked with 4 people on this kind of goal; 2 of the 2 who answered reached what they hoped for.",
        ),
    ],
)
def test_outcomes_are_a_reason_with_all_their_numbers(outcomes, sentence):
    reasons = told(need(), mentor(helped_with={"job_search": 3}, outcomes={"job_search": outcomes})).reasons

    assert sentence in reasons
    assert "Has helped 3 people with this kind of goal." not in reasons


@pytest.mark.parametrize(
    "outcomes",
    [
        {},
        {"promotion": Outcomes(3, 3, 3)},
        {"job_search": Outcomes(2, 2, 2)},
        {"job_search": Outcomes(5, 2, 2)},
        {"job_search": Outcomes(4, 0, 0, content=4)},
    ],
)
def test_outcomes_are_no_reason_if_they_are_of_another_kind_few_or_poor(outcomes):
    person = mentor(helped_with={"job_search": 3}, outcomes=outcomes)

    reasons = told(need(), person).reasons

    assert "Has helped 3 people with this kind of goal." in reasons
    assert not any("hoped for" in reason for reason in reasons)


@pytest.mark.parametrize("outcomes", [Outcomes(6, 4, 4), Outcomes(6, 4, 1)])
def test_no_reason_depends_on_a_fit_check(outcomes):
    silent, content = (
        told(need(), mentor(outcomes={"job_search": replace(outcomes, content=content)})).reasons for content in (0, 2)
    )

    assert silent == content


def test_without_a_vocabulary_codes_are_shown():
    person = mentor(session_kinds=frozenset({"cv_review"}))

    suggestion = told(need(), person, vocabulary=None)

    assert "Offers cv review." in suggestion.reasons
    assert "Speaks en with you." in suggestion.reasons
    assert "Has a goal you help with: job search." in suggestion.mentor_reasons


HIRING = "Takes part in hiring in data science."


def test_a_part_in_hiring_is_a_reason_for_who_applies():
    request = need(goal={"role": "Data scientist"})

    assert HIRING in told(request, mentor(career=(step(hires=True),))).reasons
    assert HIRING not in told(request, mentor(career=(step(),))).reasons


def test_a_part_in_hiring_that_is_over_names_the_year():
    person = mentor(career=(step(end=2020, hires=True),))

    assert "Took part in hiring in data science until 2020." in told(need(goal={"field": "data"}), person).reasons


@pytest.mark.parametrize(
    "request_",
    [
        need(goal={"role": "Nurse", "field": "nursing"}),
        need("promotion", goal={"role": "Data scientist"}, session_kind="promotion_case"),
    ],
    ids=["another position", "no application"],
)
def test_a_part_in_hiring_is_no_reason_for(request_):
    person = mentor(career=(step(hires=True),), goals=frozenset({"promotion", "job_search"}))

    assert HIRING not in told(request_, person).reasons


AS_LARGE = "Works for an employer as large as yours."


def test_an_employer_of_the_same_size_is_a_reason_for_a_goal_inside():
    request = need("promotion", career=(step("sales", employer_size="11-50"),))
    goals = frozenset({"promotion"})

    assert AS_LARGE in told(request, mentor(career=(step(employer_size="11-50"),), goals=goals)).reasons
    over = mentor(career=(step(end=2020, employer_size="11-50"),), goals=goals)
    assert "Has worked for an employer as large as yours." in told(request, over).reasons


@pytest.mark.parametrize(
    ("request_", "size"),
    [
        (need("promotion", career=(step("sales", employer_size="11-50"),)), "51-250"),
        (need("promotion", career=(step("sales"),)), ""),
        (need("promotion", career=(step("sales", end=2020, employer_size="11-50"),)), "11-50"),
        (need("job_search", career=(step("sales", employer_size="11-50"),)), "11-50"),
    ],
    ids=["another size", "no size", "a former employer of the mentee", "a goal outside"],
)
def test_an_employer_is_not_as_large_with(request_, size):
    person = mentor(career=(step(employer_size=size),), goals=frozenset({"promotion", "job_search"}))

    assert AS_LARGE not in told(request_, person).reasons
