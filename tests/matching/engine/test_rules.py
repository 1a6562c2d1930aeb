import pytest

from matching.engine import RULES, MentorTable, Price, Speaks, violations

from .builders import MONDAY_EVENING, mentor, need, step


def broken(request, person):
    """Return the names of all rules that remove ``person``."""
    row = violations(request, MentorTable([person]))[0]
    return {rule.name for rule, breaks in zip(RULES, row, strict=True) if breaks}


def test_the_rules_have_these_names_in_this_order():
    assert [rule.name for rule in RULES] == [
        "not_approved",
        "paused",
        "away",
        "suspended",
        "unreachable",
        "no_capacity",
        "hours_spent",
        "same_person",
        "excluded",
        "no_shared_language",
        "format_not_offered",
        "goal_not_offered",
        "market_experience",
        "price",
        "no_overlap",
        "declined_before",
        "inbox_full",
        "shown_enough",
    ]


def test_every_rule_has_a_sentence_and_advice():
    assert all(rule.sentence.endswith(".") and rule.advice.endswith(".") for rule in RULES)


def test_a_matching_mentor_breaks_no_rule():
    assert broken(need(), mentor()) == set()


@pytest.mark.parametrize(
    ("status", "rule"),
    [
        ("applied", "not_approved"),
        ("rejected", "not_approved"),
        ("paused", "paused"),
        ("suspended", "suspended"),
    ],
)
def test_only_approved_mentors_are_suggested(status, rule):
    assert broken(need(), mentor(status=status)) == {rule}


@pytest.mark.parametrize(("reachable", "rules"), [(True, set()), (False, {"unreachable"})])
def test_a_mentor_whom_a_question_would_not_reach_is_not_suggested(reachable, rules):
    assert broken(need(), mentor(reachable=reachable)) == rules


@pytest.mark.parametrize(("running", "rules"), [(1, set()), (2, {"no_capacity"}), (3, {"no_capacity"})])
def test_a_mentor_without_free_capacity_is_not_suggested(running, rules):
    assert broken(need(), mentor(capacity=2, running=running)) == rules


@pytest.mark.parametrize(
    ("monthly", "booked", "rules"),
    [(60, 0, set()), (60, 59, set()), (60, 60, {"hours_spent"}), (60, 90, {"hours_spent"}), (0, 600, set())],
)
def test_a_mentor_whose_hours_of_the_month_are_spent_is_not_suggested(monthly, booked, rules):
    assert broken(need(), mentor(monthly_minutes=monthly, booked_minutes=booked)) == rules


@pytest.mark.parametrize(("waiting", "rules"), [(2, set()), (3, {"inbox_full"}), (4, {"inbox_full"})])
def test_a_mentor_with_a_full_inbox_is_not_suggested(waiting, rules):
    assert broken(need(), mentor(inbox_room=3, waiting=waiting)) == rules


@pytest.mark.parametrize(("shown", "rules"), [(5, set()), (6, {"shown_enough"})])
def test_a_mentor_with_enough_proposals_is_not_suggested(shown, rules):
    assert broken(need(), mentor(shows_room=6, shown=shown)) == rules


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"mentee_id": 7}, "same_person"),
        ({"apart_from": frozenset({7, 99})}, "excluded"),
        ({"declined_by": frozenset({7})}, "declined_before"),
    ],
)
def test_a_rule_by_id_removes_one_mentor(facts, rule):
    assert broken(need(**facts), mentor(7)) == {rule}
    assert broken(need(**facts), mentor(8)) == set()


@pytest.mark.parametrize(
    ("mentee", "theirs", "wanted", "share_one"),
    [
        ({"en": Speaks.WORKING}, {"en": Speaks.WORKING}, (), True),
        ({"en": Speaks.BASIC}, {"en": Speaks.NATIVE}, (), False),
        ({"en": Speaks.NATIVE}, {"en": Speaks.BASIC}, (), False),
        ({"en": Speaks.NATIVE}, {"fr": Speaks.NATIVE}, (), False),
        ({"en": Speaks.FLUENT, "fr": Speaks.FLUENT}, {"en": Speaks.FLUENT}, ("fr",), False),
        ({"en": Speaks.FLUENT, "fr": Speaks.FLUENT}, {"fr": Speaks.FLUENT}, ("fr",), True),
        ({"en": Speaks.FLUENT}, {"fr": Speaks.FLUENT}, ("fr",), False),
        ({"en": Speaks.FLUENT}, {}, (), False),
    ],
)
def test_both_must_speak_a_wanted_language_at_working_level(mentee, theirs, wanted, share_one):
    request = need(languages=mentee, wanted_languages=frozenset(wanted))

    assert ("no_shared_language" not in broken(request, mentor(languages=theirs))) is share_one


def test_the_format_must_be_offered():
    assert broken(need(format="ongoing"), mentor(formats=frozenset({"one_off"}))) == {"format_not_offered"}


LED = (step(level=3, start=2010), step(level=4, start=2015))


@pytest.mark.parametrize(
    ("kind", "goals", "career", "rules"),
    [
        ("promotion", {"promotion"}, (), set()),
        ("promotion", set(), (), {"goal_not_offered"}),
        ("promotion", set(), LED, set()),
        ("first_leadership_role", set(), LED, set()),
        ("academia_to_industry", set(), LED, {"goal_not_offered"}),
        ("job_search", set(), LED, {"goal_not_offered"}),
        ("start_a_company", set(), LED, {"goal_not_offered"}),
        ("start_a_company", {"start_a_company"}, (), set()),
    ],
)
def test_the_goal_must_be_offered_or_lived_a_job_search_must_be_offered(kind, goals, career, rules):
    assert broken(need(kind), mentor(goals=frozenset(goals), career=career)) == rules


@pytest.mark.parametrize(
    ("goal", "rules"),
    [
        ({"country": "DE", "needs_market": True}, set()),
        ({"country": "FR", "needs_market": True}, {"market_experience"}),
        ({"country": "FR", "needs_market": False}, set()),
        ({"country": "", "needs_market": True}, set()),
    ],
)
def test_a_goal_with_a_market_needs_a_mentor_who_worked_there(goal, rules):
    career = (step(country="DE", end=2018), step(country="US", start=2018))

    assert broken(need(goal=goal), mentor(career=career)) == rules


EUR_80 = Price(80, "EUR", "session")


@pytest.mark.parametrize(
    ("price", "accepts_paid", "max_price", "acceptable"),
    [
        (None, False, None, True),
        (None, True, Price(0, "USD", "month"), True),
        (EUR_80, False, None, False),
        (EUR_80, False, Price(100, "EUR", "session"), False),
        (EUR_80, True, None, True),
        (EUR_80, True, Price(80, "EUR", "session"), True),
        (EUR_80, True, Price(79, "EUR", "session"), False),
        (EUR_80, True, Price(500, "USD", "session"), False),
        (EUR_80, True, Price(500, "EUR", "month"), False),
    ],
)
def test_a_price_must_be_accepted_in_unit_and_amount(price, accepts_paid, max_price, acceptable):
    request = need(accepts_paid=accepts_paid, max_price=max_price)

    assert ("price" not in broken(request, mentor(price=price))) is acceptable


@pytest.mark.parametrize(
    ("mentee", "theirs", "minutes", "rules"),
    [
        (MONDAY_EVENING, MONDAY_EVENING, 120, set()),
        (MONDAY_EVENING, MONDAY_EVENING, 121, {"no_overlap"}),
        (MONDAY_EVENING, 0, 30, {"no_overlap"}),
        (MONDAY_EVENING, None, 30, set()),
        (None, 0, 30, set()),
    ],
)
def test_the_week_must_have_the_shared_minutes_if_both_state_hours(mentee, theirs, minutes, rules):
    assert broken(need(hours=mentee, minutes=minutes), mentor(hours=theirs)) == rules


def test_all_broken_rules_are_named():
    person = mentor(7, status="paused", running=2, waiting=3, formats=frozenset())

    assert broken(need(mentee_id=7), person) == {
        "paused",
        "no_capacity",
        "same_person",
        "format_not_offered",
        "inbox_full",
    }
