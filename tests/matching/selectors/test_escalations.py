"""When requests and mentors need an admin, and when they do not any more."""

from __future__ import annotations

import pytest

from matching.models import HelpRequest, Match
from matching.selectors.escalations import unanswered_requests
from tests.escalations import DAY, MAKERS, count_of
from tests.factories import HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory

pytestmark = pytest.mark.django_db


def test_a_request_that_found_mentors_or_whose_mentee_left_needs_nobody(now):
    found, left = (MAKERS["request_without_mentor"](now) for _ in range(2))
    HelpRequest.objects.filter(pk=found.pk).update(queued_at=None, obstacle="")
    left.mentee.is_active = False
    left.mentee.save()

    assert count_of("request_without_mentor", now) == 0


@pytest.mark.parametrize("status", ["asked", "offered", "clarifying"])
def test_a_request_that_waits_for_somebody_needs_nobody(status, now):
    request = MAKERS["question_unanswered"](now)
    MatchFactory(help_request=request, status=status)

    assert count_of("question_unanswered", now) == 0


@pytest.mark.parametrize("status", ["matched", "withdrawn", "expired"])
def test_a_request_that_is_over_needs_nobody(status, now):
    request = MAKERS["question_unanswered"](now)
    closed_at = None if status == "matched" else now
    HelpRequest.objects.filter(pk=request.pk).update(status=status, closed_at=closed_at)

    assert count_of("question_unanswered", now) == 0


def test_questions_that_the_mentee_let_expire_do_not_count(now):
    request = MAKERS["question_unanswered"](now)
    Match.objects.filter(pk=request.matches.first().pk).update(silent_side="mentee")

    assert count_of("question_unanswered", now) == 0


def test_a_third_silence_is_a_new_cause(now):
    request = MAKERS["question_unanswered"](now)
    MatchFactory(help_request=request, status="expired", asked_at=now - 6 * DAY, ended_at=now - DAY)

    rows = unanswered_requests(days=0, now=now)

    assert [row.since_at for row in rows] == [now - DAY]


@pytest.mark.parametrize(("status", "count"), [("declined", 0), ("accepted", 0), ("withdrawn", 1), ("superseded", 1)])
def test_an_answer_in_between_breaks_a_silence(status, count, now):
    mentor = MAKERS["mentor_silent"](now)
    facts = {}
    if status == "accepted":
        facts["mentorship"] = MentorshipFactory()
    MatchFactory(mentor=mentor, status=status, asked_at=now - 9 * DAY, ended_at=now - 5 * DAY, **facts)

    assert count_of("mentor_silent", now) == count


@pytest.mark.parametrize(
    "facts", [{"status": "paused"}, {"user__is_active": False}, {"status_since_at": True}], ids=str
)
def test_a_mentor_who_is_paused_left_or_came_back_is_not_silent(facts, now):
    facts = facts | ({"status_since_at": now - 8 * DAY} if "status_since_at" in facts else {})
    mentor = MentorFactory(**({"status_since_at": now - 99 * DAY} | facts))
    for days in (2, 9):
        MatchFactory(
            mentor=mentor,
            status="expired",
            asked_at=now - (days + 5) * DAY,
            ended_at=now - days * DAY,
            reminders_sent=2,
        )

    assert count_of("mentor_silent", now) == 0


def test_questions_without_a_reminder_are_no_silence(now):
    MAKERS["mentor_silent"](now)
    Match.objects.filter(pk=Match.objects.first().pk).update(reminders_sent=0)

    assert count_of("mentor_silent", now) == 0


def test_one_question_without_an_answer_needs_nobody(now):
    request, mentor = HelpRequestFactory(), MentorFactory(status_since_at=now - 99 * DAY)
    MatchFactory(
        help_request=request, mentor=mentor, status="expired", asked_at=now - 9 * DAY, ended_at=now, reminders_sent=2
    )

    assert (count_of("question_unanswered", now), count_of("mentor_silent", now)) == (0, 0)


def test_a_request_for_which_nobody_is_found_has_one_row(now):
    request = MAKERS["question_unanswered"](now)
    waits = {"queued_at": now - 4 * DAY, "mentors_due_at": now + DAY, "obstacle": "no_capacity"}
    HelpRequest.objects.filter(pk=request.pk).update(**waits)

    assert (count_of("question_unanswered", now), count_of("request_without_mentor", now)) == (0, 1)
