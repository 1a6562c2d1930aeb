"""The needs that a small change of a mentor would open, against rankings from scratch with the changed mentor."""

from contextlib import contextmanager, nullcontext
from dataclasses import replace
from random import Random

from matching.engine import MentorTable, Price, Speaks, suggest
from matching.engine.openings import AT_ONCE, OFFER_KINDS, openings
from matching.engine.rank import CLOSELY_READ

from . import strategies
from .builders import mentor, need, step, terms
from .test_chances import drawn, drawn_need, reader

HOURS = {(weekday, hour): 0b1111 << 4 * (24 * (weekday - 1) + hour) for weekday in (1, 4) for hour in (0, 3, 18)}


def counted(person, needs, table, read):
    found = openings(person, needs, lambda: nullcontext(table), HOURS, read=read)
    return {(one.change.kind, one.change.value): one.more for one in found}


def worth(person, needs, table, read):
    """Return for each need whether ``person``, put into the table for this, is worth proposing."""
    before = table.mentor(table.row_of(person.id))
    table.put(person)
    orders = [suggest(request, table, read=read).order for request in needs]
    table.put(before)
    return [person.id in table.ids[order.rows[: order.worth_count]] for order in orders]


def changed(person):
    """Yield every change, and the mentor after it, written out anew."""
    for format in strategies.FORMATS:
        if format not in person.formats:
            yield ("format", format), replace(person, formats=person.formats | {format})
    for kind in strategies.KINDS:
        if kind not in person.goals:
            yield ("goal", kind), replace(person, goals=person.goals | {kind})
    for session in strategies.SESSIONS:
        if session not in person.session_kinds:
            yield ("session", session), replace(person, session_kinds=person.session_kinds | {session})
    for code in ("en", "fr"):
        if person.languages.get(code, Speaks.BASIC) < Speaks.WORKING:
            yield ("language", code), replace(person, languages={**person.languages, code: Speaks.WORKING})
    for hour, quarters in HOURS.items():
        if person.hours is not None and quarters & ~person.hours:
            yield ("time", hour), replace(person, hours=person.hours | quarters)
    if person.price:
        yield ("price", None), replace(person, price=None)
    for topic in terms("sql", "java", "writing"):
        if topic not in person.teaches:
            yield ("teach", topic), replace(person, teaches=(*person.teaches, topic))


PERSONS = (
    {"formats": frozenset({"ongoing"})},
    {"languages": {"en": Speaks.BASIC}},
    {"price": Price(500.0, "EUR", "session")},
    {"hours": 0xF << 200},
    {"session_kinds": frozenset(), "goals": frozenset()},
    {"teaches": ()},
)


def test_counts_equal_those_of_rankings_from_scratch():
    kinds, eligible = set(), []
    drawn_from = [*((seed, facts, 80) for seed in (5, 8) for facts in PERSONS), (7, PERSONS[0], 600)]
    for seed, facts, size in drawn_from:
        random, read = Random(seed), reader(seed)
        needs = [wanted(random, number, with_text="teaches" not in facts) for number in range(20)]
        kinds_offered = needs if size == 80 else needs[:1]
        community = [drawn(id, random, random.choice(kinds_offered)) for id in range(1, size)]
        table = MentorTable(community)
        # The population means do not change with this mentor.
        person = next(one for one in community if table.row_of(one.id) not in table.sample and one.career)
        person = replace(person, status="approved", **{"languages": {"en": Speaks.NATIVE}, "price": None} | facts)
        table.put(person)
        before = worth(person, needs, table, read)
        expected = {}
        for change, after in changed(person):
            pairs = zip(worth(after, needs, table, read), before, strict=True)
            if more := sum(now and not was for now, was in pairs):
                expected[change] = more

        assert counted(person, needs, table, read) == expected
        kinds |= {kind for kind, _ in expected}
        eligible += [suggest(request, table).order.rows.size for request in needs]
    assert kinds == set(OFFER_KINDS)
    # Not everybody is read.
    assert max(eligible) > CLOSELY_READ


def wanted(random, number, *, with_text):
    request = drawn_need(random)
    facts = {"needs": random.choice((terms("sql"), terms("java"), ())), "mentee_id": 1000 + number}
    if not with_text:
        # Topics count for requests without a text only.
        facts |= {"text": None, "question": None, "needs": terms("sql", "java")}
    return replace(request, declined_by=frozenset(random.sample(range(1, 90), 9)), **facts)


# --- one change each ------------------------------------------------------------------------------------------

CAREER = (step("sales", role="Engineer"),)
REQUEST = need(goal={"role": "Engineer", "field": "sales"}, hours=0xF)
OTHERS = MentorTable([mentor(50, languages={"de": Speaks.NATIVE})])


def opened(person, *needs, table=OTHERS):
    return counted(person, needs, table, lambda ids: {})


def person(**facts):
    """Return a mentor who is worth proposing for REQUEST, but for what ``facts`` change."""
    return mentor(1, **{"career": CAREER, "session_kinds": frozenset({"cv_review"})} | facts)


def test_a_mentor_who_is_proposed_already_gains_nothing():
    assert opened(person(), REQUEST) == {}


def test_a_format_opens_the_requests_for_it():
    assert opened(person(formats=frozenset({"one_off"})), REQUEST, REQUEST) == {("format", "ongoing"): 2}


def test_an_hour_opens_the_requests_of_those_who_are_free_then():
    assert opened(person(hours=0xF << 200), REQUEST) == {("time", (1, 0)): 1}


def test_helping_for_free_opens_requests():
    assert opened(person(price=Price(10.0, "EUR", "session")), REQUEST) == {("price", None): 1}


def test_a_far_better_mentor_keeps_a_request_closed():
    one_off = person(formats=frozenset({"one_off"}))
    request = replace(REQUEST, goal=replace(REQUEST.goal, role="Engineer for bridges"))
    better = replace(person(career=(step("sales", role="Engineer for bridges"),)), id=50)

    assert opened(one_off, request) == {("format", "ongoing"): 1}
    assert opened(one_off, request, table=MentorTable([better])) == {}


def test_requests_of_people_kept_apart_or_tried_before_are_not_counted():
    one_off = person(formats=frozenset({"one_off"}))
    tried = replace(REQUEST, declined_by=frozenset({1}))
    blocked, own = replace(REQUEST, apart_from=frozenset({1})), replace(REQUEST, mentee_id=1)

    assert opened(one_off, tried, blocked, own) == {}


def test_the_table_is_given_back_again_and_again():
    table, borrowed = MentorTable([mentor(1)]), []

    @contextmanager
    def borrow():
        assert not any(borrowed)
        borrowed.append(True)
        yield table
        borrowed[-1] = False

    openings(mentor(1), [need(mentee_id=100 + number) for number in range(2 * AT_ONCE + 1)], borrow, HOURS)

    assert borrowed == [False] * 3
