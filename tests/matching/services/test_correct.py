"""Correcting an open request: mentors who wait read what changed, and a new search judges by the new text."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.notifications.render import render
from matching.exceptions import (
    AnotherQuestion,
    CorrectedTooOften,
    DuplicateHelpRequest,
    HelpRequestIncomplete,
    HelpRequestNotOpen,
    HelpRequestTooVague,
    NotYourTurn,
)
from matching.jobs.propose import propose_matches
from matching.models import HelpRequest, Match, RequestText
from matching.services.correct import CORRECTIONS_A_DAY, TOLD_A_DAY, correct_help_request
from matching.services.decline import decline_match
from mentorship.models import SessionKind
from tests.factories import GoalFactory, HelpRequestFactory, MatchFactory, MentorFactory
from tests.helpers import kinds, race
from tests.matching.helpers import mentee_blocks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

ASK = "Go through my two-page CV and mark what a bank in Berlin would not understand, before 15 January."


def correct(request, now, *, by=None, **changes):
    return correct_help_request(help_request_id=request.pk, by=by or request.mentee, changes=changes, now=now)


def message_to(mentor):
    [row] = mentor.user.notifications.filter(kind="request_corrected")
    return render(row)


# --- the request ----------------------------------------------------------------------------------------------


def test_a_correction_changes_the_request_and_starts_a_search(now, rung, django_capture_on_commit_callbacks):
    request = HelpRequestFactory()

    with django_capture_on_commit_callbacks(execute=True):
        correct(request, now, ask=ASK, minutes=45)

    request.refresh_from_db()
    assert (request.ask, request.minutes, request.status, request.mentors_due_at) == (ASK, 45, "open", now)
    assert ("matching.tasks.propose_matches", request.pk) in rung
    correction = request.corrections.get()
    assert (correction.number, correction.after) == (1, {"ask": ASK, "minutes": 45})


@pytest.mark.parametrize(
    "changes",
    [
        {"ask": "Read my CV before May.\r\nMark what is odd."},
        {"languages": ["de", "en"], "needs": ["statistics", "machine learning"]},
        {},
    ],
)
def test_a_correction_without_a_change_does_nothing(changes, now, rung):
    request = HelpRequestFactory(
        ask="Read my CV before May.\nMark what is odd.",
        languages=["en", "de"],
        needs=["machine learning", "statistics"],
    )
    match = MatchFactory(status="asked", help_request=request)

    assert correct(request, now, **changes) is None

    assert not match.help_request.corrections.exists()
    assert rung == []


@pytest.mark.parametrize("status", sorted(set(HelpRequest.Status) - {"open"}))
def test_only_an_open_request_is_corrected(status, now):
    request = HelpRequestFactory(status=status)

    with pytest.raises(HelpRequestNotOpen):
        correct(request, now, ask=ASK)


def test_a_request_whose_goal_is_over_is_not_corrected(now):
    request = HelpRequestFactory(goal__status="dropped", goal__ended_at=now)

    with pytest.raises(HelpRequestNotOpen, match="The goal of this help request is dropped"):
        correct(request, now, ask=ASK)


def test_only_its_mentee_corrects_a_request(now, bob):
    with pytest.raises(NotYourTurn):
        correct(HelpRequestFactory(), now, by=bob, ask=ASK)


def test_another_goal_session_kind_or_format_is_another_question(now):
    request = HelpRequestFactory()
    others = {
        "goal": GoalFactory(mentee=request.mentee),
        "session_kind": SessionKind.objects.get(code="mock_interview"),
        "format": "one_off",
    }
    for (name, value), words in zip(others.items(), ("the goal", "the kind of session", "the format"), strict=True):
        with pytest.raises(AnotherQuestion, match=f"a change of {words},"):
            correct(request, now, **{name: value, "ask": ASK})
    request.refresh_from_db()
    assert request.ask != ASK


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"situation": "Me.", "gap": "All.", "ask": "Please help me."}, HelpRequestTooVague),
        ({"needs": []}, HelpRequestIncomplete),
        ({"languages": ["ja"]}, HelpRequestIncomplete),
        ({"max_rate": {"amount": 40, "currency": "EUR", "per": "session"}}, HelpRequestIncomplete),
    ],
)
def test_a_correction_is_checked_as_a_submission_is(changes, refusal, now):
    match = MatchFactory(status="asked")

    with pytest.raises(refusal):
        correct(match.help_request, now, **changes)

    assert not match.help_request.corrections.exists()
    assert kinds(match.mentor.user) == []


def test_a_correction_to_the_ask_of_another_open_request_is_refused(now):
    first = HelpRequestFactory(ask=ASK)
    second = HelpRequestFactory(mentee=first.mentee, goal=first.goal)

    with pytest.raises(DuplicateHelpRequest):
        correct(second, now, ask=ASK)


def test_a_correction_is_an_answer_to_still_looking(now):
    request = HelpRequestFactory(still_looking_at=now - timedelta(days=1))

    correct(request, now, ask=ASK)

    request.refresh_from_db()
    assert (request.renewed_at, request.still_looking_at) == (now, None)


# --- the mentors ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", Match.WAITING)
def test_a_mentor_who_was_asked_or_offered_reads_old_and_new_and_keeps_the_clock(status, now):
    match = MatchFactory(status=status, help_request__minutes=30)
    due = match.answer_due_at

    correct(match.help_request, now + timedelta(hours=1), minutes=45, needs=["statistics"])

    for part in (message_to(match.mentor).body, message_to(match.mentor).alternatives[0].content):
        assert all(words in part for words in ("30 minutes", "45 minutes", "machine learning", "statistics"))
    match.refresh_from_db()
    assert (match.status, match.answer_due_at) == (status, due)


def test_a_mentor_who_offered_reads_nothing_of_the_situation(now):
    asked = MatchFactory(status="asked")
    offered = MatchFactory(status="offered", help_request=asked.help_request)

    correct(asked.help_request, now, situation="Postdoc at Example Lab, six years of data analysis.", minutes=45)

    assert "Example Lab" in message_to(asked.mentor).body
    assert "Example Lab" not in message_to(offered.mentor).body
    assert asked.help_request.mentee.name not in message_to(offered.mentor).body


@pytest.mark.parametrize(
    ("status", "changes"),
    [
        ("proposed", {"ask": ASK}),
        ("declined", {"ask": ASK}),
        ("asked", {"accepts_paid": True}),
        ("offered", {"situation": "Postdoc at Example Lab, six years of data analysis.", "why": "I like it."}),
    ],
)
def test_a_mentor_is_not_told_of_changes_that_they_may_not_read(status, changes, now):
    match = MatchFactory(status=status)

    correct(match.help_request, now, **changes)

    assert kinds(match.mentor.user) == []
    assert not match.help_request.corrections.get().was_told


def test_a_mentor_with_a_block_is_not_told(now):
    match = MatchFactory(status="asked")
    mentee_blocks(match)

    correct(match.help_request, now, ask=ASK)

    assert kinds(match.mentor.user) == []


def test_a_message_about_a_question_that_is_over_is_not_sent(now):
    match = MatchFactory(status="asked")
    correct(match.help_request, now, ask=ASK)
    Match.objects.update(status="withdrawn", waits_since_at=None, answer_due_at=None, ended_at=now)

    assert message_to(match.mentor) is None


def test_mentors_are_told_of_so_many_corrections_a_day(now):
    match = MatchFactory(status="asked")
    for number in range(TOLD_A_DAY):
        correct(match.help_request, now, minutes=31 + number)

    with pytest.raises(CorrectedTooOften):
        correct(match.help_request, now, minutes=50)
    correct(match.help_request, now, accepts_paid=True)
    correct(match.help_request, now + timedelta(days=1), minutes=50)

    assert kinds(match.mentor.user).count("request_corrected") == TOLD_A_DAY + 1


def test_corrections_of_which_nobody_is_told_have_a_limit_as_well(now):
    request = HelpRequestFactory()
    for number in range(CORRECTIONS_A_DAY):
        correct(request, now, minutes=31 + number)

    with pytest.raises(CorrectedTooOften):
        correct(request, now, accepts_paid=True)

    assert correct(request, now + timedelta(days=1), accepts_paid=True)


def test_a_correction_has_all_that_changed(now):
    request = HelpRequestFactory()
    rate = {"amount": Decimal(40), "currency": "EUR", "per": "session"}

    correct(request, now, accepts_paid=True, max_rate=rate)

    correction = request.corrections.get()
    assert correction.before == {"accepts_paid": False, "max_rate": None}
    assert correction.after == {"accepts_paid": True, "max_rate": rate | {"amount": "40"}}


@pytest.mark.django_db(transaction=True)
def test_a_correction_comes_after_the_end_of_a_question_that_it_waited_for(now):
    match = MatchFactory(status="asked")
    later = now + timedelta(seconds=5)

    def decline():
        decline_match(match_id=match.pk, by=match.mentor.user, reason="other", note="", now=later)

    rival = race(decline, lambda: correct(match.help_request, now, ask=ASK))
    rival.finish()

    assert match.help_request.corrections.get().corrected_at > later


# --- the search that follows ----------------------------------------------------------------------------------


def test_the_search_judges_proposals_and_questions_by_the_new_text(now):
    knows = MentorFactory(teaches=["statistics"])
    asked = MatchFactory(status="asked", mentor__teaches=["statistics"])
    proposed = MatchFactory(help_request=asked.help_request, mentor=knows)
    correct(asked.help_request, now, needs=["statistics"])

    propose_matches(help_request_id=asked.help_request.pk, now=now)

    for match in (asked, proposed):
        match.refresh_from_db()
        assert match.engine_version != "test"
        assert any("statistics" in reason for reason in match.reasons)
        assert any("statistics" in reason for reason in match.mentor_reasons)
    text = RequestText.objects.get(help_request=asked.help_request)
    assert len(text.digest) == 64


@pytest.mark.django_db(transaction=True)
def test_a_search_that_ranked_the_old_text_stores_nothing(now):
    request = HelpRequestFactory(mentors_due_at=now)
    MentorFactory()

    rival = race(lambda: correct(request, now, ask=ASK), lambda: propose_matches(help_request_id=request.pk, now=now))
    rival.finish()

    request.refresh_from_db()
    assert request.mentors_due_at == now
    assert not request.matches.exists()


@pytest.mark.django_db(transaction=True)
def test_two_corrections_at_once_are_numbered_one_after_the_other(now):
    request = MatchFactory(status="asked").help_request

    rival = race(lambda: correct(request, now, minutes=45), lambda: correct(request, now, ask=ASK))
    rival.finish()

    assert list(request.corrections.values_list("number", flat=True)) == [1, 2]
    assert request.corrections.get(number=2).after == {"ask": ASK}
