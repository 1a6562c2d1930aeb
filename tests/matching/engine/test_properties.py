"""Properties that hold for any mentors and needs."""

from dataclasses import replace
from random import Random

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.engine import (
    CRITERIA,
    MIN_FIT,
    RULES,
    MentorTable,
    Sentences,
    Speaks,
    Weights,
    fit,
    suggest,
    violations,
    weights_of,
)
from matching.engine.rank import MAX_BEHIND, STRONG_FIT

from .strategies import (
    SESSIONS,
    WHOLE_WEEK,
    communities,
    drawn_mentor,
    drawn_sentences,
    hours,
    mentors,
    needs,
    outcomes,
    said,
    steps,
    terms,
    vectors,
)

# No deadline: the first call of NumPy is slow, and so is a busy machine.
examples = settings(deadline=None, max_examples=25)

# The mentor under test has this id. All others have lower ones.
TESTED_ID = 100


def score(request, others, person, sentences=None):
    """Return the score of ``person``, who says ``sentences``, within a community, eligible or not."""
    table = MentorTable([*others, person])
    row = table.rows_of([person.id])
    read = {} if sentences is None else {person.id: sentences}
    return fit(request, table, row, weights_of(request), read).score[0]


def never_lower(request, others, before, after):
    assert score(request, others, after) >= score(request, others, before)


def reader(random):
    """Return a function that reads the same sentences of each mentor at any time, and none of every fourth."""
    seed = random.random()
    return lambda ids: {id: drawn_sentences(Random(f"{seed} {id}")) for id in ids if id % 4}


@examples
@given(needs, communities(), st.randoms(use_true_random=False))
def test_scores_criteria_and_points_are_within_bounds_and_add_up(request, community, random):
    for suggestion in suggest(request, MentorTable(community), read=reader(random)).ranked:
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

    read = reader(random)
    straight, other = (suggest(request, MentorTable(order), read=read) for order in (community, shuffled))

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
@given(needs, communities(), st.randoms(use_true_random=False))
def test_every_suggestion_has_one_to_five_reasons_for_each_side(request, community, random):
    for suggestion in suggest(request, MentorTable(community), read=reader(random)).ranked:
        for reasons in (suggestion.reasons, suggestion.mentor_reasons):
            assert 1 <= len(reasons) <= 5
            assert len(set(reasons)) == len(reasons)
            assert all(reason.endswith(".") and "  " not in reason for reason in reasons)


@examples
@given(needs, communities(), st.randoms(use_true_random=False))
def test_the_order_is_by_worth_then_rank_then_fit_then_id(request, community, random):
    ranked = suggest(request, MentorTable(community), read=reader(random)).ranked

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


@settings(deadline=None, max_examples=30)
@given(needs, st.randoms(use_true_random=False), st.integers(1, 130))
def test_a_count_gives_the_first_few_of_the_whole_ranking(request, random, count):
    request = replace(request, languages={"en": Speaks.FLUENT}, wanted_languages=frozenset())
    table = MentorTable(drawn_mentor(id, random, request) for id in range(1, 121))
    read = reader(random)

    assert suggest(request, table, count=count, read=read).ranked == suggest(request, table, read=read).ranked[:count]


@examples
@given(needs, communities(), st.randoms(use_true_random=False))
def test_the_proposed_have_a_strong_fit_or_one_near_the_best(request, community, random):
    ranked = suggest(request, MentorTable(community), read=reader(random)).ranked
    best = max((person.fit for person in ranked), default=0)

    assert [person.is_worth_proposing for person in ranked] == [
        person.fit >= MIN_FIT and (person.fit >= best - MAX_BEHIND or person.fit >= STRONG_FIT) for person in ranked
    ]


@settings(deadline=None, max_examples=30)
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
@given(needs, communities(), mentors(TESTED_ID), vectors)
def test_a_first_text_never_lowers_the_score(request, others, person, text):
    never_lower(request, others, replace(person, text=None), replace(person, text=text))


@examples
@given(needs, communities(), mentors(TESTED_ID), said(), said())
def test_more_sentences_never_lower_the_score(request, others, person, some, more):
    both = Sentences((*some.texts, *more.texts), np.concatenate([some.vectors, more.vectors]), 0)

    silent, told, told_more = (score(request, others, person, sentences) for sentences in (None, some, both))

    assert silent <= told <= told_more


@examples
@given(needs, communities(), mentors(TESTED_ID), st.data())
def test_a_further_step_never_lowers_the_score(request, others, person, data):
    later = st.integers(max((step.start for step in person.career), default=1990) + 1, 2026)
    step = data.draw(steps(start=later))

    never_lower(request, others, person, replace(person, career=(*person.career, step)))


@examples
@given(needs, communities(), mentors(TESTED_ID))
def test_offering_more_never_lowers_the_score(request, others, person):
    more = replace(
        person,
        goals=person.goals | {request.goal.kind},
        session_kinds=person.session_kinds | set(SESSIONS),
    )

    never_lower(request, others, person, more)


def with_outcomes(person, request, past):
    return replace(person, outcomes={**person.outcomes, request.goal.kind: past})


@examples
@given(needs, communities(), mentors(TESTED_ID), outcomes)
def test_outcomes_never_lower_the_score(request, others, person, past):
    """However bad they are: a mentor who has none is not better off."""
    never_lower(request, others, replace(person, outcomes={}), with_outcomes(person, request, past))


@examples
@given(needs, communities(), mentors(TESTED_ID), outcomes)
def test_one_more_success_never_lowers_the_score(request, others, person, past):
    more = replace(past, asked=past.asked + 1, answered=past.answered + 1, reached=past.reached + 1)

    never_lower(request, others, with_outcomes(person, request, past), with_outcomes(person, request, more))


@examples
@given(needs, communities(), mentors(TESTED_ID), outcomes)
def test_a_late_success_never_lowers_the_score(request, others, person, past):
    """Somebody who was silent, or content without a rating, rates at last."""
    assume(past.asked > past.answered)
    rated = replace(
        past,
        answered=past.answered + 1,
        reached=past.reached + 1,
        content=min(past.content, past.asked - past.answered - 1),
    )
    one_less = replace(rated, content=max(past.content - 1, 0))

    for late in (rated, one_less):
        never_lower(request, others, with_outcomes(person, request, past), with_outcomes(person, request, late))


@examples
@given(needs, communities(), mentors(TESTED_ID), outcomes)
def test_one_more_content_person_never_lowers_the_score(request, others, person, past):
    assume(past.asked > past.answered + past.content)

    more = replace(past, content=past.content + 1)

    never_lower(request, others, with_outcomes(person, request, past), with_outcomes(person, request, more))


@examples
@given(needs, communities(), mentors(TESTED_ID), said())
def test_an_empty_profile_never_beats_a_full_one(request, others, full, sentences):
    nothing = {
        "career": (),
        "skills": (),
        "teaches": (),
        "hours": None,
        "helped_with": {},
        "outcomes": {},
        "text": None,
    }
    empty = replace(full, id=TESTED_ID + 1, **nothing)
    table = MentorTable([*others, full, empty])
    rows = table.rows_of([full.id, empty.id])

    full_score, empty_score = fit(request, table, rows, weights_of(request), {full.id: sentences}).score

    assert empty_score <= full_score


@examples
@given(needs, communities(), mentors(TESTED_ID))
def test_a_mentor_free_all_week_breaks_no_rule_about_time(request, others, person):
    assume(request.hours is not None and request.hours.bit_count() * 15 >= request.minutes)
    table = MentorTable([*others, replace(person, hours=WHOLE_WEEK)])

    ineligible = {mentor.mentor_id: mentor.rules for mentor in suggest(request, table).ineligible}

    assert "no_overlap" not in ineligible.get(TESTED_ID, ())
