"""Free places against wishes, against a loop over all mentors."""

from random import Random

import pytest

from matching.engine import MentorTable, Speaks, transitions
from matching.engine.deserts import Places, Supply, Wish, supplies
from matching.engine.rules import LIVED_COUNTS_AS_OFFERED
from matching.engine.words import stems

from .builders import mentor, step
from .strategies import drawn_mentor
from .test_chances import drawn_need

BAKER = Wish("job_search", "bread", "", ("en",))


def baker(id: int = 1, **facts):
    return mentor(id, **{"career": (step("bread", role="Baker", country="FR"),)} | facts)


def places(wish: Wish, *mentors) -> int:
    return Places(MentorTable(mentors), [wish]).free(wish)[0]


def by_loop(wish: Wish, mentors) -> int:
    """Return the places for ``wish``, by one rule after the other."""
    found = 0
    for one in mentors:
        words = {word for position in one.career for word in stems(position.role) | stems(position.field)}
        fields = {position.field for position in one.career}
        lived = {transition.kind for transition in transitions(one.career)}
        serves = (
            one.status == "approved"
            and one.reachable
            and any(one.languages.get(code, 0) >= Speaks.WORKING for code in wish.languages)
            and (wish.kind in one.goals or wish.kind in lived & LIVED_COUNTS_AS_OFFERED)
            and (stems(wish.field) <= words if stems(wish.field) else not wish.field or wish.field in fields)
            and (not wish.country or wish.country in {position.country for position in one.career})
        )
        found += max(0, one.capacity - one.running) if serves else 0
    return found


@pytest.mark.parametrize("seed", range(20))
def test_places_are_those_of_a_loop_over_all_mentors(seed):
    random = Random(seed)
    needs = [drawn_need(random) for _ in range(10)]
    mentors = [drawn_mentor(id, random, random.choice(needs)) for id in range(1, 60)]
    table = MentorTable(mentors)
    wishes = {
        Wish(need.goal.kind, need.goal.field, need.goal.country, languages): 1
        for need in needs
        for languages in (("en",), ("fr",), ("de", "en"), ())
    }

    assert {one.wish: one.places for one in supplies(wishes, Places(table, wishes))} == {
        wish: by_loop(wish, mentors) for wish in wishes
    }


def test_a_mentor_with_all_that_is_wished_for_has_places():
    assert places(BAKER, baker(capacity=3, running=1)) == 2


@pytest.mark.parametrize(
    "facts",
    [
        {"status": "paused"},
        {"status": "applied"},
        {"reachable": False},
        {"capacity": 1, "running": 1},
        {"capacity": 1, "running": 3},
        {"languages": {"en": Speaks.BASIC}},
        {"languages": {"fr": Speaks.NATIVE}},
        {"goals": frozenset({"promotion"})},
        {"career": (step("iron", role="Smith"),)},
    ],
    ids=str,
)
def test_a_mentor_without_a_part_of_it_has_none(facts):
    assert places(BAKER, baker(**facts)) == 0


def test_a_country_is_asked_for_if_the_goal_names_one():
    assert places(Wish("job_search", "bread", "FR", ("en",)), baker()) == 2
    assert places(Wish("job_search", "bread", "NL", ("en",)), baker()) == 0


def test_one_of_several_languages_is_enough():
    assert places(Wish("job_search", "bread", "", ("de", "en")), baker()) == 2
    assert places(Wish("job_search", "bread", "", ()), baker()) == 0


def test_a_field_of_short_words_is_compared_as_a_whole():
    assert places(Wish("job_search", "ai", "", ("en",)), baker(career=(step("ai"),))) == 2
    assert places(Wish("job_search", "ai", "", ("en",)), baker(career=(step("hr"),))) == 0


def test_the_wishes_with_the_most_missing_come_first():
    smith, monger = Wish("job_search", "iron", "", ("en",)), Wish("job_search", "fish", "", ("en",))

    wishes = {BAKER: 5, monger: 2, smith: 3}
    found = supplies(wishes, Places(MentorTable([baker()]), wishes))

    assert found == [Supply(BAKER, 5, 2, [1]), Supply(smith, 3, 0, []), Supply(monger, 2, 0, [])]
    assert [one.missing for one in found] == [3, 3, 2]
    assert Supply(BAKER, 1, 2, [1]).missing == 0


def test_all_free_places_are_counted_once():
    table = MentorTable([baker(1), baker(2, capacity=1, running=2), baker(3, status="paused"), mentor(4, capacity=4)])

    assert Places(table, []).total == 6


def test_the_mentors_of_a_wish_have_its_places():
    table = MentorTable([baker(1), baker(2, capacity=1, running=1), baker(3, capacity=3), mentor(4)])
    found = Places(table, [BAKER])

    assert found.free(BAKER) == (5, [1, 3])


def test_without_wishes_and_mentors_nothing_is_found():
    assert supplies({}, Places(MentorTable(), [])) == []
    assert places(BAKER) == 0
