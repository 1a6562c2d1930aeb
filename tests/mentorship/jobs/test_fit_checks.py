"""Each of the two is asked how it goes: after the first session, at day 30, then every 60 days."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Block
from mentorship.jobs.fit_checks import ask_how_it_goes
from mentorship.models import FitCheck
from mentorship.services.end import end_mentorship
from mentorship.services.fit_check import answer_fit_check
from mentorship.services.pause import pause_mentorship, resume_mentorship
from mentorship.services.sessions.attend import say_attendance
from mentorship.services.start import start_mentorship
from tests.factories import NOW, FitCheckFactory, GoalFactory, MentorFactory, SessionFactory
from tests.helpers import kinds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

DAY = timedelta(days=1)


def started(alice, bob, format="ongoing"):
    goal = GoalFactory(mentee=alice)
    return start_mentorship(mentor_id=bob.mentor.pk, mentee=alice, goal=goal, format=format, now=NOW)


def hold_a_session(mentorship, at) -> None:
    session = SessionFactory(mentorship=mentorship, status="confirmed", starts_at=at)
    for person in (mentorship.mentee, mentorship.mentor.user):
        say_attendance(session_id=session.pk, by=person, answer="held", now=at + timedelta(hours=2))


def days_asked(person, until: int) -> list[int]:
    """Return the days since the start on which ``person`` is asked, if a sweep comes each day."""
    for day in range(until + 1):
        ask_how_it_goes(now=NOW + day * DAY)
    return [(check.asked_at - NOW).days for check in FitCheck.objects.filter(person=person).order_by("number")]


def test_both_are_asked_at_day_30_and_then_every_60_days(alice, bob):
    started(alice, bob)

    assert days_asked(alice, 151) == [30, 90, 150]
    assert [check.number for check in FitCheck.objects.filter(person=bob).order_by("pk")] == [1, 2, 3]


def test_the_first_question_follows_the_first_session(alice, bob):
    mentorship = started(alice, bob)
    hold_a_session(mentorship, NOW + 4 * DAY)
    hold_a_session(mentorship, NOW + 6 * DAY)

    assert days_asked(alice, 31) == [5, 30]


def test_a_question_shortly_before_day_30_takes_its_place(alice, bob):
    hold_a_session(started(alice, bob), NOW + 25 * DAY)

    assert days_asked(alice, 91) == [26, 90]


def test_one_off_help_is_asked_about_once_after_its_session(alice, bob):
    mentorship = started(alice, bob, format="one_off")
    assert days_asked(alice, 40) == []

    hold_a_session(mentorship, NOW + 40 * DAY)

    assert days_asked(alice, 120) == [41]


def test_a_pause_moves_the_questions_on(alice, bob):
    mentorship = started(alice, bob)
    pause_mentorship(mentorship_id=mentorship.pk, by=alice, now=NOW + 10 * DAY)
    assert days_asked(alice, 50) == []

    resume_mentorship(mentorship_id=mentorship.pk, by=bob, now=NOW + 50 * DAY)

    assert days_asked(alice, 131) == [70, 130]


def test_the_next_question_closes_one_without_an_answer(alice, bob):
    days_asked(started(alice, bob).mentee, 90)

    first, second = FitCheck.objects.filter(person=alice).order_by("number")
    assert (first.closed_at, second.closed_at) == (NOW + 90 * DAY, None)


def test_the_next_question_leaves_an_answer_as_it_is(alice, bob):
    mentorship = started(alice, bob)
    days_asked(alice, 30)
    answer_fit_check(mentorship_id=mentorship.pk, by=alice, answer="unsure", note="", now=NOW + 31 * DAY)

    days_asked(alice, 90)

    first = FitCheck.objects.get(person=alice, number=1)
    assert (first.answer, first.closed_at) == ("unsure", None)


def test_the_end_closes_open_questions(alice, bob):
    mentorship = started(alice, bob)
    days_asked(alice, 30)

    end_mentorship(mentorship_id=mentorship.pk, by=bob, status="completed", reason="helped_enough", now=NOW + 31 * DAY)

    assert not FitCheck.objects.open().exists()


def test_each_of_the_two_gets_one_mail_about_a_question(alice, bob):
    started(alice, bob)

    for _ in range(2):
        ask_how_it_goes(now=NOW + 30 * DAY)

    assert (kinds(alice), kinds(bob)) == (["fit_check"], ["fit_check"])


@pytest.mark.parametrize("parted", ["block", "left"])
def test_nobody_is_asked_about_somebody_who_is_gone(parted, alice, bob):
    started(alice, bob)
    if parted == "block":
        Block.objects.create(blocker=alice, blocked=bob)
    else:
        bob.is_active = False
        bob.save()

    assert days_asked(alice, 31) == []


def test_a_second_open_question_to_one_person_cannot_be_stored():
    check = FitCheckFactory()

    with pytest.raises(IntegrityError, match="fit_check_one_open_a_person"), transaction.atomic():
        FitCheckFactory(mentorship=check.mentorship, number=2)


@pytest.mark.parametrize("facts", [{"answered_at": NOW}, {"answer": "fine"}, {"note": "x"}])
def test_half_an_answer_cannot_be_stored(facts):
    with pytest.raises(IntegrityError, match="fit_check_is_answered_or_not"), transaction.atomic():
        FitCheckFactory(**facts)


def test_the_other_side_may_have_more_mentorships_with_questions(alice, bob):
    started(alice, bob)
    started(alice, MentorFactory().user)

    ask_how_it_goes(now=NOW + 30 * DAY)

    assert FitCheck.objects.open().filter(person=alice).count() == 2


def test_a_session_held_in_a_pause_is_asked_about_when_the_pause_ends(alice, bob):
    mentorship = started(alice, bob)
    pause_mentorship(mentorship_id=mentorship.pk, by=alice, now=NOW + DAY)
    hold_a_session(mentorship, NOW + 5 * DAY)

    resume_mentorship(mentorship_id=mentorship.pk, by=alice, now=NOW + 11 * DAY)

    assert ask_how_it_goes(now=NOW + 11 * DAY) == 1
