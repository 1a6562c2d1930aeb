"""A question that did not come to its mentor is withdrawn, the mentee is told, and the mentor was not silent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import Notification, NotificationChoice, User
from matching.jobs.expire import expire_unanswered
from matching.jobs.propose import propose_due_requests
from matching.jobs.remind import remind_unanswered
from matching.jobs.undelivered import end_undelivered
from matching.models import Match
from matching.services.ask_back import ask_back
from matching.services.clarify import clarify_match
from tests.factories import NOW, MatchFactory, MentorFactory
from tests.helpers import kinds, send
from tests.matching.helpers import mail_to
from tests.moves import ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def bounce(match: Match) -> None:
    User.objects.filter(pk=match.mentor.user_id).update(bouncing_since_at=NOW)


def switch_off(match: Match) -> None:
    NotificationChoice.objects.create(user=match.mentor.user, group="questions", email="off")


def asked(**fields: object) -> Match:
    return ask(MatchFactory(mentor__user__name="Bob Baker", **fields))


def die(kind: str = "match_asked") -> None:
    """Let the server refuse the mail for a reason that is not the address."""
    Notification.objects.filter(kind=kind).update(status="dead", last_error="554 5.6.0 Refused")


def dead_now(match: Match) -> None:
    die()
    bounce(match)


@pytest.mark.parametrize("happen", [bounce, switch_off, dead_now])
def test_a_question_that_came_to_nobody_is_withdrawn_and_the_mentee_is_told(happen):
    match, other = asked(), ask(MatchFactory(), why_you="You know both the lab and the bank, as I should.")
    happen(match)
    Notification.objects.filter(recipient=other.mentor.user).update(status="sent", sent_at=NOW)
    send(NOW)
    mail.outbox.clear()

    assert (end_undelivered(now=NOW), end_undelivered(now=NOW)) == (1, 0)

    match.refresh_from_db()
    other.refresh_from_db()
    assert (match.status, match.help_request.mentors_due_at, other.status) == ("withdrawn", NOW, "asked")
    assert kinds(match.mentor.user) == ["match_asked"]
    send(NOW)
    message = mail_to(match.help_request.mentee)
    assert message.subject == "Your question did not reach Bob Baker"
    assert "We are looking for more mentors" in message.body


def test_the_mail_about_an_undelivered_question_links_to_other_mentors():
    match = asked()
    MatchFactory(help_request=match.help_request)
    bounce(match)
    send(NOW)
    end_undelivered(now=NOW)

    send(NOW)

    assert (
        "Ask another mentor (no log-in needed):\nhttp://testserver/choose/" in mail_to(match.help_request.mentee).body
    )


def test_others_are_proposed_instead():
    match = asked()
    other = MentorFactory()
    bounce(match)
    send(NOW)
    end_undelivered(now=NOW)

    propose_due_requests(now=NOW)

    assert [found.mentor for found in match.help_request.matches.filter(status="proposed")] == [other]


def test_a_question_waits_while_its_mail_may_still_come():
    match = asked()
    bounce(match)

    assert end_undelivered(now=NOW) == 0


def test_a_question_that_was_sent_before_the_address_bounced_stays():
    match = asked()
    send(NOW)
    bounce(match)

    assert end_undelivered(now=NOW) == 0


def test_a_question_that_was_read_in_the_app_stays():
    match = asked()
    switch_off(match)
    send(NOW)
    Notification.objects.filter(kind="match_asked").update(read_at=NOW)

    assert end_undelivered(now=NOW) == 0


def test_a_question_in_the_mail_of_the_day_stays():
    match = asked()
    NotificationChoice.objects.create(user=match.mentor.user, group="questions", email="digest")
    send(NOW)
    bounce(match)

    assert end_undelivered(now=NOW) == 0


def test_a_question_whose_mail_of_the_day_bounced_is_withdrawn():
    match = asked()
    NotificationChoice.objects.create(user=match.mentor.user, group="questions", email="digest")
    send(NOW)
    bounce(match)

    send(NOW + DAY)

    assert end_undelivered(now=NOW + DAY) == 1


def test_admins_have_a_day_to_mend_a_mail_that_died_although_the_address_is_good():
    asked()
    die()

    assert end_undelivered(now=NOW + 23 * HOUR) == 0
    assert end_undelivered(now=NOW + 24 * HOUR) == 1


def test_an_answer_that_did_not_come_to_the_mentor_ends_the_question_as_well():
    match = asked()
    send(NOW)
    ask_back(match_id=match.pk, by=match.mentor.user, question="Is it about one advert or more?", now=NOW + HOUR)
    bounce(match)
    clarify_match(match_id=match.pk, by=match.help_request.mentee, answer="About three of them.", now=NOW + 2 * HOUR)
    send(NOW + 2 * HOUR)

    mail.outbox.clear()
    assert end_undelivered(now=NOW + 2 * HOUR) == 1
    send(NOW + 2 * HOUR)
    message = mail_to(match.help_request.mentee)
    assert message.subject == "Your answer did not reach Bob Baker"
    assert "Your answer to the question of Bob Baker" in message.body


def test_a_question_that_came_to_nobody_does_not_expire():
    match = asked()
    bounce(match)
    send(NOW)

    assert expire_unanswered(now=NOW + 5 * DAY) == 0
    assert end_undelivered(now=NOW + 5 * DAY) == 1

    match.refresh_from_db()
    assert (match.status, match.silent_side) == ("withdrawn", "")


@pytest.mark.parametrize("lose", [bounce, lambda match: die("match_reminder")])
def test_questions_whose_reminders_came_to_nobody_do_not_pause_the_mentor(lose, settings):
    settings.SILENCE_MAX = 1
    match = asked()
    send(NOW)
    remind_unanswered(now=NOW + 2 * DAY)
    lose(match)
    send(NOW + 2 * DAY)

    assert expire_unanswered(now=NOW + 5 * DAY) == 1

    match.refresh_from_db()
    match.mentor.refresh_from_db()
    assert (match.status, match.reminders_sent, match.mentor.status) == ("expired", 0, "approved")


def test_one_reminder_that_came_is_enough_for_silence(settings):
    settings.SILENCE_MAX = 1
    match = asked()
    send(NOW)
    remind_unanswered(now=NOW + 2 * DAY)
    send(NOW + 2 * DAY)
    bounce(match)
    remind_unanswered(now=NOW + 4 * DAY)
    send(NOW + 4 * DAY)

    expire_unanswered(now=NOW + 5 * DAY)

    match.mentor.refresh_from_db()
    assert match.mentor.status == "paused"


def test_a_reminder_that_was_switched_off_but_read_in_the_app_counts(settings):
    settings.SILENCE_MAX = 1
    match = asked()
    NotificationChoice.objects.create(user=match.mentor.user, group="reminders", email="off")
    send(NOW)
    remind_unanswered(now=NOW + 2 * DAY)
    send(NOW + 2 * DAY)
    Notification.objects.filter(kind="match_reminder").update(read_at=NOW + 2 * DAY)

    expire_unanswered(now=NOW + 5 * DAY)

    match.mentor.refresh_from_db()
    assert match.mentor.status == "paused"
