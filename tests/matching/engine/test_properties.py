"""What holds whatever mentors and mentees state."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.engine import (
    CRITERIA,
    RULES,
    MentorTable,
    Speaks,
    Term,
    Weights,
    fit,
    rank,
    suggest,
    violations,
    weights_for,
)
from matching.engine.checks import MOST_NEEDS
from matching.engine.criteria import AT_ONCE, LISTED
from matching.engine.standing import standing_level

from .builders import need
from .builders import terms as skills
from .strategies import WHOLE_WEEK, communities, drawn_mentor, hours, levels, mentors, needs, steps, terms

# Judging takes milliseconds, but the first call of NumPy and a busy machine take what they take.
examples = settings(deadline=None, max_examples=40)

# Everybody a property is about has this id; the rest of the community has lower ones.
SOMEBODY = 100


def score(request, others, person):
    """The score of ``person`` within a community, eligible or not."""
    table = MentorTable([*others, person])
    row = table.rows_of([person.id])
    return fit(request, table, row, weights_for(request.goal.kind, request.format)).score[0]


def never_lower(request, others, before, after):
    assert score(request, others, after) >= score(request, others, before)


@examples
@given(needs, communities())
def test_scores_criteria_and_points_are_within_bounds_and_add_up(request, community):
    for suggestion in suggest(request, MentorTable(community)).ranked:
        parts = suggestion.criteria.values()
        assert 0 <= suggestion.score <= 1
        assert all(part.score is None or 0 <= part.score <= 1 for part in parts)
        assert all(0 <= part.points <= part.weight + 1 for part in parts)
        assert 0 <= suggestion.fit == sum(part.points for part in parts) <= 100
        assert suggestion.fit - 0.5 <= 100 * suggestion.score + 1e-9
        assert 100 * suggestion.score <= suggestion.fit + 0.5 + 1e-9


@examples
@given(needs, communities(), st.randoms())
def test_the_answer_does_not_depend_on_the_order_of_the_mentors(request, community, random):
    shuffled = random.sample(community, len(community))

    straight, other = suggest(request, MentorTable(community)), suggest(request, MentorTable(shuffled))

    assert straight.ranked == other.ranked
    assert straight.ineligible == other.ineligible
    assert straight.removed == other.removed


@examples
@given(needs, communities())
def test_every_mentor_is_in_exactly_one_list(request, community):
    result = suggest(request, MentorTable(community))

    listed = [person.mentor_id for person in (*result.ranked, *result.ineligible)]

    assert sorted(listed) == [mentor.id for mentor in community]


@examples
@given(needs, communities())
def test_the_rules_decide_who_is_suggested(request, community):
    table = MentorTable(community)

    result = suggest(request, table)

    broken = {
        int(id): tuple(rule.name for rule, breaks in zip(RULES, row, strict=True) if breaks)
        for id, row in zip(table.ids[:], violations(request, table), strict=True)
    }

    assert {person.mentor_id: person.rules for person in result.ineligible} == {
        id: rules for id, rules in broken.items() if rules
    }


@examples
@given(needs, communities())
def test_every_suggestion_has_one_to_five_reasons_for_each_side(request, community):
    for suggestion in suggest(request, MentorTable(community)).ranked:
        for reasons in (suggestion.reasons, suggestion.mentor_reasons):
            assert 1 <= len(reasons) <= 5
            assert len(set(reasons)) == len(reasons)
            assert all(reason.endswith(".") and "  " not in reason for reason in reasons)


@examples
@given(needs, communities())
def test_the_ranking_falls_by_rank_then_fit_then_id(request, community):
    ranked = suggest(request, MentorTable(community)).ranked

    keys = [
        (
            not person.is_worth_proposing,
            person.load_cost + person.silence_cost - person.interest_bonus - 100 * person.score,
            -person.score,
            person.mentor_id,
            person.rank,
        )
        for person in ranked
    ]

    assert keys == sorted(keys)
    assert [person.rank for person in ranked] == list(range(1, len(ranked) + 1))


@settings(deadline=None, max_examples=60)
@given(needs, st.randoms(use_true_random=False), st.integers(1, 4), st.tuples(*[st.integers(1, 6)] * 3))
def test_the_first_few_are_those_of_judging_everybody(request, random, count, sizes):
    """Most of 120 mentors are eligible, and few are looked at a time, so that bounds decide who is judged at all."""
    request = replace(request, languages={"en": Speaks.FLUENT}, wanted_languages=frozenset())
    table = MentorTable(drawn_mentor(id, random, request) for id in range(1, 121))

    with pytest.MonkeyPatch.context() as patch:
        for name, size in zip(("LOOKED_AT", "JUDGED", "WIDER"), sizes, strict=True):
            patch.setattr(rank, name, size)
        patch.setattr(rank, "TELLING", 8)
        first = suggest(request, table, count=count)

    assert first.ranked == suggest(request, table).ranked[:count]


@settings(deadline=None, max_examples=60)
@given(needs, st.randoms(use_true_random=False))
def test_what_the_road_counts_at_most_is_never_less_than_what_it_counts(request, random):
    table = MentorTable(drawn_mentor(id, random, request) for id in range(1, 121))
    rows = np.arange(len(table))

    at_most = AT_ONCE["path"](request, table).of(rows)

    assert (at_most >= CRITERIA["path"].evidence(request, table, rows)).all()
    assert (at_most <= 1).all()


@pytest.mark.parametrize("weights", [None, *(Weights((name,), (1.0,), "one") for name in CRITERIA)])
def test_the_first_few_for_as_many_skills_as_a_need_may_have(weights):
    words = [f"skill {number}" for number in range(MOST_NEEDS)]
    request = need(needs=tuple(Term(word, word, near=(words[0],)) for word in words))
    chance = Random(4)
    table = MentorTable(
        replace(
            drawn_mentor(id, chance, request),
            teaches=skills(*chance.sample(words, chance.choice((0, 1, 100, MOST_NEEDS)))),
            explores=skills(*chance.sample(words, chance.choice((0, MOST_NEEDS)))),
        )
        for id in range(1, 400)
    )

    first = suggest(request, table, weights=weights, count=3)

    assert first.ranked == suggest(request, table, weights=weights).ranked[:3]


def test_every_criterion_is_measured_in_one_of_the_looks():
    assert sorted((*LISTED, *rank.COLUMNS, *rank.RECORDS)) == sorted(CRITERIA)


def most_path(request, table):
    """Return what the road can count at most, by mentor."""
    return dict(zip(table.ids[:].tolist(), AT_ONCE["path"](request, table).of(np.arange(len(table))), strict=True))


@examples
@given(needs, communities(), communities(), st.data())
def test_a_table_that_was_changed_answers_like_a_new_one(request, before, after, data):
    table = MentorTable(before)
    # What was read of the table before it changed must not stay.
    suggest(request, table)
    most_path(request, table)
    for person in data.draw(st.permutations(after)):
        table.put(person)
    for person in before[len(after) :]:
        table.remove(person.id)

    fresh = MentorTable(after)
    changed, new = suggest(request, table), suggest(request, fresh)

    assert changed.ranked == new.ranked
    assert changed.ineligible == new.ineligible
    assert most_path(request, table) == most_path(request, fresh)


@examples
@given(needs, communities(), communities(), st.data())
def test_those_about_whom_alone_no_rule_is_broken_come_first_in_a_table(request, before, after, data):
    table = MentorTable(before)
    changes = [(table.put, person) for person in after] + [(table.remove, person.id) for person in before]
    for change, person in ((lambda nobody: None, None), *data.draw(st.permutations(changes))):
        change(person)
        broken = violations(request, table)[:, [rule.of_mentor for rule in RULES]].any(axis=1)
        rows = list(range(len(table)))
        assert np.flatnonzero(~broken).tolist() == rows[table.available]
        assert [table.row_of(id) for id in table.ids[:].tolist()] == rows


@examples
@given(needs, communities(), mentors(SOMEBODY), terms)
def test_teaching_more_never_lowers_the_score(request, others, person, topic):
    never_lower(request, others, person, replace(person, teaches=(*person.teaches, topic)))


@examples
@given(needs, communities(), mentors(SOMEBODY), terms)
def test_knowing_more_never_lowers_the_score(request, others, person, topic):
    never_lower(request, others, person, replace(person, skills=(*person.skills, topic)))


@examples
@given(needs, communities(), mentors(SOMEBODY), hours.filter(lambda stated: stated is not None))
def test_more_hours_never_lower_the_score(request, others, person, more):
    never_lower(request, others, person, replace(person, hours=(person.hours or 0) | more))


@examples
@given(needs, communities(), mentors(SOMEBODY), st.sampled_from(("en", "fr")), st.sampled_from(Speaks))
def test_speaking_a_language_better_never_lowers_the_score(request, others, person, code, level):
    better = max(level, person.languages.get(code, level))

    never_lower(request, others, person, replace(person, languages={**person.languages, code: better}))


@examples
@given(needs, communities(), mentors(SOMEBODY), st.data())
def test_a_further_step_at_the_same_level_never_lowers_the_score(request, others, person, data):
    standing = standing_level(person.career, request.year)
    later = st.integers(max((step.start for step in person.career), default=1990) + 1, 2026)
    same_level = levels if standing is None else st.just(standing)
    step = data.draw(steps(start=later, level=same_level))

    never_lower(request, others, person, replace(person, career=(*person.career, step)))


@examples
@given(needs, communities(), mentors(SOMEBODY))
def test_offering_more_never_lowers_the_score(request, others, person):
    more = replace(
        person,
        goals=person.goals | {request.goal.kind},
        session_kinds=person.session_kinds | {"cv_review"},
        helped_with={
            **person.helped_with,
            request.goal.kind: person.helped_with.get(request.goal.kind, 0) + 1,
        },
    )

    never_lower(request, others, person, more)


@examples
@given(needs, communities(), mentors(SOMEBODY))
def test_an_empty_profile_never_beats_a_full_one_that_is_equal_otherwise(request, others, full):
    empty = replace(full, id=SOMEBODY + 1, career=(), skills=(), teaches=(), hours=None, helped_with={})
    table = MentorTable([*others, full, empty])
    rows = table.rows_of([full.id, empty.id])

    full_score, empty_score = fit(request, table, rows, weights_for(request.goal.kind, request.format)).score

    assert empty_score <= full_score


@examples
@given(needs, communities(), mentors(SOMEBODY))
def test_being_free_all_week_breaks_no_rule_about_time(request, others, person):
    assume(request.hours is not None and request.hours.bit_count() * 15 >= request.minutes)
    table = MentorTable([*others, replace(person, hours=WHOLE_WEEK)])

    ineligible = {mentor.mentor_id: mentor.rules for mentor in suggest(request, table).ineligible}

    assert "no_overlap" not in ineligible.get(SOMEBODY, ())
