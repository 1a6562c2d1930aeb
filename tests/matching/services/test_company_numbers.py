"""The numbers of a cohort for its company are counted once a month, and kept."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from matching.models import CohortReport
from matching.services.company_numbers import numbers_of_month, report_of
from mentorship.models import CohortMember
from tests.factories import (
    NOW,
    CohortFactory,
    CohortMemberFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
    held_by_both,
)

pytestmark = pytest.mark.django_db

NEXT_MONTH = NOW + timedelta(days=35)


@pytest.fixture
def cohort():
    return CohortFactory(company="Acme", status="closed", closed_at=NOW)


def match(cohort, mentee, mentor, **facts) -> None:
    request = HelpRequestFactory(mentee=mentee.person, cohort=cohort, status="matched")
    place = mentor.mentorships.count() + 1
    mentorship = MentorshipFactory(
        goal=request.goal, mentor=mentor, place=place, started_at=NOW - timedelta(days=60), **facts
    )
    MatchFactory(help_request=request, mentor=mentor, status="accepted", mentorship=mentorship)
    held_by_both(mentorship, starts_at=NOW - timedelta(days=2 + mentorship.place))


def all_of(cohort, now: datetime) -> tuple[int, ...]:
    line = report_of(numbers_of_month(cohort_id=cohort.pk, now=now)).lines()[0]
    return line.people, line.matched, line.running, line.ended_as_planned, line.sessions


def test_people_mentorships_and_sessions_of_the_cohort_are_counted(cohort):
    mentors = [MentorFactory(capacity=5) for _ in range(5)]
    for mentor in mentors:
        CohortMemberFactory(cohort=cohort, person=mentor.user, side="mentor")
    mentees = CohortMemberFactory.create_batch(10, cohort=cohort)
    for mentee, mentor in zip(mentees[:5], mentors, strict=True):
        match(cohort, mentee, mentor)
    # These are of another cohort, and of none.
    CohortMemberFactory.create_batch(5, person__profile__department="Sales")
    MentorshipFactory.create_batch(5)

    assert all_of(cohort, NOW) == (15, 10, 10, 0, 5)


def test_a_report_stays_the_same_until_the_month_is_over(cohort):
    CohortMemberFactory.create_batch(5, cohort=cohort)
    first = numbers_of_month(cohort_id=cohort.pk, now=NOW)
    CohortMemberFactory.create_batch(20, cohort=cohort)

    assert numbers_of_month(cohort_id=cohort.pk, now=NOW + timedelta(days=1)) == first
    assert all_of(cohort, NOW) == (5, 0, 0, 0, 0)
    assert all_of(cohort, NEXT_MONTH) == (25, 0, 0, 0, 0)
    assert CohortReport.objects.count() == 2


def test_one_who_leaves_changes_no_number_of_the_next_month(cohort):
    CohortMemberFactory.create_batch(10, cohort=cohort)
    before = all_of(cohort, NOW)
    CohortMember.objects.filter(pk=cohort.members.earliest("pk").pk).update(left_at=NOW)

    assert all_of(cohort, NEXT_MONTH) == before == (10, 0, 0, 0, 0)


def test_a_clock_that_was_set_back_gives_no_second_report(cohort):
    later = numbers_of_month(cohort_id=cohort.pk, now=NEXT_MONTH)

    assert numbers_of_month(cohort_id=cohort.pk, now=NOW) == later


@pytest.mark.parametrize("status", ["preparing", "open"])
def test_there_are_no_numbers_before_a_cohort_was_closed(status):
    cohort = CohortFactory(status=status, opened_at=NOW if status == "open" else None)

    assert numbers_of_month(cohort_id=cohort.pk, now=NOW) is None
    assert not CohortReport.objects.exists()


def test_a_cohort_that_is_opened_again_keeps_its_numbers(cohort):
    numbers_of_month(cohort_id=cohort.pk, now=NOW)
    cohort.move_to("open", at=NOW)

    assert numbers_of_month(cohort_id=cohort.pk, now=NEXT_MONTH).month_on == NEXT_MONTH.date().replace(day=1)


def test_somebody_who_left_with_a_mentorship_is_counted_on(cohort):
    mentor = MentorFactory(capacity=5)
    for mentee in CohortMemberFactory.create_batch(5, cohort=cohort, left_at=NOW):
        match(cohort, mentee, mentor)
    CohortMemberFactory.create_batch(5, cohort=cohort, left_at=NOW)

    assert all_of(cohort, NOW)[:2] == (5, 5)


@pytest.mark.parametrize("people", [1, 6])
def test_the_count_takes_the_same_queries_for_more_people(people, cohort, django_assert_num_queries):
    CohortMemberFactory.create_batch(people, cohort=cohort)

    with django_assert_num_queries(8):
        numbers_of_month(cohort_id=cohort.pk, now=NOW)
