"""An admin moves a question or an offer that is stuck: a reminder, more time, an end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.exceptions import AboutYourself, MoveNotAllowed
from accounts.figures.values import Period
from accounts.models import MentorProfile, Profile
from matching.exceptions import ExtendedBefore, ExtensionTooLong, PairNotAllowed, RemindedLately
from matching.jobs.expire import expire_unanswered
from matching.jobs.remind import remind_unanswered
from matching.models import HelpRequest, Match
from matching.selectors.escalations import silent_mentors, unanswered_requests
from matching.selectors.figures import count_answers
from matching.selectors.limits import reactions
from matching.services.clarify import clarify_match
from matching.services.move_on import EXTENSION_MAX, end_without_answer, give_more_time, remind_now
from mentorship.exceptions import MentorAtCapacity
from tests.factories import NOW, HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory
from tests.helpers import kinds, race, send
from tests.matching.helpers import mentor_blocks
from tests.moves import accept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MOVES = [remind_now, give_more_time, end_without_answer]


@pytest.fixture
def match(alice, bob):
    return MatchFactory(status="asked", help_request__mentee=alice, mentor=bob.mentor)


@pytest.fixture
def make(admin_user):
    def move(service, match, *, by=admin_user, now=NOW + HOUR, **facts):
        if service is give_more_time:
            facts = {"days": 3} | facts
        return service(match_id=match.pk, by=by, now=now, **facts)

    return move


def test_the_mentor_is_reminded_now(match, make, bob):
    moved = make(remind_now, match)

    assert kinds(bob) == ["match_reminder"]
    assert moved.reminders_sent == 1
    send(NOW + HOUR)
    [message] = mail.outbox
    assert message.to == ["bob@example.org"]


@pytest.mark.parametrize(("status", "kind"), [("clarifying", "question_reminder"), ("offered", "offer_reminder")])
def test_the_mentee_is_reminded_where_it_is_their_turn(status, kind, make, alice):
    make(remind_now, MatchFactory(status=status, help_request__mentee=alice))

    assert kinds(alice) == [kind]


def test_nobody_is_reminded_twice_within_a_day(match, make, bob):
    make(remind_now, match)

    with pytest.raises(RemindedLately):
        make(remind_now, match, now=NOW + DAY)
    make(remind_now, match, now=NOW + DAY + 2 * HOUR)
    assert kinds(bob) == ["match_reminder"] * 2


def test_a_reminder_by_hand_takes_the_place_of_one_of_the_sweep(match, make, bob):
    make(remind_now, match)

    assert remind_unanswered(now=NOW + 2 * DAY) == 0
    assert remind_unanswered(now=NOW + 4 * DAY) == 1
    assert kinds(bob) == ["match_reminder"] * 2


def test_a_mentor_who_is_full_is_not_reminded(match, make, bob):
    MentorProfile.objects.update(capacity=1)
    MentorshipFactory(mentor=bob.mentor)

    with pytest.raises(MentorAtCapacity):
        make(remind_now, match)
    make(give_more_time, match)

    assert kinds(bob) == []


def test_more_time_moves_the_deadline_once_and_says_so(match, make, bob):
    due = NOW + settings.RESPONSE_WINDOW

    moved = make(give_more_time, match, days=3)

    assert (moved.answer_due_at, moved.extended_at) == (due + 3 * DAY, NOW + HOUR)
    assert kinds(bob) == ["match_reminder"]
    with pytest.raises(ExtendedBefore):
        make(give_more_time, match)
    assert expire_unanswered(now=due) == 0
    assert expire_unanswered(now=due + 3 * DAY) == 1


def test_more_time_counts_from_now_if_the_deadline_is_over(match, make):
    late = NOW + settings.RESPONSE_WINDOW + HOUR

    assert make(give_more_time, match, now=late, days=1).answer_due_at == late + DAY


@pytest.mark.parametrize("days", [-1, 0, EXTENSION_MAX + 1, 10**9])
def test_more_time_has_a_limit(days, match, make):
    with pytest.raises(ExtensionTooLong):
        make(give_more_time, match, days=days)


def test_the_next_turn_can_have_more_time_again(make, alice):
    match = MatchFactory(status="clarifying", help_request__mentee=alice)
    make(give_more_time, match)
    clarify_match(match_id=match.pk, by=alice, answer="It is for one advert, as a data scientist.", now=NOW + HOUR)

    assert Match.objects.get().extended_at is None
    assert make(give_more_time, match).extended_at is not None


def test_the_database_gives_time_only_to_what_waits():
    with pytest.raises(IntegrityError), transaction.atomic():
        MatchFactory(status="proposed", extended_at=NOW)


@pytest.mark.parametrize("status", ["asked", "clarifying"])
def test_a_question_is_ended_and_both_read_who_did_it(status, make, alice, bob):
    match = MatchFactory(status=status, help_request__mentee=alice, mentor=bob.mentor, reminders_sent=2)

    make(end_without_answer, match)

    match.refresh_from_db()
    assert (match.status, match.withdrawn_by, match.silent_side) == ("withdrawn", "organisers", "")
    assert (match.ended_at, match.reminders_sent) == (NOW + HOUR, 2)
    assert HelpRequest.objects.get().mentors_due_at == NOW + HOUR
    assert (kinds(alice), kinds(bob)) == (["match_withdrawn"], ["match_withdrawn"])
    send(NOW + HOUR)
    mails = {message.to[0]: (message.subject, message.body) for message in mail.outbox}
    subject, body = mails["alice@example.org"]
    assert subject == "Your question to Bob Baker has ended"
    assert "The organisers have ended your question to Bob Baker about" in body
    subject, body = mails["bob@example.org"]
    assert subject == "Alice Archer does not need your answer any more"
    assert "The organisers have ended the question, and look for other mentors." in body


def test_an_offer_is_ended_and_both_read_who_did_it(make, alice, bob):
    match = MatchFactory(status="offered", help_request__mentee=alice, mentor=bob.mentor)

    make(end_without_answer, match)

    match.refresh_from_db()
    assert (match.status, match.withdrawn_by) == ("withdrawn", "organisers")
    send(NOW + HOUR)
    mails = {message.to[0]: (message.subject, message.body) for message in mail.outbox}
    subject, body = mails["alice@example.org"]
    assert subject == "Bob Baker's offer to help has ended"
    assert "The organisers have ended the offer, so you need not answer it any more." in body
    subject, body = mails["bob@example.org"]
    assert subject == "Your offer to help has ended"
    assert "The organisers have ended the offer before there was an answer." in body
    assert "Alice" not in subject + body.partition("-- ")[0].partition(",")[2]


def test_the_mails_are_in_the_language_of_their_reader(match, make, alice, bob, settings):
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    Profile.objects.update(language="de")

    make(end_without_answer, match)

    send(NOW + HOUR)
    assert len(mail.outbox) == 2
    for message in mail.outbox:
        assert "Die Organisatoren haben" in message.body


def test_questions_that_an_admin_ended_count_nobody_as_silent(make, alice, bob):
    for _ in range(2):
        question = MatchFactory(status="asked", help_request__mentee=alice, mentor=bob.mentor, reminders_sent=2)
        make(end_without_answer, question)

    later = NOW + DAY
    assert not silent_mentors(days=0, now=later).exists()
    assert not unanswered_requests(days=0, now=later).exists()
    assert not reactions().exists()
    assert count_answers(Period.ALL, later).n == 0


ALLOWED = {
    remind_now: {"asked", "clarifying", "offered"},
    give_more_time: {"asked", "clarifying", "offered"},
    end_without_answer: {"asked", "clarifying", "offered"},
}


@pytest.mark.parametrize("service", MOVES)
def test_each_move_has_its_statuses(service, make, subtests):
    for status in set(Match.Status.values) - {"accepted"}:
        with subtests.test(status):
            match = MatchFactory(status=status)
            if status in ALLOWED[service]:
                make(service, match)
            else:
                with pytest.raises(MoveNotAllowed):
                    make(service, match)


@pytest.mark.parametrize("service", MOVES)
def test_an_admin_moves_no_match_of_their_own(service, make, admin_user):
    as_mentee = MatchFactory(status="asked", help_request=HelpRequestFactory(mentee=admin_user))
    as_mentor = MatchFactory(status="asked", mentor=MentorFactory(user=admin_user))

    for match in (as_mentee, as_mentor):
        with pytest.raises(AboutYourself):
            make(service, match)


@pytest.mark.parametrize("service", MOVES)
def test_two_who_are_kept_apart_are_left_to_the_sweep(service, match, make, alice, bob):
    mentor_blocks(match)

    with pytest.raises(PairNotAllowed):
        make(service, match)
    assert (kinds(alice), kinds(bob)) == ([], [])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("service", MOVES)
def test_an_answer_at_the_same_moment_stands(service, match, make):
    rival = race(lambda: accept(match), lambda: make(service, match))

    with pytest.raises(MoveNotAllowed):
        rival.finish()
    assert Match.objects.get().status == "accepted"
