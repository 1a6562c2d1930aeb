"""Outcomes of past mentorships, as the engine reads them."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.db import connection

from matching.engine import Outcomes
from matching.selectors.facts import judged_mentors
from matching.selectors.snapshot import current_community, forget_community, shared_path
from matching.selectors.suggestions import judged_anew, why_not_mentor
from mentorship.models import FitCheck, GoalKind, Mentorship, OutcomeQuestion, OutcomeRating
from mentorship.models.outcome import ANSWER_WITHIN
from mentorship.selectors.outcomes import Share, outcome_share
from tests.factories import (
    NOW,
    FitCheckFactory,
    HelpRequestFactory,
    MentorFactory,
    MentorshipFactory,
    OutcomeQuestionFactory,
    OutcomeRatingFactory,
)

pytestmark = pytest.mark.django_db

# The first midnight in UTC at which a question of NOW is old enough.
COUNTED = datetime.combine((NOW + ANSWER_WITHIN).date() + timedelta(days=1), time(), NOW.tzinfo)


@pytest.fixture
def mentor():
    return MentorFactory(capacity=9)


def over(mentor, *, level=None, later=None, answers=(), **fields):
    """Return a mentorship that is over, with the mentee's ratings and answers to fit checks."""
    row = MentorshipFactory(**({"mentor": mentor, "status": "completed"} | fields))
    OutcomeQuestionFactory(mentorship=row)
    for number, answer in enumerate(answers, start=1):
        FitCheckFactory(mentorship=row, number=number, answer=answer, closed_at=None if answer else NOW)
    if level is not None:
        OutcomeRatingFactory(mentorship=row, level=level)
    if later is not None:
        OutcomeRatingFactory(mentorship=row, level=later, when="later")
    return row


def outcomes(mentor, *, now=COUNTED):
    with current_community(now=now, among=[mentor.user_id]) as community:
        return community.table.mentor(0).outcomes


def test_each_mentee_who_was_asked_is_counted_by_their_answer(mentor):
    for level in (2, 0, -1, None):
        over(mentor, level=level)

    assert outcomes(mentor) == {"job_search": Outcomes(4, 3, 2, 0)}


def test_the_counts_are_those_of_the_share(mentor):
    for level in (2, 0, -1, None, None):
        over(mentor, level=level)

    share = outcome_share(Mentorship.objects.filter(mentor=mentor), when="end", now=COUNTED)

    [counts] = outcomes(mentor).values()
    assert share == Share(counts.asked, counts.answered, counts.reached)


def test_kinds_of_goals_are_counted_apart(mentor):
    over(mentor, level=0)
    over(mentor, level=0, goal__kind=GoalKind.objects.get(code="promotion"))

    assert outcomes(mentor) == {"job_search": Outcomes(1, 1, 1), "promotion": Outcomes(1, 1, 1)}


def test_a_mentorship_that_ended_early_is_counted(mentor):
    over(mentor, level=-2, status="ended_early")

    assert outcomes(mentor) == {"job_search": Outcomes(1, 1, 0)}


def test_a_mentee_with_several_mentorships_counts_once_with_the_last_rating(mentor, alice):
    for days, level in ((9, -1), (6, 1), (3, None)):
        ended_at = NOW - timedelta(days=days)
        over(mentor, level=level, answers=["good"], goal__mentee=alice, started_at=ended_at, ended_at=ended_at)

    assert outcomes(mentor) == {"job_search": Outcomes(1, 1, 1, 0)}


def test_people_who_were_helped_are_counted_and_not_mentorships(mentor, alice):
    for mentee in (alice, alice, None):
        over(mentor, **({"goal__mentee": mentee} if mentee else {}))

    with current_community(now=COUNTED, among=[mentor.user_id]) as community:
        assert community.table.mentor(0).helped_with == {"job_search": 2}


def test_the_rating_of_the_mentor_does_not_count(mentor):
    OutcomeRatingFactory(mentorship=over(mentor), person=mentor.user, level=2)

    assert outcomes(mentor) == {"job_search": Outcomes(1)}


def test_a_rating_is_not_read_before_it_is_open(mentor):
    over(mentor, level=2)

    assert outcomes(mentor, now=COUNTED - timedelta(seconds=1)) == {}
    assert outcomes(mentor, now=COUNTED) == {"job_search": Outcomes(1, 1, 1)}


def test_the_last_rating_that_is_open_counts(mentor):
    row = over(mentor, level=-1, later=1)
    later = OutcomeQuestionFactory(mentorship=row, when="later", asks_at=NOW + timedelta(days=90))

    assert outcomes(mentor) == {"job_search": Outcomes(1, 1, 0)}
    assert outcomes(mentor, now=later.asked_at + ANSWER_WITHIN + timedelta(days=1)) == {"job_search": Outcomes(1, 1, 1)}


def test_a_rating_at_the_end_counts_though_the_later_question_has_no_answer(mentor):
    OutcomeQuestionFactory(mentorship=over(mentor, level=1), when="later", asks_at=NOW + timedelta(seconds=1))

    assert outcomes(mentor) == {"job_search": Outcomes(1, 1, 1)}


@pytest.mark.parametrize(
    ("answers", "content"),
    [
        (["good"], 1),
        (["not_good", "good"], 1),
        (["good", ""], 1),
        (["good", "unsure"], 0),
        (["not_good"], 0),
        ([""], 0),
    ],
)
def test_the_last_answer_to_a_fit_check_counts_without_a_rating(answers, content, mentor):
    over(mentor, answers=answers)

    assert outcomes(mentor) == {"job_search": Outcomes(1, 0, 0, content)}


def test_a_fit_check_does_not_count_beside_a_rating(mentor):
    over(mentor, level=-1, answers=["good"])

    assert outcomes(mentor) == {"job_search": Outcomes(1, 1, 0, 0)}


def test_a_fit_check_of_the_mentor_does_not_count(mentor):
    FitCheckFactory(mentorship=over(mentor), person=mentor.user, answer="good")

    assert outcomes(mentor) == {"job_search": Outcomes(1)}


def test_running_mentorships_and_those_of_others_do_not_count(mentor):
    FitCheckFactory(mentorship=MentorshipFactory(mentor=mentor), answer="good")
    over(MentorFactory(), level=2)
    over(MentorFactory(), level=2, goal__mentee=mentor.user)

    assert outcomes(mentor) == {}


def test_without_learning_no_outcome_is_read(mentor, settings):
    over(mentor, level=2, answers=["good"])
    settings.LEARN_FROM_OUTCOMES = False

    assert outcomes(mentor) == {}


SENTENCE = "Worked with 3 people on this kind of goal; all of them reached what they hoped for."


@pytest.mark.parametrize(
    ("learn", "offers", "score", "is_told"),
    [(True, False, 0.6, True), (False, False, 0.0, False), (True, True, 1.0, True), (False, True, 1.0, False)],
)
def test_outcomes_raise_the_fit_of_a_mentor_who_does_not_offer_the_kind(learn, offers, score, is_told, settings):
    settings.LEARN_FROM_OUTCOMES = learn
    promotion = GoalKind.objects.get(code="promotion")
    career = [{"level": "mid", "start_year": 2015, "end_year": 2018}, {"level": "senior", "start_year": 2018}]
    mentor = MentorFactory(capacity=9, goal_kinds=[promotion] if offers else [], career=career)
    for _ in range(3):
        over(mentor, level=0, goal__kind=promotion)
    request = HelpRequestFactory(goal__kind=promotion)

    found = judged_anew(request, [mentor.user_id], now=COUNTED)[mentor.user_id]

    assert found.criteria["goal"].score == score
    assert (SENTENCE in found.reasons) == is_told
    assert why_not_mentor(request, mentor, now=COUNTED).fit == found.fit


def test_processes_that_learn_share_no_copy_with_those_that_do_not(settings, tmp_path):
    settings.SHARED_COPY_DIR = str(tmp_path)
    paths = set()
    for learn in (True, False):
        settings.LEARN_FROM_OUTCOMES = learn
        forget_community()
        paths.add(shared_path())

    assert len(paths) == 2


def in_the_copy(mentor, now=COUNTED):
    with current_community(now=now) as community:
        found = community.table.mentor(community.table.row_of(mentor.user_id)).outcomes
        [fresh] = judged_mentors(skills=community.skills, now=now, among=[mentor.user_id])
    assert found == fresh.outcomes
    return found.get("job_search")


@pytest.mark.django_db(transaction=True)
def test_the_copy_of_the_community_notices_every_change_of_an_outcome(mentor):
    row = over(mentor)
    seen = [in_the_copy(mentor)]
    check = FitCheckFactory(mentorship=row, answer="good")
    seen.append(in_the_copy(mentor))
    FitCheck.objects.update(answer="unsure")
    seen.append(in_the_copy(mentor))
    check.delete()
    OutcomeRatingFactory(mentorship=row, level=2)
    seen.append(in_the_copy(mentor))
    OutcomeRating.objects.update(level=-2)
    seen.append(in_the_copy(mentor))
    OutcomeRating.objects.all().delete()
    seen.append(in_the_copy(mentor))
    OutcomeQuestion.objects.update(asked_at=None)
    seen.append(in_the_copy(mentor))
    OutcomeQuestion.objects.update(asked_at=NOW)
    seen.append(in_the_copy(mentor))
    OutcomeQuestion.objects.all().delete()
    seen.append(in_the_copy(mentor))

    asked, content, reached, missed = (Outcomes(1, *rest) for rest in ((0, 0, 0), (0, 0, 1), (1, 1), (1, 0)))
    assert seen == [asked, content, asked, reached, missed, asked, None, asked, None]


@pytest.mark.django_db(transaction=True)
def test_the_copy_of_the_community_notices_the_day_on_which_an_outcome_counts(mentor):
    over(mentor, level=2)

    seen = [in_the_copy(mentor, COUNTED + timedelta(days=day)) for day in (-1, 0, -1)]

    assert seen == [None, Outcomes(1, 1, 1), None]


def logged(act):
    """Return how many changes of mentors ``act`` logs."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM matching_mentorchange")
        act()
        cursor.execute("SELECT count(*) FROM matching_mentorchange")
        [count] = cursor.fetchone()
    return count


def test_answers_while_a_mentorship_runs_are_not_logged(mentor):
    row = MentorshipFactory(mentor=mentor)

    assert logged(lambda: FitCheckFactory(mentorship=row, answer="good")) == 0
    assert logged(lambda: FitCheck.objects.update(answer="unsure")) == 0


def test_a_reminder_and_ratings_of_mentors_are_not_logged(mentor):
    row = over(mentor)

    assert logged(lambda: OutcomeQuestion.objects.update(reminded_at=NOW + timedelta(days=7))) == 0
    assert logged(lambda: OutcomeRatingFactory(mentorship=row, person=mentor.user)) == 0


@pytest.mark.parametrize("mentorships", [1, 3])
def test_outcomes_take_no_query_of_their_own(mentorships, mentor, django_assert_num_queries):
    for _ in range(mentorships):
        over(mentor, level=1, answers=["good"])
    with current_community(now=COUNTED, among=[mentor.user_id]) as community:
        skills = community.skills

    with django_assert_num_queries(1):
        list(judged_mentors(skills=skills, now=COUNTED, among=[mentor.user_id]))
