"""The mails about questions and offers."""

from __future__ import annotations

from html import unescape

import pytest

from accounts.models import Notification
from accounts.notifications.render import render, render_title
from tests.factories import NOW, HelpRequestFactory, MatchFactory, MentorshipFactory, NotificationFactory
from tests.moves import accept, ask

pytestmark = pytest.mark.django_db


def in_tokyo(status, **fields):
    """Return a match of two people in Tokyo. NOW is nine in the evening there."""
    return MatchFactory(
        status=status,
        mentor__user__profile__timezone="Asia/Tokyo",
        help_request__mentee__profile__timezone="Asia/Tokyo",
        help_request__mentee__name="Alice Archer",
        **fields,
    )


def mail_of(kind, match, recipient):
    row = NotificationFactory(recipient=recipient, kind=kind, payload={"match": str(match.uuid)})
    return render(row)


def parts(message):
    return message.body, message.alternatives[0].content


@pytest.mark.parametrize(("kind", "status"), [("match_asked", "asked"), ("match_offered", "offered")])
def test_the_first_mail_has_the_deadline_in_the_readers_zone(kind, status):
    match = in_tokyo(status)
    reader = match.mentor.user if status == "asked" else match.help_request.mentee

    for part in parts(mail_of(kind, match, reader)):
        assert "Please answer by Saturday, 28 November, 21:00 (Tokyo, Japan, UTC+9); a no is fine" in part


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("match_expired_mentor", {"asked_at": NOW.replace(hour=16)}),
        ("offer_expired", {"offered_at": NOW.replace(hour=16)}),
    ],
)
def test_a_mail_about_the_end_has_the_day_in_the_readers_zone(kind, fields):
    match = in_tokyo("expired", **fields)

    for part in parts(mail_of(kind, match, match.mentor.user)):
        assert "on 24 November" in part


def test_a_silent_mentor_gets_a_link_to_a_pause():
    match = in_tokyo("expired")

    for part in parts(mail_of("match_expired_mentor", match, match.mentor.user)):
        assert "http://testserver/come-back/" in part


def test_the_mail_about_an_expired_request_links_to_its_page():
    request = HelpRequestFactory(status="expired")
    row = NotificationFactory(
        recipient=request.mentee, kind="help_request_expired", payload={"help_request": str(request.uuid)}
    )

    for part in parts(render(row)):
        assert "http://testserver/choose/" in part


def test_a_mentor_who_had_offered_reads_that_the_request_ended():
    match = in_tokyo("withdrawn", asked_at=None, why_you="", offered_at=NOW, help_request__status="withdrawn")

    message = mail_of("match_withdrawn", match, match.mentor.user)

    assert message.subject == "The mentee of your offer does not look any more"


def test_the_mail_about_a_closed_request_blames_nobody():
    match = in_tokyo("withdrawn", help_request__status="expired")

    for part in parts(mail_of("help_request_expired_mentor", match, match.mentor.user)):
        assert "It has nothing to do with you" in part
        assert "has not told us" not in part


def test_the_mail_about_a_declined_offer_does_not_judge_the_help():
    match = in_tokyo("declined")

    for part in parts(mail_of("offer_declined", match, match.mentor.user)):
        assert "It says nothing about your help; people choose for many reasons." in part


def test_the_yes_has_both_clocks():
    match = accepted_between("Asia/Tokyo", "America/New_York")

    for part in parts(mail_of("match_accepted", match, match.help_request.mentee)):
        assert (
            "time zone is Tokyo, Japan, UTC+9: when it is Monday, 09:00 for you, it is Monday, 23:00 for"
            in unescape(part)
        )
    for part in parts(mail_of("match_accepted", match, match.mentor.user)):
        assert (
            "time zone is New York, United States, UTC−5: when it is Monday, 09:00 for you, it is Sunday, 19:00 for"
            in unescape(part)
        )


def test_two_in_one_zone_read_one_clock():
    match = accepted_between("Europe/Berlin", "Europe/Berlin")

    for part in parts(mail_of("match_accepted", match, match.help_request.mentee)):
        assert "is in your time zone, Berlin, Germany, UTC+1." in part


def accepted_between(mentors: str, mentees: str):
    """Return an accepted match. NOW is a Monday noon in UTC, in November."""
    mentorship = MentorshipFactory(mentor__user__profile__timezone=mentors, goal__mentee__profile__timezone=mentees)
    request = HelpRequestFactory(mentee=mentorship.mentee, goal=mentorship.goal, status="matched")
    return MatchFactory(status="accepted", help_request=request, mentor=mentorship.mentor, mentorship=mentorship)


def test_the_mail_about_an_offer_that_ran_out_has_its_day_in_the_readers_zone():
    late = NOW.replace(hour=16)  # one in the night of the 24th in Tokyo
    match = in_tokyo("expired", offered_at=late, offer_note="I can help with this.", asked_at=None, why_you="")

    for part in parts(mail_of("offer_expired_mentee", match, match.help_request.mentee)):
        assert "on 24 November" in part


@pytest.mark.parametrize(
    ("left", "words"), [(True, "does not look for a mentor any more"), (False, "has taken the question back")]
)
def test_the_mail_about_the_end_of_a_question_is_true_for_a_mentee_who_left(left, words):
    match = in_tokyo("withdrawn", help_request__mentee__is_active=not left)

    for part in parts(mail_of("match_withdrawn", match, match.mentor.user)):
        assert words in part


@pytest.mark.usefixtures("rung")
@pytest.mark.parametrize(("status", "move"), [("proposed", ask), ("asked", accept), ("offered", accept)])
def test_a_title_is_the_same_from_the_match_at_hand_and_from_the_database(status, move):
    match = MatchFactory(status=status, mentor__user__name="Marek Novak", help_request__mentee__name="Alice Archer")

    move(match)

    rows = Notification.objects.all()
    assert rows
    for row in rows:
        assert row.title == render_title(row) != ""
