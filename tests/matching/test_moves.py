"""The tables of moves, whole: every state with every move, by the service and by the API."""

from __future__ import annotations

import pytest

from accounts.exceptions import Refusal
from accounts.models import Notification
from matching.exceptions import HelpRequestNotOpen
from matching.models import HelpRequest, Match
from matching.services.accept import accept_match
from matching.services.ask import ask_mentor
from matching.services.ask_again import ask_again
from matching.services.decline import decline_match
from matching.services.dismiss import dismiss_match
from matching.services.draft import delete_draft, update_draft
from matching.services.offer import offer_help
from matching.services.submit import submit_help_request
from matching.services.withdraw import withdraw_help_request, withdraw_match
from mentorship.models import Mentorship
from tests.factories import HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

WHY = "You moved from research to industry as I want to."


def match_in(status, **more) -> Match:
    if status != "accepted":
        return MatchFactory(status=status, **more)
    mentor = more.pop("mentor", None) or MentorFactory()
    running = MentorshipFactory(mentor=mentor)
    return MatchFactory(status=status, mentor=mentor, mentorship=running, help_request__status="matched", **more)


def mentee(match):
    return {"match_id": match.pk, "by": match.help_request.mentee}


def mentor(match):
    return {"match_id": match.pk, "by": match.mentor.user}


NO = {"reason": "other", "note": ""}
MOVES = {
    "mentee asks": lambda match, now: ask_mentor(**mentee(match), why_you=WHY, now=now),
    "mentee dismisses": lambda match, now: dismiss_match(**mentee(match), reason="other", now=now),
    "mentee withdraws": lambda match, now: withdraw_match(**mentee(match), now=now),
    "mentee accepts": lambda match, now: accept_match(**mentee(match), now=now),
    "mentee declines": lambda match, now: decline_match(**mentee(match), **NO, now=now),
    "mentor offers": lambda match, now: offer_help(**mentor(match), note="I can help with this.", now=now),
    "mentor withdraws": lambda match, now: withdraw_match(**mentor(match), now=now),
    "mentor accepts": lambda match, now: accept_match(**mentor(match), now=now),
    "mentor declines": lambda match, now: decline_match(**mentor(match), **NO, now=now),
}
# Written out: the table on the model is what is tested.
ALLOWED = {
    ("proposed", "mentee asks"): "asked",
    ("proposed", "mentee dismisses"): "dismissed",
    ("proposed", "mentor offers"): "offered",
    ("asked", "mentee withdraws"): "withdrawn",
    ("asked", "mentor accepts"): "accepted",
    ("asked", "mentor declines"): "declined",
    ("offered", "mentor withdraws"): "withdrawn",
    ("offered", "mentee accepts"): "accepted",
    ("offered", "mentee declines"): "declined",
}
# A second click of the same person. In these rows the mentee asked; what is withdrawn, they took back.
DONE = {
    ("asked", "mentee asks"),
    ("offered", "mentor offers"),
    ("accepted", "mentor accepts"),
    ("declined", "mentor declines"),
    ("withdrawn", "mentee withdraws"),
    ("dismissed", "mentee dismisses"),
}
OUTSIDE = [(status, move) for status in Match.Status.values for move in MOVES if (status, move) not in ALLOWED]


@pytest.mark.parametrize(("status", "move"), ALLOWED)
def test_every_move_of_the_table_is_made(status, move, now):
    match = match_in(status)

    MOVES[move](match, now)

    match.refresh_from_db()
    assert match.status == ALLOWED[status, move]


@pytest.mark.parametrize(("status", "move"), OUTSIDE)
def test_every_move_outside_the_table_is_refused_and_changes_nothing(status, move, now):
    match = match_in(status)
    before = Match.objects.values().get(), HelpRequest.objects.values().get(), Mentorship.objects.count()

    with pytest.raises(Refusal) as refusal:
        MOVES[move](match, now)

    codes = {"move_not_allowed", "not_your_turn", "help_request_not_open"}
    assert refusal.value.code in ({"already_done"} if (status, move) in DONE else codes)
    assert before == (Match.objects.values().get(), HelpRequest.objects.values().get(), Mentorship.objects.count())
    assert not Notification.objects.exists()


ENDPOINTS = {
    "matches/ask/": ("mentee asks", {"why_you": WHY}),
    "matches/dismiss/": ("mentee dismisses", {"reason": "price"}),
    "matches/withdraw/": ("mentee withdraws", {}),
    "matches/accept/": ("mentee accepts", {}),
    "matches/decline/": ("mentee declines", {"reason": "no_time"}),
    "inbox/accept/": ("mentor accepts", {}),
    "inbox/decline/": ("mentor declines", {"reason": "no_time"}),
    "inbox/withdraw/": ("mentor withdraws", {}),
}
# In the table, but for the other side.
THEIRS = {
    ("asked", "mentee accepts"),
    ("asked", "mentee declines"),
    ("offered", "mentee withdraws"),
    ("asked", "mentor withdraws"),
    ("offered", "mentor accepts"),
    ("offered", "mentor declines"),
}


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("status", Match.Status.values)
def test_by_api_a_move_outside_the_table_is_409(status, endpoint, api):
    match = match_in(status)
    list_name, action = endpoint.split("/", 1)
    move, body = ENDPOINTS[endpoint]
    person = match.help_request.mentee if list_name == "matches" else match.mentor.user
    unseen = list_name == "inbox" and match.asked_at is None and match.offered_at is None

    response = api(person).post(f"/api/v1/{list_name}/{match.uuid}/{action}", body)

    if (status, move) in ALLOWED:
        assert response.status_code in (200, 201), response.content
    else:
        assert response.status_code == (404 if unseen else 403 if (status, move) in THEIRS else 409)


REQUEST_MOVES = {
    "submit": lambda request, now: submit_help_request(help_request_id=request.pk, now=now),
    "change": lambda request, now: update_draft(help_request_id=request.pk, changes={"why": "For my family."}),
    "delete": lambda request, now: delete_draft(help_request_id=request.pk, by=request.mentee),
    "withdraw": lambda request, now: withdraw_help_request(help_request_id=request.pk, by=request.mentee, now=now),
    "ask again": lambda request, now: ask_again(help_request_id=request.pk, by=request.mentee, now=now),
}
OVER = ("closed", "withdrawn", "expired")
REQUEST_ALLOWED = {
    ("draft", "submit"): "open",
    ("draft", "change"): "draft",
    ("draft", "delete"): None,
    ("open", "withdraw"): "withdrawn",
    **{(status, "ask again"): status for status in OVER},
}


@pytest.mark.parametrize("move", REQUEST_MOVES)
@pytest.mark.parametrize("status", HelpRequest.Status.values)
def test_every_move_of_a_request_outside_the_table_is_refused(status, move, now):
    request = HelpRequestFactory(status=status)
    if status == "matched":
        MatchFactory(help_request=request, status="accepted", mentorship=MentorshipFactory(goal=request.goal))
    before = HelpRequest.objects.values().get()

    if (status, move) in REQUEST_ALLOWED:
        REQUEST_MOVES[move](request, now)
        found = HelpRequest.objects.filter(uuid=before["uuid"]).values_list("status", flat=True).first()
        assert found == REQUEST_ALLOWED[status, move]
    else:
        with pytest.raises(Refusal):
            REQUEST_MOVES[move](request, now)
        assert HelpRequest.objects.values().get() == before


@pytest.mark.parametrize("status", sorted(set(HelpRequest.Status.values) - {"open"}))
@pytest.mark.parametrize(
    ("was", "move"),
    [
        ("proposed", "mentee asks"),
        ("proposed", "mentee dismisses"),
        ("proposed", "mentor offers"),
        ("asked", "mentor accepts"),
        ("offered", "mentee accepts"),
    ],
)
def test_only_an_open_request_finds_a_mentor(status, was, move, now):
    match = MatchFactory(help_request__status=status, status=was)

    with pytest.raises(HelpRequestNotOpen):
        MOVES[move](match, now)
