from dataclasses import replace

import numpy as np
import pytest

from matching.engine import MIN_FIT, Ineligible, Level, MentorTable, Vocabulary, suggest
from matching.engine.rank import MAX_BEHIND

from .builders import TEXT, at_share, mentor, need, sentences, step, terms

SQL = need(needs=terms("sql"))


def order(request, *mentors):
    return [suggestion.mentor_id for suggestion in suggest(request, MentorTable(mentors)).ranked]


def test_the_better_fit_comes_first():
    assert order(SQL, mentor(1, skills=terms("sql")), mentor(2, teaches=terms("sql"))) == [2, 1]


def test_equal_mentors_are_ordered_by_id():
    assert order(SQL, mentor(3), mentor(1), mentor(2)) == [1, 2, 3]


def test_the_less_busy_of_two_equal_mentors_comes_first():
    assert order(SQL, mentor(1, capacity=4, running=2), mentor(2, capacity=4, running=1)) == [2, 1]


def test_load_costs_rank_and_not_fit():
    table = MentorTable([mentor(1, capacity=4, running=1), mentor(2)])

    idle, busy = suggest(SQL, table).ranked

    assert (busy.mentor_id, busy.load_cost, idle.load_cost) == (1, 2.5, 0.0)
    assert busy.fit == idle.fit


def test_silence_costs_rank_and_not_fit():
    table = MentorTable([mentor(1, answered=1, silent=4), mentor(2, answered=5), mentor(3)])

    answers, unknown, silent = suggest(SQL, table).ranked

    assert [person.mentor_id for person in (answers, unknown, silent)] == [2, 3, 1]
    # Four answers of five are assumed before anything is known: (5 + 4) / 10, 4 / 5 and (1 + 4) / 10.
    assert [round(person.silence_cost, 9) for person in (answers, unknown, silent)] == [1.0, 2.0, 5.0]
    assert answers.fit == silent.fit


def test_interest_in_a_skill_asked_for_raises_the_rank_and_is_a_reason():
    request = need(needs=terms("sql", "java"))
    table = MentorTable([mentor(1), mentor(2, explores=terms("sql", "chess"))])

    curious, other = suggest(request, table).ranked

    assert (curious.mentor_id, curious.interest_bonus, other.interest_bonus) == (2, 1.5, 0.0)
    assert curious.fit == other.fit
    assert "Wants to explore sql as well." in curious.reasons
    assert "Asks about sql, which you want to explore." in curious.mentor_reasons


def test_the_interest_bonus_is_the_share_of_the_skills_asked_for():
    request = need(needs=terms("sql", "java", "law"))

    [curious] = suggest(request, MentorTable([mentor(explores=terms("law"))])).ranked

    assert curious.interest_bonus == 1.0


def test_a_mentor_who_offers_everything_does_not_beat_a_specialist():
    words = terms("sql", "java", "writing", "chess", "law", "nursing", "physics", "finance")
    all_kinds = frozenset({"job_search", "promotion", "academia_to_industry", "job_abroad", "role_change"})
    everything = mentor(1, teaches=words, skills=words, goals=all_kinds, capacity=10)
    career = (step("physics", 2010, 2016, sector="academia"), step("data science", 2016))
    specialist = mentor(2, teaches=terms("sql"), goals=frozenset({"academia_to_industry"}), career=career)
    request = need("academia_to_industry", goal={"field": "data science"}, needs=terms("sql", "java"))

    assert order(request, everything, specialist) == [2, 1]


def test_a_weak_fit_is_not_worth_proposing():
    table = MentorTable([mentor(1, career=(step("data science"),)), mentor(2, career=(step("law", role="Lawyer"),))])

    good, weak = suggest(need(goal={"field": "data science"}), table).ranked

    assert (good.fit >= MIN_FIT, good.is_worth_proposing) == (True, True)
    assert (weak.fit < MIN_FIT, weak.is_worth_proposing) == (True, False)


def test_a_mentor_far_behind_the_best_is_not_worth_proposing():
    request = need(goal={"field": "data science", "country": "DE", "sector": "industry"})
    best = mentor(1, career=(step("data science"),), session_kinds=frozenset({"cv_review"}))
    behind = mentor(2, career=(step("data science", country="FR", sector="public"),))

    first, second = suggest(request, MentorTable([best, behind])).ranked
    [alone] = suggest(request, MentorTable([behind])).ranked

    assert (first.mentor_id, first.is_worth_proposing) == (1, True)
    assert (second.fit >= MIN_FIT, second.fit < first.fit - MAX_BEHIND, second.is_worth_proposing) == (
        True,
        True,
        False,
    )
    assert (alone.fit >= MIN_FIT, alone.is_worth_proposing) == (True, True)


def test_idle_mentors_with_a_weak_fit_come_after_busy_ones_with_a_good_fit():
    request = need(goal={"field": "data science"})
    weak = [mentor(id, career=(step("law", role="Lawyer"),)) for id in range(1, 40)]
    good = mentor(99, career=(step("data science"),), capacity=10, running=9, answered=0, silent=9)
    table = MentorTable([*weak, good])

    assert suggest(request, table).ranked[0].mentor_id == 99
    assert [person.mentor_id for person in suggest(request, table, count=1).ranked] == [99]


def test_kinds_of_goals_are_case_sensitive():
    """An admin may create a kind "Promotion". Transitions are of the kind "promotion"."""
    promoted = (step(level=Level.MID, end=2020), step(start=2020))
    table = MentorTable([mentor(goals=frozenset({"Promotion", "promotion"}), career=promoted)])

    [own_kind] = suggest(need("Promotion"), table).ranked
    [known_kind] = suggest(need("promotion"), table).ranked

    assert (own_kind.criteria["path"].score, known_kind.criteria["path"].score) == (0.0, 0.95)


@pytest.mark.parametrize("name", ["text", "question"])
def test_a_text_of_another_encoder_is_refused(name):
    table = MentorTable([mentor(text=TEXT)])

    with pytest.raises(ValueError, match=f"Mentee 1000: {name} has 9 dimensions; the mentors' have 2: use one encoder"):
        suggest(need(**{name: np.ones(9, dtype=np.float32)}), table)


def test_the_closest_sentence_is_quoted_to_both():
    table = MentorTable([mentor(7, text=at_share(1.0))])

    request = need(text=TEXT, question=TEXT)
    [found] = suggest(request, table, read=lambda ids: {7: sentences(0.2, 0.8, 0.5)}).ranked

    assert "Says “Sentence 2”, which is close to what you describe." in found.reasons
    assert "Describes something close to what you say of yourself: “Sentence 2”." in found.mentor_reasons


NAMES = Vocabulary(languages={"de": "German", "es": "Spanish"})


def quoted(written_in, languages):
    """Return the reasons of both sides for a request in a language, and sentences in others. The second is closest."""
    said = replace(sentences(0.2, 0.8), languages=languages)
    request = need(text=TEXT, question=TEXT, written_in=written_in)
    table = MentorTable([mentor(7, text=at_share(1.0))])
    [found] = suggest(request, table, vocabulary=lambda code: NAMES, read=lambda ids: {7: said}).ranked
    return found.reasons, found.mentor_reasons


def test_the_reason_names_the_language_of_a_sentence_and_of_a_request_that_differ():
    mentees, mentors = quoted("de", ("de", "es"))

    assert "Says in Spanish: “Sentence 2”. This is close to what you describe." in mentees
    assert "Describes in German something close to what you say of yourself: “Sentence 2”." in mentors


@pytest.mark.parametrize(
    ("written_in", "languages"),
    [("es", ("de", "es")), ("", ("de", "es")), ("de", ("es", "")), ("de", ())],
    ids=["same", "request unknown", "sentence unknown", "not detected"],
)
def test_no_language_is_named_that_is_the_same_or_unknown(written_in, languages):
    mentees, mentors = quoted(written_in, languages)

    assert "Says “Sentence 2”, which is close to what you describe." in mentees
    assert "Describes something close to what you say of yourself: “Sentence 2”." in mentors


@pytest.mark.parametrize(
    "said", [sentences(0.2, 0.1), sentences(0.8, quotable=0), sentences()], ids=["far", "not to be quoted", "none"]
)
def test_a_sentence_that_is_far_or_not_shown_is_not_quoted(said):
    table = MentorTable([mentor(7, text=at_share(1.0))])

    [found] = suggest(need(text=TEXT, question=TEXT), table, read=lambda ids: {7: said}).ranked

    assert not [reason for reason in (*found.reasons, *found.mentor_reasons) if "Sentence" in reason]


def test_a_count_below_one_is_refused():
    with pytest.raises(ValueError, match="0 mentors are wanted"):
        suggest(SQL, MentorTable([mentor()]), count=0)


def test_a_much_better_fit_outweighs_load():
    busy = mentor(1, career=(step("data science"),), capacity=4, running=3)

    assert order(need(goal={"field": "data science"}), busy, mentor(2)) == [1, 2]


def test_the_points_of_the_criteria_add_up_to_the_fit():
    [suggestion] = suggest(SQL, MentorTable([mentor(1, teaches=terms("sql"))])).ranked

    assert suggestion.fit == sum(part.points for part in suggestion.criteria.values()) == round(100 * suggestion.score)


def test_a_criterion_is_marked_as_assumed_at_its_floor():
    table = MentorTable([mentor(1, teaches=terms("sql")), mentor(2, skills=terms("chess")), mentor(3)])

    parts = {person.mentor_id: person.criteria["needs"] for person in suggest(SQL, table).ranked}

    assert [(parts[id].score, parts[id].assumed) for id in (1, 2, 3)] == [
        (1.0, False),
        (0.0, True),
        (None, True),
    ]


def test_ineligible_mentors_are_listed_with_every_broken_rule():
    table = MentorTable([mentor(1), mentor(2, status="paused", running=2), mentor(3, goals=frozenset())])

    result = suggest(SQL, table)

    assert [person.mentor_id for person in result.ranked] == [1]
    assert result.ineligible == (
        Ineligible(2, ("paused", "no_capacity")),
        Ineligible(3, ("goal_not_offered",)),
    )


def test_removed_counts_every_mentor_of_each_rule():
    table = MentorTable([mentor(1), mentor(2, status="paused", running=2), mentor(3, running=2)])

    assert suggest(SQL, table).removed == {"paused": 1, "no_capacity": 2}


@pytest.mark.parametrize("count", [1, 2, 3, 9])
def test_a_count_gives_the_first_few_of_the_whole_ranking(count):
    table = MentorTable([mentor(1), mentor(2), mentor(3, running=1)])

    assert suggest(SQL, table, count=count).ranked == suggest(SQL, table).ranked[:count]


def test_the_ids_are_those_of_the_ranking():
    found = suggest(need(), MentorTable([mentor(id) for id in (3, 1, 2)]), count=2)

    assert found.ids == [suggestion.mentor_id for suggestion in found.ranked] == [1, 2]


def test_an_empty_table_has_no_suggestions():
    result = suggest(SQL, MentorTable([]))

    assert (result.ranked, result.ineligible, result.removed) == ((), (), {})
