"""The next step that a cohort waits for."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from accounts.models import User
from matching.models import HelpRequest
from matching.selectors.cohorts.steps import cohorts_that_wait, step_in_words, with_steps
from mentorship.models import Cohort, CohortMember
from tests.factories import NOW, CohortFactory, HelpRequestFactory
from tests.matching.cohorts import closed_cohort, mentee_in
from tests.matching.pairs import proposed_pair

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
TODAY = NOW.date()
YESTERDAY = TODAY - DAY
MIDNIGHT = datetime.combine(TODAY, time(), UTC)
LONG_AGO = NOW - 99 * DAY


def step_of(cohort: Cohort):
    found = with_steps(Cohort.objects.filter(pk=cohort.pk), now=NOW).get()
    return found.step, found.since_at


def over(*, ended_at):
    """Return a pair that came to nothing, of a cohort that was closed long ago."""
    cohort = closed_cohort(closed_at=LONG_AGO)
    return proposed_pair(cohort=cohort, status="expired", ended_at=ended_at, help_request__opened_at=LONG_AGO)


@pytest.mark.parametrize(("last_day", "step"), [(TODAY, ("", None)), (YESTERDAY, ("close", MIDNIGHT))])
def test_an_open_cohort_is_to_be_closed_after_its_last_day(last_day, step):
    assert step_of(CohortFactory(created_at=LONG_AGO, joins_until_on=last_day)) == step


@pytest.mark.parametrize(("last_day", "step"), [(TODAY, ("", None)), (YESTERDAY, ("dates", MIDNIGHT))])
def test_a_cohort_that_nobody_opened_in_time_needs_other_days(last_day, step):
    assert (
        step_of(CohortFactory(status="preparing", created_at=LONG_AGO, opened_at=None, joins_until_on=last_day)) == step
    )


def test_an_archived_cohort_waits_for_nothing():
    assert step_of(CohortFactory(status="archived", archived_at=NOW, joins_until_on=YESTERDAY)) == ("", None)


@pytest.mark.parametrize(("closed_days_ago", "asked_days_ago"), [(2, 5), (5, 2)])
def test_a_closed_cohort_without_published_pairs_is_to_be_matched(closed_days_ago, asked_days_ago):
    cohort = closed_cohort(closed_at=NOW - closed_days_ago * DAY)
    mentee_in(cohort, "Ann Able", request={"opened_at": NOW - asked_days_ago * DAY})

    assert step_of(cohort) == ("publish", NOW - 2 * DAY)


def test_a_closed_cohort_in_which_nobody_asks_waits_for_nothing():
    assert step_of(closed_cohort(closed_at=NOW - 2 * DAY)) == ("", None)


def test_a_cohort_whose_pairs_wait_for_answers_waits_for_nothing_else():
    pair = proposed_pair()
    HelpRequestFactory(mentee=mentee_in(pair.draft.cohort, "Left Out", asks=False).person, cohort=pair.draft.cohort)

    assert step_of(pair.draft.cohort) == ("", None)
    found = with_steps(Cohort.objects.all(), now=NOW).get()
    assert (found.waiting, found.free) == (1, 1)


def test_a_cohort_whose_mentees_came_away_with_nobody_is_to_be_matched_again():
    pair = over(ended_at=NOW - DAY)

    assert step_of(pair.draft.cohort) == ("next_round", NOW - DAY)
    cohort = with_steps(Cohort.objects.all(), now=NOW).get()
    assert step_in_words(cohort).startswith("No pair waits for an answer. Mentees without a mentor: 1. Publish ")


def test_a_request_that_comes_after_all_answers_waits_since_it_was_written():
    pair = over(ended_at=NOW - 60 * DAY)
    HelpRequest.objects.filter(pk=pair.help_request_id).update(status="matched")
    mentee_in(pair.draft.cohort, "Lea Late", request={"opened_at": NOW - DAY})

    assert step_of(pair.draft.cohort) == ("next_round", NOW - DAY)


def test_a_cohort_that_was_opened_again_waits_since_it_was_closed():
    pair = over(ended_at=NOW - 60 * DAY)
    Cohort.objects.update(closed_at=NOW - DAY)

    assert step_of(pair.draft.cohort) == ("next_round", NOW - DAY)


def test_a_day_long_past_counts_since_the_cohort_was_made():
    cohort = CohortFactory(created_at=NOW - DAY, joins_until_on="0026-11-01")

    assert step_of(cohort) == ("close", NOW - DAY)


def _locked_out(pair):
    User.objects.filter(pk=pair.help_request.mentee_id).update(is_active=False)


def _has_left(pair):
    CohortMember.objects.filter(person=pair.help_request.mentee).update(left_at=NOW)


def _had_a_mentorship(pair):
    """Give the mentee an earlier request in the cohort, of which a pair was confirmed."""
    facts = {"mentee": pair.help_request.mentee, "status": "closed", "closed_at": NOW}
    proposed_pair(
        cohort=pair.draft.cohort,
        status="confirmed",
        **{f"help_request__{name}": value for name, value in facts.items()},
    )


@pytest.mark.parametrize("happens", [_locked_out, _has_left, _had_a_mentorship])
def test_a_mentee_whom_no_draft_reads_is_not_counted(happens):
    pair = over(ended_at=NOW - DAY)
    happens(pair)

    assert step_of(pair.draft.cohort) == ("", None)


@pytest.mark.parametrize("status", ["matched", "withdrawn"])
def test_a_cohort_whose_mentees_look_for_nobody_waits_for_nothing(status):
    pair = proposed_pair(status="expired", ended_at=NOW - DAY)
    closed_at = None if status == "matched" else NOW
    HelpRequest.objects.filter(pk=pair.help_request_id).update(status=status, closed_at=closed_at)

    assert step_of(pair.draft.cohort) == ("", None)


def test_a_closed_cohort_whose_mentorships_have_ended_is_to_be_archived():
    days = {"joins_until_on": TODAY - 9 * DAY, "starts_on": TODAY - 8 * DAY, "ends_on": YESTERDAY}

    assert step_of(closed_cohort(created_at=LONG_AGO, **days)) == ("archive", MIDNIGHT)


@pytest.mark.parametrize(("days", "count"), [(2, 1), (3, 0)])
def test_a_cohort_waits_after_some_days(days, count):
    mentee_in(closed_cohort(closed_at=NOW - 2 * DAY), "Ann Able", request={"opened_at": NOW - 2 * DAY})

    assert cohorts_that_wait(days=days, now=NOW).count() == count


def test_steps_of_many_cohorts_take_one_query(django_assert_num_queries):
    for _ in range(3):
        proposed_pair()

    with django_assert_num_queries(1):
        assert [step_in_words(cohort) for cohort in with_steps(Cohort.objects.all(), now=NOW)] == ["", "", ""]
