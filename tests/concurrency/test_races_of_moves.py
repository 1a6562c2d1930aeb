"""Moves of matches, help requests and goals that meet each other."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.exceptions import MoveNotAllowed
from accounts.models import Notification
from matching.exceptions import (
    DuplicateHelpRequest,
    HelpRequestIncomplete,
    HelpRequestNotOpen,
    MentorNotEligible,
    OfferNotPossible,
    SuggestionGone,
    TooManyAsked,
    WhyYouCopied,
)
from matching.jobs.propose import propose_matches
from matching.links import choose_link
from matching.locks import lock_request
from matching.models import HelpRequest, Match
from matching.services.decline import decline_match
from matching.services.dismiss import dismiss_match
from matching.services.draft import delete_draft
from matching.services.submit import submit_help_request
from matching.services.withdraw import withdraw_help_request, withdraw_match
from mentorship.exceptions import AlreadyTogether, GoalSettled
from mentorship.models import GoalKind, Mentorship
from mentorship.services.goals import update_goal
from tests.factories import NOW, GoalFactory, HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory
from tests.helpers import race
from tests.matching.helpers import press
from tests.matching.pages.forms import posted_for
from tests.moves import WHY, accept, ask, offer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rung")]


def withdraw(match):
    return withdraw_match(match_id=match.pk, by=match.help_request.mentee, now=NOW)


def dismiss(match):
    return dismiss_match(match_id=match.pk, by=match.help_request.mentee, reason="known", now=NOW)


def stop(match):
    request = match.help_request
    return withdraw_help_request(help_request_id=request.pk, by=request.mentee, now=NOW)


def decline_and_pause(match):
    return decline_match(
        match_id=match.pk,
        by=match.mentor.user,
        reason="no_time",
        note="",
        now=NOW,
        pause=True,
        pause_until_on=date(2027, 1, 11),
    )


def drop(match):
    """Search for mentors again, which drops ``match``: its mentor cannot be asked any more."""
    HelpRequest.objects.filter(pk=match.help_request_id).update(mentors_due_at=NOW)
    propose_matches(help_request_id=match.help_request_id, now=NOW)
    assert not Match.objects.filter(pk=match.pk).exists()


@pytest.mark.parametrize(
    ("status", "first", "second", "refusal", "becomes"),
    [
        ("asked", withdraw, accept, MoveNotAllowed, "withdrawn"),
        ("asked", accept, withdraw, MoveNotAllowed, "accepted"),
        ("proposed", dismiss, ask, MoveNotAllowed, "dismissed"),
        ("proposed", ask, dismiss, MoveNotAllowed, "asked"),
        ("proposed", offer, ask, MoveNotAllowed, "offered"),
        ("proposed", ask, offer, MoveNotAllowed, "asked"),
        ("proposed", stop, offer, HelpRequestNotOpen, "withdrawn"),
        ("asked", stop, accept, HelpRequestNotOpen, "withdrawn"),
        ("asked", accept, stop, MoveNotAllowed, "accepted"),
    ],
)
def test_the_second_of_two_moves_of_a_match_sees_the_first(status, first, second, refusal, becomes):
    match = MatchFactory(status=status)

    rival = race(lambda: first(match), lambda: second(match))

    with pytest.raises(refusal):
        rival.finish()
    match.refresh_from_db()
    assert match.status == becomes
    assert Mentorship.objects.count() == (becomes == "accepted")


def test_a_request_withdrawn_after_an_offer_takes_the_offer_with_it():
    match = MatchFactory()

    race(lambda: offer(match), lambda: stop(match)).finish()

    match.refresh_from_db()
    assert (match.status, match.help_request.status) == ("withdrawn", "withdrawn")
    assert list(match.mentor.user.notifications.values_list("kind", flat=True)) == ["match_withdrawn"]


def test_two_offers_cannot_both_be_the_third(settings):
    request = HelpRequestFactory()
    MatchFactory.create_batch(settings.ASKED_MAX - 1, help_request=request, status="asked")
    matches = MatchFactory.create_batch(2, help_request=request)

    rival = race(lambda: offer(matches[0]), lambda: offer(matches[1]))

    with pytest.raises(TooManyAsked):
        rival.finish()
    assert request.matches.filter(status__in=Match.WAITING).count() == settings.ASKED_MAX


def test_a_mentor_who_declines_and_pauses_can_accept_another_question():
    mentor = MentorFactory()
    tired, other = MatchFactory(mentor=mentor, status="asked"), MatchFactory(mentor=mentor, status="asked")

    race(lambda: decline_and_pause(tired), lambda: accept(other)).finish()

    mentor.refresh_from_db()
    assert (mentor.status, mentor.paused_until_on) == ("paused", date(2027, 1, 11))
    assert Mentorship.objects.get().mentee == other.help_request.mentee


def test_an_acceptance_is_not_lost_when_the_mentor_pauses_at_the_same_time():
    mentor = MentorFactory()
    tired, other = MatchFactory(mentor=mentor, status="asked"), MatchFactory(mentor=mentor, status="asked")

    race(lambda: accept(other), lambda: decline_and_pause(tired)).finish()

    mentor.refresh_from_db()
    tired.refresh_from_db()
    assert (mentor.status, tired.status, Mentorship.objects.count()) == ("paused", "declined", 1)


@pytest.mark.parametrize(("act", "refusal"), [(ask, MentorNotEligible), (offer, OfferNotPossible)])
def test_a_question_or_offer_after_a_pause_is_refused(act, refusal):
    mentor = MentorFactory()
    tired, fresh = MatchFactory(mentor=mentor, status="asked"), MatchFactory(mentor=mentor)

    rival = race(lambda: decline_and_pause(tired), lambda: act(fresh))

    with pytest.raises(refusal):
        rival.finish()
    fresh.refresh_from_db()
    assert fresh.status == "proposed"


def test_the_same_words_cannot_go_to_two_mentors_at_once(alice):
    first, second = (MatchFactory(help_request__mentee=alice) for _ in range(2))

    rival = race(lambda: ask(first), lambda: ask(second))

    with pytest.raises(WhyYouCopied):
        rival.finish()
    assert Notification.objects.filter(kind="match_asked").count() == 1


def test_two_equal_drafts_cannot_both_be_submitted():
    first = HelpRequestFactory(status="draft")
    twin = HelpRequestFactory(status="draft", mentee=first.mentee, goal=first.goal, ask=first.ask)

    rival = race(
        lambda: submit_help_request(help_request_id=first.pk, now=NOW),
        lambda: submit_help_request(help_request_id=twin.pk, now=NOW),
    )

    with pytest.raises(DuplicateHelpRequest):
        rival.finish()
    assert HelpRequest.objects.filter(status="open").count() == 1


# --- rows that are deleted meanwhile --------------------------------------------------------------------------


@pytest.mark.parametrize("act", [ask, dismiss, offer])
def test_a_move_of_a_proposal_that_a_search_dropped_is_refused(act):
    match = MatchFactory(mentor__capacity=1)
    MentorshipFactory(mentor=match.mentor)

    rival = race(lambda: drop(match), lambda: act(match))

    with pytest.raises(SuggestionGone):
        rival.finish()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("matches/{}/ask/", {"why_you": "You lead a team as I want to."}),
        ("matches/{}/dismiss/", {"reason": "known"}),
    ],
)
def test_a_move_by_api_of_a_dropped_proposal_is_409(path, body, api):
    match = MatchFactory()

    def drop_it():
        lock_request(match.help_request_id)
        match.delete()

    url = f"/api/v1/{path.format(match.uuid)}"
    rival = race(drop_it, lambda: api(match.help_request.mentee).post(url, body))

    answer = rival.finish()
    assert (answer.status_code, answer.json()["code"]) == (409, "suggestion_gone")


@pytest.mark.parametrize("form", [{"do": "ask", "why_you": WHY}, {"do": "dismiss", "reason": "known"}])
def test_the_page_says_that_a_proposal_was_dropped(form):
    match = MatchFactory()
    form["match"] = match.uuid

    def drop_it():
        lock_request(match.help_request_id)
        match.delete()

    response = race(drop_it, lambda: press(choose_link(match.help_request), **form)).finish()

    assert response.status_code == 409
    assert "This suggestion is not there any more" in response.content.decode()


@pytest.mark.parametrize("do", ["save", "submit"])
def test_a_draft_that_is_deleted_meanwhile_can_be_saved_anew(do):
    draft = HelpRequestFactory(status="draft")

    rival = race(
        lambda: delete_draft(help_request_id=draft.pk, by=draft.mentee),
        lambda: press(choose_link(draft), **posted_for(draft, do=do)),
    )
    answer = rival.finish()

    assert answer.status_code == 409
    assert 'action="/requests/new/"' in answer.content.decode()
    assert draft.ask in answer.content.decode()


def test_a_refusal_keeps_its_reason_if_the_proposal_is_dropped_meanwhile(monkeypatch):
    match = MatchFactory(mentor__status="paused")

    def refused_and_dropped(*args):
        Match.objects.all().delete()
        raise MentorNotEligible("paused", "Has paused mentoring.")

    monkeypatch.setattr("matching.services.ask._ask", refused_and_dropped)

    with pytest.raises(MentorNotEligible):
        ask(match)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("delete", "", None), ("post", "submit/", {}), ("patch", "", {"why": "For my family."})],
)
def test_a_draft_deleted_meanwhile_is_409(method, path, body, api):
    draft = HelpRequestFactory(status="draft")
    url = f"/api/v1/help-requests/{draft.uuid}/{path}"

    rival = race(
        lambda: delete_draft(help_request_id=draft.pk, by=draft.mentee),
        lambda: getattr(api(draft.mentee), method)(url, body),
    )

    answer = rival.finish()
    assert (answer.status_code, answer.json()["code"]) == (409, "help_request_gone")


@pytest.mark.parametrize("first_is_the_change", [True, False])
def test_a_change_of_a_goal_and_a_submission_wait_for_each_other(first_is_the_change):
    goal = GoalFactory(kind=GoalKind.objects.get(code="job_abroad"), target_country="NL")
    draft = HelpRequestFactory(status="draft", goal=goal, mentee=goal.mentee)
    acts = [
        lambda: update_goal(goal_id=goal.pk, changes={"target_country": ""}),
        lambda: submit_help_request(help_request_id=draft.pk, now=NOW),
    ]

    rival = race(*(acts if first_is_the_change else reversed(acts)))

    with pytest.raises(HelpRequestIncomplete if first_is_the_change else GoalSettled):
        rival.finish()
    draft.refresh_from_db()
    assert draft.status == ("draft" if first_is_the_change else "open")


def test_two_acceptances_for_one_goal_begin_one_mentorship():
    mentor = MentorFactory(capacity=5)
    one = MatchFactory(mentor=mentor, status="asked")
    other = MatchFactory(
        mentor=mentor,
        status="asked",
        help_request__goal=one.help_request.goal,
        help_request__mentee=one.help_request.mentee,
    )

    rival = race(lambda: accept(one), lambda: accept(other))

    with pytest.raises(AlreadyTogether):
        rival.finish()
    assert Mentorship.objects.count() == 1
