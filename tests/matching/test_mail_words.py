"""What the mails say: by when, in whose zone, and where to go on."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from accounts.notifications.render import render
from matching.links import LINK_LIFE, choose_link
from tests.factories import NOW, HelpRequestFactory, MatchFactory, MentorFactory, NotificationFactory

pytestmark = pytest.mark.django_db

# The next day in Tokyo.
LATE = NOW.replace(hour=16)
TOKYO = {"profile__timezone": "Asia/Tokyo"}


def mail_of(kind, match, recipient):
    row = NotificationFactory(recipient=recipient, kind=kind, payload={"match": str(match.uuid)})
    return render(row)


def parts(message):
    return message.body, message.alternatives[0].content


def in_tokyo(status, **fields):
    """Return a match of two who live in Tokyo, where NOW is nine in the evening."""
    mentor = MentorFactory(**{f"user__{name}": value for name, value in TOKYO.items()})
    mentee = {f"help_request__mentee__{name}": value for name, value in TOKYO.items()}
    return MatchFactory(status=status, mentor=mentor, help_request__mentee__name="Alice Archer", **mentee, **fields)


@pytest.mark.parametrize(("kind", "status"), [("match_asked", "asked"), ("match_offered", "offered")])
def test_the_first_mail_says_by_when_to_answer_in_the_readers_zone(kind, status):
    match = in_tokyo(status)
    reader = match.mentor.user if status == "asked" else match.help_request.mentee

    for part in parts(mail_of(kind, match, reader)):
        assert "Please answer by Saturday, 28 November, 21:00 (Asia/Tokyo); a no is fine" in part


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("match_expired_mentor", {"asked_at": NOW.replace(hour=16)}),
        ("offer_expired", {"offered_at": NOW.replace(hour=16)}),
    ],
)
def test_what_is_over_names_the_day_in_the_readers_zone(kind, fields):
    match = in_tokyo("expired", **fields)

    for part in parts(mail_of(kind, match, match.mentor.user)):
        assert "on 24 November" in part


def test_a_mentor_who_did_not_answer_is_led_to_a_pause():
    match = in_tokyo("expired")

    for part in parts(mail_of("match_expired_mentor", match, match.mentor.user)):
        assert "http://testserver/come-back/" in part


def test_a_request_that_expired_leads_to_where_it_is_asked_again():
    request = HelpRequestFactory(status="expired")
    row = NotificationFactory(
        recipient=request.mentee, kind="help_request_expired", payload={"help_request": str(request.uuid)}
    )

    for part in parts(render(row)):
        assert "http://testserver/choose/" in part


def test_the_link_of_a_request_outlives_the_request(settings):
    link = choose_link(HelpRequestFactory()).removeprefix("http://testserver")
    life = settings.STILL_LOOKING_AFTER + settings.STILL_LOOKING_GRACE

    assert life > LINK_LIFE
    with time_machine.travel(NOW.now(NOW.tzinfo) + life, tick=False):
        assert Client().get(link).status_code == 200
    with time_machine.travel(NOW.now(NOW.tzinfo) + life * 1.2, tick=False):
        assert Client().get(link).status_code == 404


def test_a_mentor_who_had_offered_is_not_asked_for_an_answer():
    match = in_tokyo("withdrawn", asked_at=None, why_you="", offered_at=NOW, help_request__status="withdrawn")

    message = mail_of("match_withdrawn", match, match.mentor.user)

    assert message.subject == "Alice Archer does not look for a mentor any more"


def test_a_closed_request_is_nobodys_fault():
    match = in_tokyo("withdrawn", help_request__status="expired")

    for part in parts(mail_of("help_request_expired_mentor", match, match.mentor.user)):
        assert "It has nothing to do with you" in part
        assert "has not told us" not in part


def test_an_offer_that_is_not_taken_up_says_nothing_about_the_help():
    match = in_tokyo("declined")

    for part in parts(mail_of("offer_declined", match, match.mentor.user)):
        assert "It says nothing about your help; people choose for many reasons." in part
