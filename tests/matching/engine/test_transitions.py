from itertools import permutations

from matching.engine import Level, transitions

from .builders import step


def lived(kind, *steps):
    return [transition for transition in transitions(steps) if transition.kind == kind]


def test_a_job_in_industry_after_academia_is_a_move_to_industry():
    physicist = step("particle physics", 2010, 2016, sector="academia", country="CH")
    analyst = step("forecasting", 2016, sector="industry", country="DE")

    [transition] = lived("academia_to_industry", physicist, analyst)

    assert (transition.year, transition.from_field, transition.field, transition.country) == (
        2016,
        "particle physics",
        "forecasting",
        "DE",
    )


def test_founding_a_company_after_academia_is_a_move_to_industry():
    assert lived("academia_to_industry", step(sector="academia", end=2018), step(sector="self_employed", start=2018))


def test_public_service_after_academia_is_no_move_to_industry():
    assert not lived("academia_to_industry", step(sector="academia", end=2018), step(sector="public", start=2018))


def test_a_step_in_between_does_not_hide_the_move_to_industry():
    steps = (step(sector="academia", start=2008), step(sector="public", start=2012), step(start=2015))

    assert [transition.year for transition in lived("academia_to_industry", *steps)] == [2015]


def test_lecturing_beside_a_job_in_industry_is_no_move():
    job, lecture = step(start=2010), step(sector="academia", start=2014, end=2015)

    assert not lived("academia_to_industry", job, lecture, step(start=2018))


def test_going_back_to_academia_and_out_again_is_a_second_move():
    steps = (
        step(sector="academia", start=2000, end=2004),
        step(start=2004, end=2008),
        step(sector="academia", start=2008, end=2012),
        step(start=2012),
    )

    assert [transition.year for transition in lived("academia_to_industry", *steps)] == [2004, 2012]


def test_a_step_in_another_country_is_a_job_abroad():
    [transition] = lived("job_abroad", step(country="IN", end=2018), step(country="DE", start=2018))

    assert (transition.from_country, transition.country, transition.year) == ("IN", "DE", 2018)


def test_a_step_without_a_country_hides_no_move_and_makes_none():
    steps = (step(country="IN", start=2010), step(country="", start=2014), step(country="DE", start=2018))

    assert [(transition.from_country, transition.country) for transition in lived("job_abroad", *steps)] == [
        ("IN", "DE")
    ]


def test_a_higher_level_in_the_same_field_and_sector_is_a_promotion():
    [transition] = lived("promotion", step(level=Level.MID, end=2018), step(level=Level.SENIOR, start=2018))

    assert (transition.year, transition.level) == (2018, Level.SENIOR)


def test_a_higher_level_in_another_field_is_no_promotion():
    assert not lived("promotion", step("java", level=Level.MID), step("sales", 2018, level=Level.LEAD))


def test_a_side_job_does_not_hide_a_promotion():
    steps = (
        step("java", 2010, 2016, level=Level.MID),
        step("teaching", 2012, 2013),
        step("java", 2016, level=Level.LEAD),
    )

    assert [transition.year for transition in lived("promotion", *steps)] == [2016]


def test_coming_back_at_a_higher_level_years_later_is_no_promotion():
    steps = (
        step("java", 2000, 2004, level=Level.MID),
        step("teaching", 2004, 2014),
        step("java", 2014, level=Level.LEAD),
    )

    assert not lived("promotion", *steps)


def test_only_the_first_step_at_lead_or_above_is_the_first_leadership_role():
    steps = (
        step(level=Level.SENIOR, start=2010),
        step(level=Level.LEAD, start=2014),
        step(level=Level.DIRECTOR, start=2018),
    )

    assert [transition.year for transition in lived("first_leadership_role", *steps)] == [2014]


def test_a_new_field_is_a_role_change_and_a_new_role_alone_is_none():
    analyst = step("analytics", 2014, role="Analyst")
    senior_analyst = step("Analytics", 2016, role="Senior analyst")
    scientist = step("data science", 2020)

    [transition] = lived("role_change", analyst, senior_analyst, scientist)

    assert (transition.from_field, transition.field, transition.year) == ("Analytics", "data science", 2020)


def test_every_step_after_the_first_is_a_job_search():
    assert [
        transition.year for transition in lived("job_search", step(start=2010), step(start=2014), step(start=2019))
    ] == [
        2014,
        2019,
    ]


def test_one_step_has_no_transition():
    assert transitions([step()]) == ()


def test_the_order_of_the_steps_does_not_matter():
    steps = (
        step("physics", 2008, None, sector="academia"),
        step("statistics", 2010, 2010, country="FR"),
        step("data science", 2010, level=Level.LEAD),
    )

    assert len({transitions(order) for order in permutations(steps)}) == 1
