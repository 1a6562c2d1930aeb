"""A mentor who lets three questions in a row run out is paused, and comes back with one click."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from accounts.jobs.pauses import pause_mentoring, resume_mentoring
from accounts.links import come_back_link
from accounts.models import MentorProfile
from accounts.notifications.deliver import drain
from matching.jobs.expire import expire_unanswered
from matching.links import answer_link
from matching.services.decline import decline_match
from tests.factories import NOW, MatchFactory, MentorFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

DAY = timedelta(days=1)


@pytest.fixture
def mentor():
    return MentorFactory(status_since_at=NOW - 100 * DAY, user__name="Bob Baker")


def let_expire(mentor: MentorProfile, at, **fields):
    """Have a question to ``mentor`` run out at ``at``."""
    match = MatchFactory(mentor=mentor, status="asked", asked_at=at - 5 * DAY, **{"reminders_sent": 2} | fields)
    assert expire_unanswered(now=at) == 1
    mentor.refresh_from_db()
    return match


def path(link: str) -> str:
    return link.removeprefix("http://testserver")


def test_the_third_in_a_row_pauses_the_mentor(mentor):
    for days in (1, 2):
        let_expire(mentor, NOW + days * DAY)
        assert mentor.status == "approved"

    let_expire(mentor, NOW + 3 * DAY)

    assert (mentor.status, mentor.pause_cause, mentor.paused_until_on) == ("paused", "silence", None)
    assert mentor.status_since_at == NOW + 3 * DAY
    kinds = mentor.user.notifications.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["match_expired_mentor"] * 2 + ["mentor_paused_for_silence"]


def test_three_that_run_out_in_one_sweep_pause_as_well(mentor):
    MatchFactory.create_batch(4, mentor=mentor, status="asked", asked_at=NOW - 5 * DAY, reminders_sent=1)

    assert expire_unanswered(now=NOW) == 4

    mentor.refresh_from_db()
    assert mentor.status == "paused"
    assert mentor.user.notifications.filter(kind="mentor_paused_for_silence").count() == 1


def test_an_answer_in_between_breaks_the_row(mentor):
    let_expire(mentor, NOW + DAY)
    let_expire(mentor, NOW + 2 * DAY)
    answered = MatchFactory(mentor=mentor, status="asked", asked_at=NOW)
    decline_match(match_id=answered.pk, by=mentor.user, reason="no_time", note="", now=NOW + 2.5 * DAY)

    let_expire(mentor, NOW + 3 * DAY)
    let_expire(mentor, NOW + 4 * DAY)
    assert mentor.status == "approved"
    let_expire(mentor, NOW + 5 * DAY)
    assert mentor.status == "paused"


@pytest.mark.parametrize("status", ["withdrawn", "superseded"])
def test_what_the_mentor_had_no_turn_to_answer_says_nothing(mentor, status):
    let_expire(mentor, NOW + DAY)
    let_expire(mentor, NOW + 2 * DAY)
    MatchFactory(mentor=mentor, status=status, asked_at=NOW, ended_at=NOW + 2.5 * DAY, why_you="You fit.")

    let_expire(mentor, NOW + 3 * DAY)

    assert mentor.status == "paused"


def test_what_runs_out_without_a_reminder_is_our_silence_not_the_mentors(mentor):
    for days in (1, 2):
        let_expire(mentor, NOW + days * DAY)
    let_expire(mentor, NOW + 3 * DAY, reminders_sent=0)
    assert mentor.status == "approved"

    let_expire(mentor, NOW + 4 * DAY)

    assert mentor.status == "paused"  # ours broke nothing either: it is as if it had not been


def test_the_row_is_in_the_order_of_the_deadlines_however_late_the_sweep_comes(mentor):
    MatchFactory.create_batch(2, mentor=mentor, status="asked", asked_at=NOW - 5 * DAY, reminders_sent=2)
    answered = MatchFactory(mentor=mentor, status="asked", asked_at=NOW - DAY)
    decline_match(match_id=answered.pk, by=mentor.user, reason="no_time", note="", now=NOW + DAY)
    late = MatchFactory(mentor=mentor, status="asked", asked_at=NOW - 3 * DAY, reminders_sent=2)

    assert expire_unanswered(now=NOW + 3 * DAY) == 3

    mentor.refresh_from_db()
    late.refresh_from_db()
    assert (mentor.status, late.ended_at) == ("approved", NOW + 2 * DAY)


def test_an_offer_without_an_answer_is_not_the_mentors_silence(mentor):
    let_expire(mentor, NOW + DAY)
    let_expire(mentor, NOW + 2 * DAY)
    MatchFactory(mentor=mentor, status="offered", offered_at=NOW - 2 * DAY)

    assert expire_unanswered(now=NOW + 3 * DAY) == 1

    mentor.refresh_from_db()
    assert mentor.status == "approved"


def test_the_silence_of_others_does_not_count(mentor):
    for days in (1, 2):
        let_expire(mentor, NOW + days * DAY)
    let_expire(MentorFactory(status_since_at=NOW - 100 * DAY), NOW + 3 * DAY)

    mentor.refresh_from_db()
    assert mentor.status == "approved"


def test_who_comes_back_starts_anew(mentor):
    for days in (1, 2, 3):
        let_expire(mentor, NOW + days * DAY)
    old = MatchFactory(mentor=mentor, status="asked", asked_at=NOW)
    resume_mentoring(mentor_id=mentor.pk, now=NOW + 4 * DAY)
    expire_unanswered(now=NOW + 5 * DAY)
    old.refresh_from_db()
    assert old.status == "expired"  # asked before the return: not counted

    for days in (10, 11):
        let_expire(mentor, NOW + days * DAY)
    assert mentor.status == "approved"
    let_expire(mentor, NOW + 12 * DAY)
    assert mentor.status == "paused"


def test_how_many_is_a_setting(mentor, settings):
    settings.SILENCE_MAX = 1

    let_expire(mentor, NOW)

    assert mentor.status == "paused"


def test_zero_switches_it_off(mentor, settings):
    settings.SILENCE_MAX = 0

    let_expire(mentor, NOW)

    assert mentor.status == "approved"


def test_other_questions_stay_and_can_be_answered(mentor):
    waiting = MatchFactory(mentor=mentor, status="asked", asked_at=NOW)
    for days in (1, 2, 3):
        let_expire(mentor, NOW + days * DAY)

    Client().post(path(answer_link(waiting)), {"answer": "accept"})

    waiting.refresh_from_db()
    assert waiting.status == "accepted"


def test_a_mentor_who_is_paused_already_is_not_paused_again(mentor):
    for days in (1, 2):
        let_expire(mentor, NOW + days * DAY)
    pause_mentoring(mentor_id=mentor.pk, cause="own_wish", until_on=None, now=NOW + 2 * DAY)

    let_expire(mentor, NOW + 3 * DAY)

    assert (mentor.status, mentor.pause_cause) == ("paused", "own_wish")
    assert not mentor.user.notifications.filter(kind="mentor_paused_for_silence").exists()


def test_the_mail_is_kind_and_leads_back(mentor):
    MatchFactory(mentor=mentor, status="asked", asked_at=NOW + DAY)
    for days in (1, 2, 3):
        let_expire(mentor, NOW + days * DAY)

    drain(now=lambda: NOW + 3 * DAY)

    message = next(m for m in mail.outbox if m.subject == "We paused mentoring for you; come back with one click")
    assert message.to == [mentor.user.email]
    assert "Hello Bob," in message.body
    assert "1 question that came before can still be answered." in message.body
    assert "http://testserver/come-back/" in message.body
    assert "I have time again" in message.alternatives[0].content


def test_the_mail_is_not_sent_to_who_is_back_already(mentor):
    for days in (1, 2, 3):
        let_expire(mentor, NOW + days * DAY)
    resume_mentoring(mentor_id=mentor.pk, now=NOW + 3 * DAY)

    drain(now=lambda: NOW + 3 * DAY)

    assert not [m for m in mail.outbox if "paused" in m.subject]


def test_looking_at_the_page_changes_nothing_and_the_button_brings_back():
    mentor = MentorFactory(status="paused", pause_cause="silence")
    link = path(come_back_link(mentor))

    for method in ("get", "head"):
        assert getattr(Client(), method)(link).status_code == 200
    mentor.refresh_from_db()
    assert mentor.status == "paused"

    page = Client().post(link, follow=True).content.decode()
    mentor.refresh_from_db()
    assert (mentor.status, mentor.pause_cause) == ("approved", "")
    assert "Mentees can find you, " in page
    assert Client().post(link).status_code == 302  # a second click is welcome as well


def test_the_same_page_pauses_until_a_day_and_a_second_click_is_welcome(mentor):
    form = {"do": "pause", "until_on": "2126-12-24"}
    for _ in range(2):
        page = Client().post(path(come_back_link(mentor)), form, follow=True).content.decode()

    mentor.refresh_from_db()
    assert (mentor.status, mentor.pause_cause) == ("paused", "own_wish")
    assert "You are paused until 24 December 2126" in page


@pytest.mark.parametrize(("day", "status"), [("soon", 400), ("2020-01-01", 409)])
def test_a_pause_that_cannot_be_is_told_and_the_day_stays(mentor, day, status):
    response = Client().post(path(come_back_link(mentor)), {"do": "pause", "until_on": day})

    mentor.refresh_from_db()
    assert (response.status_code, mentor.status) == (status, "approved")
    assert f'value="{day}"' in response.content.decode()


@pytest.mark.parametrize("status", ["suspended", "applied", "rejected"])
def test_nobody_comes_back_from_anything_but_a_pause(status):
    mentor = MentorFactory(status=status)

    response = Client().post(path(come_back_link(mentor)))

    assert response.status_code == 409
    mentor.refresh_from_db()
    assert mentor.status == status


def test_a_link_of_another_purpose_does_not_bring_back():
    match = MatchFactory(status="asked", mentor__status="paused")
    token = path(answer_link(match)).split("/")[2]

    assert Client().post(f"/come-back/{token}/").status_code == 404
    match.mentor.refresh_from_db()
    assert match.mentor.status == "paused"
