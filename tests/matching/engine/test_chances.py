"""The mentors whom a small change of a need would bring, against a ranking from scratch with the changed need."""

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import MentorTable, Price, Speaks, suggest
from matching.engine.chances import KINDS, SHORTER_MINUTES, Options, chances
from matching.engine.rank import CLOSELY_READ

from . import strategies
from .builders import MONDAY_EVENING, mentor, need, step
from .strategies import communities, drawn_mentor, drawn_sentences, drawn_vectors, needs

FREE = {kind: kind == "job_abroad" for kind in strategies.KINDS}
HOURS = {(weekday, hour): 0b1111 << 4 * (24 * (weekday - 1) + hour) for weekday in (1, 4) for hour in (0, 3, 18)}
OPTIONS = Options(hours=HOURS, goal_kinds=FREE)


def found(request, mentors, options=OPTIONS, **more):
    """Return the number of more mentors for each change that brings somebody."""
    answer = chances(request, MentorTable(mentors), options, **more)
    return {(one.change.kind, one.change.value): one.more for one in answer.chances}


def worth(request, table, read):
    order = suggest(request, table, read=read).order
    return set(table.ids[order.rows[: order.worth_count]].tolist())


def changed_needs(request):
    """Yield every change whose values do not come from the mentors, and the need after it, written out anew."""
    for code in ("en", "fr", "de"):
        spoken = max(request.languages.get(code, Speaks.WORKING), Speaks.WORKING)
        wanted = request.wanted_languages | {code} if request.wanted_languages else frozenset()
        languages = {**request.languages, code: spoken}
        yield ("language", code), replace(request, languages=languages, wanted_languages=wanted)
    for hour, quarters in HOURS.items():
        if request.hours is not None:
            yield ("time", hour), replace(request, hours=request.hours | quarters)
    other = "ongoing" if request.format == "one_off" else "one_off"
    yield ("format", other), replace(request, format=other)
    for minutes in SHORTER_MINUTES:
        if minutes < request.minutes:
            yield ("minutes", minutes), replace(request, minutes=minutes)
    yield ("price", None), replace(request, accepts_paid=True, max_price=None)
    if request.goal.country and not request.goal.needs_market:
        yield ("country", ""), replace(request, goal=replace(request.goal, country=""))
    for kind, needs_market in FREE.items():
        if kind != request.goal.kind and (request.goal.country or not needs_market):
            yield ("goal", kind), replace(request, goal=replace(request.goal, kind=kind, needs_market=needs_market))


def check_against_brute_force(request, community, read, known=frozenset()):
    table = MentorTable(community)
    answer = chances(request, table, OPTIONS, known=known, read=read)
    before = worth(request, table, read)
    assert answer.now == len(before)
    for one in answer.chances:
        after = worth(one.change.need, table, read)
        assert (one.more, one.fewer) == (len(after - before - known), len(before - after)), one.change
    counted = {(one.change.kind, one.change.value) for one in answer.chances}
    for change, after in changed_needs(request):
        assert (change in counted) == bool(worth(after, table, read) - before - known), change
    return counted


@settings(deadline=None, max_examples=100)
@given(needs, communities(), st.randoms(use_true_random=False), st.frozensets(st.integers(1, 6), max_size=2))
def test_counts_equal_those_of_a_ranking_from_scratch(request, community, random, known):
    seed = random.random()

    check_against_brute_force(request, community, reader(seed), known)


def test_counts_of_large_communities_equal_those_of_a_ranking_from_scratch():
    kinds, eligible = set(), []
    for seed in range(12):
        random = Random(seed)
        request = drawn_need(random)
        community = [drawn(id, random, request) for id in range(1, 6 * CLOSELY_READ)]
        kinds |= {kind for kind, _ in check_against_brute_force(request, community, reader(seed))}
        eligible.append(suggest(request, MentorTable(community)).order.rows.size)
    assert kinds == set(KINDS)
    # Not everybody is read, so a mentor who is brought may take the place of another one among the closest.
    assert max(eligible) > CLOSELY_READ


def reader(seed):
    return lambda ids: {id: drawn_sentences(Random(f"{seed} {id}")) for id in ids if id % 4}


def drawn_need(random):
    country = random.choice(strategies.COUNTRIES)
    goal = {"role": "Engineer", "field": "sales", "country": country, "needs_market": random.random() < 0.5}
    text, question = drawn_vectors(random, 2)
    return need(
        random.choice(strategies.KINDS),
        goal=goal,
        format=random.choice(strategies.FORMATS),
        minutes=random.choice((30, 90)),
        hours=random.choice((None, 0xF, 0xF << 300)),
        accepts_paid=(paid := random.random() < 0.5),
        max_price=random.choice((None, Price(40.0, "EUR", "session"))) if paid else None,
        text=text,
        question=question,
    )


def drawn(id, random, request):
    """Return a mentor who often breaks one rule or two."""
    speaks = {random.choice(("en", "en", "en", "fr", "de")): random.choice(list(Speaks))}
    price = Price(random.choice((30.0, 60.0, 90.0)), random.choice(("EUR", "USD")), "session")
    return replace(
        drawn_mentor(id, random, request),
        status=random.choice(("approved",) * 5 + ("paused", "suspended")),
        languages=speaks,
        formats=frozenset(random.sample(strategies.FORMATS, random.randint(1, 2))),
        price=random.choice((None, None, price)),
    )


# --- one change each -----------------------------------------------------------------------------------------


def fitting(id, **facts):
    """Return a mentor who is worth proposing for REQUEST, but for what ``facts`` change."""
    career = (step("sales", role="Engineer", country="DE"),)
    return mentor(id, **{"career": career, "session_kinds": frozenset({"cv_review"})} | facts)


REQUEST = need(goal={"role": "Engineer", "field": "sales"}, hours=0xF)


def test_nothing_is_counted_without_mentors():
    answer = chances(REQUEST, MentorTable(), OPTIONS)

    assert (answer.now, answer.chances) == (0, ())


def test_a_mentor_who_is_proposed_already_is_not_counted():
    assert found(REQUEST, [fitting(1)]) == {}


def test_a_language_that_mentors_speak_brings_them():
    mentors = [fitting(id, languages={"de": Speaks.NATIVE}) for id in (1, 2)]
    mentors += [fitting(3, languages={"fr": Speaks.BASIC}), fitting(4)]

    assert found(REQUEST, mentors) == {("language", "de"): 2}


def test_a_language_that_the_mentee_speaks_and_left_out_brings_its_mentors():
    request = replace(REQUEST, languages={**REQUEST.languages, "de": Speaks.NATIVE}, wanted_languages=frozenset({"en"}))

    assert found(request, [fitting(1, languages={"de": Speaks.NATIVE})]) == {("language", "de"): 1}


def test_an_hour_in_common_brings_mentors():
    options = Options(hours={(1, 18): MONDAY_EVENING & -MONDAY_EVENING * 0b1111, (1, 0): 0xF, (2, 9): 0xF << 132})

    assert found(REQUEST, [fitting(1, hours=MONDAY_EVENING)], options) == {("time", (1, 18)): 1}


def test_fewer_minutes_bring_mentors_who_have_little_time_in_common():
    request = replace(REQUEST, minutes=60)

    assert found(request, [fitting(1, hours=0b11)]) == {("minutes", 30): 1, ("minutes", 15): 1}


def test_the_other_format_brings_mentors_and_may_cost_some():
    mentors = [fitting(1, formats=frozenset({"ongoing"}))]
    mentors += [fitting(id, formats=frozenset({"one_off"})) for id in (2, 3)]

    [chance] = chances(REQUEST, MentorTable(mentors), OPTIONS).chances

    assert (chance.change.kind, chance.more, chance.fewer) == ("format", 2, 1)


def test_prices_of_mentors_are_tried():
    mentors = [fitting(id, price=Price(10.0 * id, "EUR", "session")) for id in range(1, 6)]
    mentors += [fitting(6, price=Price(100.0, "USD", "month"))]

    assert found(REQUEST, mentors) == {
        ("price", Price(10.0, "EUR", "session")): 1,
        ("price", Price(30.0, "EUR", "session")): 3,
        ("price", Price(50.0, "EUR", "session")): 5,
        ("price", Price(100.0, "USD", "month")): 1,
        ("price", None): 6,
    }


def test_a_mentee_who_names_a_price_keeps_its_currency():
    request = replace(REQUEST, accepts_paid=True, max_price=Price(15.0, "EUR", "session"))
    mentors = [fitting(1, price=Price(20.0, "EUR", "session")), fitting(2, price=Price(20.0, "USD", "session"))]

    assert found(request, mentors) == {("price", Price(20.0, "EUR", "session")): 1, ("price", None): 2}


def test_another_country_brings_those_who_worked_there():
    request = replace(REQUEST, goal=replace(REQUEST.goal, kind="job_abroad", country="FR", needs_market=True))

    assert found(request, [fitting(1, goals=frozenset({"job_abroad"}))]) == {("country", "DE"): 1}


def test_another_kind_of_goal_brings_those_who_help_with_it():
    assert found(REQUEST, [fitting(1, goals=frozenset({"promotion"}))]) == {("goal", "promotion"): 1}


def test_a_mentor_who_breaks_two_rules_is_not_brought_by_one_change():
    mentors = [fitting(1, languages={"de": Speaks.NATIVE}, price=Price(10.0, "EUR", "session"))]

    assert found(REQUEST, mentors) == {}


def test_a_blocked_or_suspended_mentor_is_never_counted():
    german = {"languages": {"de": Speaks.NATIVE}}
    request = replace(REQUEST, apart_from=frozenset({1}), declined_by=frozenset({2}))
    mentors = [fitting(1, **german), fitting(2, **german), fitting(3, status="suspended", **german)]

    assert found(request, mentors) == {}


def test_a_mentor_who_would_fit_too_little_is_not_counted():
    assert found(REQUEST, [mentor(1, languages={"de": Speaks.NATIVE})]) == {}
