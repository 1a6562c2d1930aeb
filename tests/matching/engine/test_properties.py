"""Properties that hold for any mentors and needs."""

from dataclasses import replace

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.engine import (
    CRITERIA,
    RULES,
    MentorTable,
    Speaks,
    Weights,
    fit,
    suggest,
    violations,
    weights_for,
)
from matching.engine.standing import standing_level

from .strategies import WHOLE_WEEK, communities, drawn_mentor, hours, levels, mentors, needs, steps, terms

# No deadline: the first call of NumPy is slow, and so is a busy machine.
examples = settings(deadline=None, max_examples=40)

# The mentor under test has this id. All others have lower ones.
TESTED_ID = 100


def score(request, others, person):
    """Return the score of ``person`` within a community, eligible or not."""
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
def test_the_rules_decide_eligibility(request, community):
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
def test_the_order_is_by_minimum_fit_then_rank_then_fit_then_id(request, community):
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
@given(needs, st.randoms(use_true_random=False), st.integers(1, 130))
def test_a_count_gives_the_first_few_of_the_whole_ranking(request, random, count):
    request = replace(request, languages={"en": Speaks.FLUENT}, wanted_languages=frozenset())
    table = MentorTable(drawn_mentor(id, random, request) for id in range(1, 121))

    assert suggest(request, table, count=count).ranked == suggest(request, table).ranked[:count]


@settings(deadline=None, max_examples=60)
@given(needs, st.randoms(use_true_random=False), st.sampled_from(list(CRITERIA)))
def test_a_mentor_has_the_same_values_alone_and_among_all(request, random, criterion):
    table = MentorTable(drawn_mentor(id, random, request) for id in range(1, 121))
    rows = np.arange(len(table))
    weights = Weights((criterion,), (1.0,), "one")

    together = fit(request, table, rows, weights)
    alone = [fit(request, table, rows[[row]], weights) for row in rows]

    assert together.score.tolist() == [judged.score[0] for judged in alone]
    assert together.assumed.tolist() == [judged.assumed[0].tolist() for judged in alone]


@examples
@given(needs, communities(), communities(), st.data())
def test_a_changed_table_answers_like_a_new_one(request, before, after, data):
    table = MentorTable(before)
    # Values cached before the changes must not survive them.
    suggest(request, table)
    for person in data.draw(st.permutations(after)):
        table.put(person)
    for person in before[len(after) :]:
        table.remove(person.id)

    fresh = MentorTable(after)
    changed, new = suggest(request, table), suggest(request, fresh)

    assert changed.ranked == new.ranked
    assert changed.ineligible == new.ineligible


@examples
@given(communities(), communities(), st.data())
def test_a_table_knows_the_row_of_every_mentor_after_each_change(before, after, data):
    table = MentorTable(before)
    held = {mentor.id: mentor for mentor in before}
    changes = [(table.put, person) for person in after] + [(table.remove, person.id) for person in before]
    for change, argument in data.draw(st.permutations(changes)):
        change(argument)
        if change == table.put:
            held[argument.id] = argument
        else:
            held.pop(argument, None)
        assert sorted(table.ids[:].tolist()) == sorted(held)
        assert [table.row_of(id) for id in table.ids[:].tolist()] == list(range(len(table)))
        assert {id: table.mentor(table.row_of(id)) for id in held} == held


@examples
@given(needs, communities(), mentors(TESTED_ID), terms)
def test_teaching_more_never_lowers_the_score(request, others, person, topic):
    never_lower(request, others, person, replace(person, teaches=(*person.teaches, topic)))


@examples
@given(needs, communities(), mentors(TESTED_ID), terms)
def test_more_skills_never_lower_the_score(request, others, person, topic):
    never_lower(request, others, person, replace(person, skills=(*person.skills, topic)))


@examples
@given(needs, communities(), mentors(TESTED_ID), hours.filter(lambda stated: stated is not None))
def test_more_hours_never_lower_the_score(request, others, person, more):
    never_lower(request, others, person, replace(person, hours=(person.hours or 0) | more))


@examples
@given(needs, communities(), mentors(TESTED_ID), st.sampled_from(("en", "fr")), st.sampled_from(Speaks))
def test_speaking_a_language_better_never_lowers_the_score(request, others, person, code, level):
    better = max(level, person.languages.get(code, level))

    never_lower(request, others, person, replace(person, languages={**person.languages, code: better}))


@examples
@given(needs, communities(), mentors(TESTED_ID), st.data())
def test_a_further_step_at_the_same_level_never_lowers_the_score(request, others, person, data):
    standing = standing_level(person.career, request.year)
    later = st.integers(max((step.start for step in person.career), default=1990) + 1, 2026)
    same_level = levels if standing is None else st.just(standing)
    step = data.draw(steps(start=later, level=same_level))

    never_lower(request, others, person, replace(person, career=(*person.career, step)))


@examples
@given(needs, communities(), mentors(TESTED_ID))
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
@given(needs, communities(), mentors(TESTED_ID))
def test_an_empty_profile_never_beats_a_full_one(request, others, full):
    empty = replace(full, id=TESTED_ID + 1, career=(), skills=(), teaches=(), hours=None, helped_with={})
    table = MentorTable([*others, full, empty])
    rows = table.rows_of([full.id, empty.id])

    full_score, empty_score = fit(request, table, rows, weights_for(request.goal.kind, request.format)).score

    assert empty_score <= full_score


@examples
@given(needs, communities(), mentors(TESTED_ID))
def test_a_mentor_free_all_week_breaks_no_rule_about_time(request, others, person):
    assume(request.hours is not None and request.hours.bit_count() * 15 >= request.minutes)
    table = MentorTable([*others, replace(person, hours=WHOLE_WEEK)])

    ineligible = {mentor.mentor_id: mentor.rules for mentor in suggest(request, table).ineligible}

    assert "no_overlap" not in ineligible.get(TESTED_ID, ())
