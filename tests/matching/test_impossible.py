"""What such systems get wrong, each of it impossible here: by a check under a lock, and where one can, a constraint."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.exceptions import MoveNotAllowed, Refusal
from matching.exceptions import AlreadyDone, DuplicateHelpRequest, HelpRequestNotOpen, NotYourTurn
from matching.jobs.propose import propose_matches
from matching.models import HelpRequest, Match
from matching.selectors.visibility import help_requests_of
from matching.services.accept import accept_match
from matching.services.ask import ask_mentor
from matching.services.decline import decline_match
from matching.services.dismiss import dismiss_match
from matching.services.offer import offer_help
from matching.services.submit import submit_help_request
from matching.services.withdraw import withdraw_help_request, withdraw_match
from mentorship.exceptions import MentorAtCapacity
from mentorship.models import Mentorship
from tests.factories import HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

WHY = "You moved from research to industry as I want to."


def accept(match, now):
    side = match.help_request.mentee if match.status == "offered" else match.mentor.user
    return accept_match(match_id=match.pk, by=side, now=now)


@pytest.mark.parametrize("status", ["asked", "offered"])
def test_accept_twice(status, now):
    match = MatchFactory(status=status)
    accept(match, now)

    with pytest.raises(AlreadyDone):
        accept(match, now)

    assert Mentorship.objects.count() == 1


@pytest.mark.parametrize("status", ["asked", "offered"])
def test_accept_beyond_capacity(status, now):
    mentor = MentorFactory(capacity=1)
    first, second = MatchFactory(mentor=mentor, status="asked"), MatchFactory(mentor=mentor, status=status)
    accept(first, now)

    with pytest.raises(MentorAtCapacity):
        accept(second, now)

    assert Mentorship.objects.count() == 1
    second.refresh_from_db()
    assert (second.status, second.help_request.status) == (status, "open")


@pytest.mark.parametrize("status", ["asked", "offered"])
def test_accept_after_withdrawal(status, now):
    match = MatchFactory(status=status)
    side = match.help_request.mentee if status == "asked" else match.mentor.user
    withdraw_match(match_id=match.pk, by=side, now=now)

    with pytest.raises(MoveNotAllowed):
        accept(match, now)

    assert not Mentorship.objects.exists()


def test_accept_after_the_whole_request_was_withdrawn(now):
    match = MatchFactory(status="asked")
    withdraw_help_request(help_request_id=match.help_request_id, by=match.help_request.mentee, now=now)

    with pytest.raises(HelpRequestNotOpen):
        accept(match, now)

    assert not Mentorship.objects.exists()


def test_decline_what_is_already_matched(now):
    match = MatchFactory(status="asked")
    accept(match, now)

    for side in (match.mentor.user, match.help_request.mentee):
        with pytest.raises(MoveNotAllowed):
            decline_match(match_id=match.pk, by=side, reason="other", note="", now=now)

    match.refresh_from_db()
    assert (match.status, match.help_request.status) == ("accepted", "matched")


ON_ANOTHERS_MATCH = {
    "ask": ("proposed", lambda **who: ask_mentor(why_you=WHY, **who)),
    "offer": ("proposed", lambda **who: offer_help(note="I can help with this.", **who)),
    "dismiss": ("proposed", lambda **who: dismiss_match(reason="known", **who)),
    "accept": ("asked", accept_match),
    "decline": ("asked", lambda **who: decline_match(reason="other", note="", **who)),
    "withdraw": ("asked", withdraw_match),
    "accept an offer": ("offered", accept_match),
    "decline an offer": ("offered", lambda **who: decline_match(reason="other", note="", **who)),
    "withdraw an offer": ("offered", withdraw_match),
}


@pytest.mark.parametrize("move", ON_ANOTHERS_MATCH)
def test_act_on_somebody_elses_match(move, charlie, now):
    status, act = ON_ANOTHERS_MATCH[move]
    match = MatchFactory(status=status)

    with pytest.raises(NotYourTurn):
        act(match_id=match.pk, by=charlie, now=now)

    match.refresh_from_db()
    assert match.status == status


@pytest.mark.parametrize("action", ["ask", "dismiss", "accept", "decline", "withdraw"])
def test_somebody_elses_match_is_not_there_in_the_api(action, api, charlie):
    match = MatchFactory(status="asked")
    body = {"why_you": WHY, "reason": "other"}

    assert api(charlie).post(f"/api/v1/matches/{match.uuid}/{action}/", body).status_code == 404
    assert api(charlie).post(f"/api/v1/inbox/{match.uuid}/{action}/", body).status_code == 404


CANCEL = {
    "decline": ("asked", lambda match, **who: decline_match(match_id=match.pk, reason="other", note="", **who)),
    "withdraw": ("asked", lambda match, **who: withdraw_match(match_id=match.pk, **who)),
    "withdraw an offer": ("offered", lambda match, **who: withdraw_match(match_id=match.pk, **who)),
    "dismiss": ("proposed", lambda match, **who: dismiss_match(match_id=match.pk, reason="known", **who)),
    "withdraw the request": (
        "asked",
        lambda match, **who: withdraw_help_request(help_request_id=match.help_request_id, **who),
    ),
}
BY_THE_MENTOR = {"decline", "withdraw an offer"}


@pytest.mark.parametrize("cancel", CANCEL)
def test_a_cancelled_match_that_still_shows_as_matched(cancel, api, now):
    status, act = CANCEL[cancel]
    match = MatchFactory(status=status)
    mentee = match.help_request.mentee

    act(match, by=match.mentor.user if cancel in BY_THE_MENTOR else mentee, now=now)

    shown = api(mentee).get(f"/api/v1/matches/{match.uuid}/").json()
    assert shown["status"] not in {"accepted", *Match.LIVE}
    assert (shown["mentorship"], shown["whose_turn"], shown["answer_due_at"]) == (None, None, None)
    assert help_requests_of(mentee).get().status in {"open", "withdrawn"}
    assert not Mentorship.objects.exists()


@pytest.mark.parametrize("status", sorted(set(Match.Status.values) - {"accepted"}))
def test_the_database_refuses_a_match_with_a_mentorship_that_is_not_accepted(status):
    mentorship = MentorshipFactory()

    with pytest.raises(IntegrityError, match="match_has_a_mentorship_if_and_only_if_accepted"), transaction.atomic():
        MatchFactory(status=status, mentorship=mentorship)


def test_two_open_requests_for_the_same_thing(now):
    first = HelpRequestFactory()
    twin = HelpRequestFactory(mentee=first.mentee, goal=first.goal, ask=first.ask, status="draft")

    with pytest.raises(DuplicateHelpRequest):
        submit_help_request(help_request_id=twin.pk, now=now)

    assert HelpRequest.objects.filter(status="open").count() == 1


def test_a_full_mentor_who_blocks_the_next_one(now):
    request, full, free = HelpRequestFactory(), MentorFactory(capacity=1), MentorFactory()
    blocking = MatchFactory(help_request=request, mentor=full)
    other = MatchFactory(help_request=request, mentor=free, rank=2)
    MentorshipFactory(mentor=full)

    with pytest.raises(Refusal):
        ask_mentor(match_id=blocking.pk, by=request.mentee, why_you=WHY, now=now)
    ask_mentor(match_id=other.pk, by=request.mentee, why_you=WHY, now=now)
    fresh = MentorFactory()
    propose_matches(help_request_id=request.pk, now=now)

    statuses = dict(request.matches.values_list("mentor", "status"))
    assert statuses == {free.pk: "asked", fresh.pk: "proposed"}


def test_a_silent_mentor_who_blocks_the_next_one(now, settings):
    request = HelpRequestFactory()
    long_ago = now - settings.RESPONSE_WINDOW - timedelta(days=1)
    silent = MatchFactory.create_batch(settings.ASKED_MAX, help_request=request, status="asked", asked_at=long_ago)
    willing = MatchFactory(help_request=request)

    withdraw_match(match_id=silent[0].pk, by=request.mentee, now=now)
    ask_mentor(match_id=willing.pk, by=request.mentee, why_you=WHY, now=now)
    willing.refresh_from_db()
    accept(willing, now)

    assert Mentorship.objects.get().mentor == willing.mentor
    assert set(request.matches.exclude(pk=willing.pk).values_list("status", flat=True)) == {"withdrawn", "superseded"}
