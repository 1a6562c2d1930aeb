"""One question back before the answer: the mentor asks, the mentee answers, the mentor decides."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import MentorProfile
from accounts.selectors import taxonomy
from matching.exceptions import (
    AlreadyDone,
    AnswerSaysNothing,
    HelpRequestNotOpen,
    PairNotAllowed,
    QuestionSaysNothing,
    TooManyQuestionsBack,
)
from matching.jobs.expire import expire_unanswered
from matching.jobs.remind import remind_unanswered
from matching.links import answer_link, choose_link
from matching.models import Clarification, Match
from matching.selectors.facts import judged_mentors
from matching.services.ask_back import ask_back
from matching.services.clarify import clarify_match
from matching.services.withdraw import withdraw_match
from tests.factories import NOW, MatchFactory, MentorFactory
from tests.helpers import kinds, path, race, send
from tests.matching.helpers import mentee_blocks, mentor_blocks, suspend
from tests.moves import accept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

QUESTION, ANSWER = "Is the CV for one advert, or for several?", "For one, at a bank in Berlin."
DAY = timedelta(days=1)


@pytest.fixture
def asked():
    return MatchFactory(status="asked", mentor__user__name="Bob Baker", help_request__mentee__name="Alice Archer")


def asks(match, now=NOW, question=QUESTION):
    return ask_back(match_id=match.pk, by=match.mentor.user, question=question, now=now)


def answers(match, now=NOW, answer=ANSWER):
    return clarify_match(match_id=match.pk, by=match.help_request.mentee, answer=answer, now=now)


def test_the_clock_runs_for_the_mentee_and_then_anew_for_the_mentor(asked):
    asks(asked, NOW + DAY)
    asked.refresh_from_db()
    assert (asked.status, asked.whose_turn) == ("clarifying", "mentee")
    assert asked.answer_due_at == NOW + DAY + settings.RESPONSE_WINDOW

    answers(asked, NOW + 3 * DAY)
    asked.refresh_from_db()
    assert (asked.status, asked.whose_turn, asked.asked_at) == ("asked", "mentor", NOW)
    assert asked.answer_due_at == NOW + 3 * DAY + settings.RESPONSE_WINDOW


def test_a_third_question_is_refused(asked):
    for hours in (1, 2):
        asks(asked, NOW + timedelta(hours=hours))
        answers(asked, NOW + timedelta(hours=hours, minutes=1))

    with pytest.raises(TooManyQuestionsBack, match="first call"):
        asks(asked, NOW + timedelta(hours=3))


def test_the_database_holds_two_questions_at_most(asked):
    with pytest.raises(IntegrityError), transaction.atomic():
        Clarification.objects.create(match=asked, number=3, question=QUESTION, asked_at=NOW)


@pytest.mark.parametrize("text", ["", "   ", "?!", "Why?"])
def test_a_question_without_words_is_refused(asked, text):
    with pytest.raises(QuestionSaysNothing):
        asks(asked, question=text)


def test_an_answer_without_words_is_refused_and_the_question_stays_open(asked):
    asks(asked)

    with pytest.raises(AnswerSaysNothing):
        answers(asked, answer=" … ")

    assert Match.objects.get().status == "clarifying"


@pytest.mark.parametrize("part", [mentee_blocks, mentor_blocks, suspend])
def test_no_word_passes_between_people_who_are_kept_apart(asked, part):
    waiting = MatchFactory(status="clarifying")
    for match in (asked, waiting):
        part(match)

    with pytest.raises(PairNotAllowed):
        asks(asked)
    with pytest.raises(PairNotAllowed):
        answers(waiting)

    assert not asked.clarifications.exists()
    assert waiting.clarifications.get().answered_at is None


def test_a_second_click_on_the_answer_is_done_already(asked):
    asks(asked)
    answers(asked)

    with pytest.raises(AlreadyDone):
        answers(asked)


def test_a_mentor_may_decide_without_the_answer(asked):
    asks(asked)
    asked.refresh_from_db()

    accept(asked)

    assert Match.objects.get().status == "accepted"


def test_both_are_told_by_mail_and_answer_from_it_without_logging_in(asked):
    link, mentee_link = path(answer_link(asked)), path(choose_link(asked.help_request))
    Client().post(link, {"do": "ask_back", "question": QUESTION})
    send(NOW + timedelta(days=9999))
    [question_mail] = mail.outbox
    assert question_mail.to == [asked.help_request.mentee.email]
    assert QUESTION in question_mail.body
    assert QUESTION in Client().get(mentee_link).content.decode()

    mail.outbox.clear()
    form = {"match": str(asked.uuid), "do": "clarify", "answer": ANSWER}
    assert Client().post(mentee_link, form).status_code == 302
    send(NOW + timedelta(days=9999))
    [answer_mail] = mail.outbox
    assert answer_mail.to == [asked.mentor.user.email]
    assert ANSWER in answer_mail.body
    assert ANSWER in Client().get(link).content.decode()


def test_an_unsent_reminder_is_skipped_when_the_mentor_asks_back(asked):
    remind_unanswered(now=NOW + 2 * DAY)
    asks(asked, NOW + 2 * DAY)

    statuses = dict(asked.mentor.user.notifications.values_list("kind", "status"))
    assert statuses == {"match_reminder": "skipped"}


def test_the_mentee_is_reminded_of_the_question_and_the_mentor_anew(asked):
    remind_unanswered(now=NOW + 2 * DAY)
    asks(asked, NOW + 2 * DAY)
    assert remind_unanswered(now=NOW + 3 * DAY) == 0
    assert remind_unanswered(now=NOW + 4 * DAY) == 1
    answers(asked, NOW + 4 * DAY)
    assert remind_unanswered(now=NOW + 6 * DAY) == 1

    assert kinds(asked.help_request.mentee) == ["match_question", "question_reminder"]
    assert kinds(asked.mentor.user) == ["match_clarified", "match_reminder", "match_reminder"]


def test_a_question_that_the_mentee_lets_expire_says_nothing_of_the_mentor():
    mentor = MentorFactory(capacity=10)
    for _ in range(settings.SILENCE_MAX):
        match = MatchFactory(status="asked", mentor=mentor)
        asks(match)
    remind_unanswered(now=NOW + 4 * DAY)
    expire_unanswered(now=NOW + 5 * DAY)

    assert set(Match.objects.values_list("status", "silent_side")) == {("expired", "mentee")}
    assert MentorProfile.objects.get().status == "approved"
    [judged] = judged_mentors(skills=taxonomy(), now=NOW)
    assert judged.silent == 0
    assert kinds(mentor.user) == ["question_expired_mentor"] * settings.SILENCE_MAX
    assert "question_expired" in kinds(match.help_request.mentee)


def test_silence_after_the_answer_is_the_mentors(asked):
    asks(asked)
    answers(asked)
    expire_unanswered(now=NOW + 5 * DAY)

    assert Match.objects.get().silent_side == "mentor"


def test_a_question_back_still_fills_the_inbox(asked):
    asks(asked)

    [judged] = judged_mentors(skills=taxonomy(), now=NOW)
    assert judged.waiting == 1


def test_a_mentee_takes_the_question_back_while_the_mentor_waits(asked):
    asks(asked)

    withdraw_match(match_id=asked.pk, by=asked.help_request.mentee, now=NOW)

    assert Match.objects.get().status == "withdrawn"


def test_by_the_api_both_see_questions_and_answers(api, asked):
    mentor, mentee = api(asked.mentor.user), api(asked.help_request.mentee)
    shown = mentor.post(f"/api/v1/inbox/{asked.uuid}/ask-back/", {"question": QUESTION}).json()
    assert (shown["status"], shown["whose_turn"]) == ("clarifying", "mentee")

    shown = mentee.post(f"/api/v1/matches/{asked.uuid}/clarify/", {"answer": ANSWER}).json()

    assert shown["status"] == "asked"
    [item] = mentor.get(f"/api/v1/inbox/{asked.uuid}/").json()["clarifications"]
    assert (item["number"], item["question"], item["answer"]) == (1, QUESTION, ANSWER)


def test_it_is_the_mentees_turn_until_the_answer(api, asked):
    asks(asked)

    [request] = api(asked.help_request.mentee).get("/api/v1/help-requests/").json()["results"]
    assert request["whose_turn"] == "mentee"


@pytest.mark.django_db(transaction=True)
def test_a_yes_beats_a_question_back_that_comes_at_once(asked):
    rival = race(lambda: accept(asked), lambda: asks(asked))

    with pytest.raises(HelpRequestNotOpen):
        rival.finish()
    assert Match.objects.get().status == "accepted"
    assert not Clarification.objects.exists()


@pytest.mark.parametrize("part", [mentee_blocks, mentor_blocks, suspend])
@pytest.mark.parametrize(("move", "status"), [(asks, "asked"), (answers, "clarifying")])
def test_nothing_is_asked_or_answered_between_two_who_are_kept_apart(move, status, part):
    match = MatchFactory(status=status)
    part(match)

    with pytest.raises(PairNotAllowed):
        move(match)

    assert Match.objects.get().status == status
    assert kinds(match.mentor.user) == kinds(match.help_request.mentee) == []
