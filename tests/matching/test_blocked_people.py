"""Two people never see or get each other once one of them blocks or reports the other, in either direction."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core import mail

from accounts.services.blocks import block_person, unblock
from accounts.services.concerns import raise_concern
from accounts.services.settings import choose
from matching.exceptions import PairNotAllowed
from matching.jobs.kept_apart import end_kept_apart
from matching.services.decline import decline_match
from mentorship.jobs.kept_apart import cancel_kept_apart
from mentorship.links import credential_link
from mentorship.models import Session
from tests.factories import (
    NOW,
    CredentialFactory,
    GoalFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorshipFactory,
    SessionFactory,
)
from tests.helpers import path, send
from tests.moves import accept, ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def mentee_blocks(mentee, mentor):
    block_person(by=mentee, person=mentor, now=NOW)


def mentor_blocks(mentee, mentor):
    block_person(by=mentor, person=mentee, now=NOW)


def mentee_reports(mentee, mentor):
    raise_concern(by=mentee, about=mentor, topic="other", words="They were rude to me.", now=NOW)


def mentor_reports(mentee, mentor):
    raise_concern(by=mentor, about=mentee, topic="safety", words="They were rude to me.", now=NOW)


each_way = pytest.mark.parametrize("part", [mentee_blocks, mentor_blocks, mentee_reports, mentor_reports])


@pytest.fixture
def match(alice, bob):
    request = HelpRequestFactory(mentee=alice, goal=GoalFactory(mentee=alice))
    return MatchFactory(help_request=request, mentor=bob.mentor)


@each_way
def test_a_proposal_leaves_the_list_at_once(part, match, client, api, alice, bob):
    client.force_login(alice)
    page, route = f"/requests/{match.help_request.uuid}/", "/api/v1/matches/"
    assert "Bob Baker" in client.get(page).content.decode()
    assert len(api(alice).get(route).json()["results"]) == 1

    part(alice, bob)

    assert "Bob Baker" not in client.get(page).content.decode()
    assert api(alice).get(route).json()["results"] == []


@each_way
def test_a_mentor_is_not_found(part, client, api, alice, bob):
    client.force_login(alice)
    assert "Bob Baker" in client.get("/mentors/").content.decode()

    part(alice, bob)

    assert "Bob Baker" not in client.get("/mentors/").content.decode()
    assert client.get(f"/mentors/{bob.mentor.uuid}/").status_code == 404
    assert api(alice).get(f"/api/v1/mentors/{bob.mentor.uuid}/").status_code == 404


@each_way
def test_a_question_that_waits_cannot_be_accepted_and_ends(part, match, alice, bob):
    ask(match)
    part(alice, bob)

    with pytest.raises(PairNotAllowed):
        accept(match)
    assert end_kept_apart(now=NOW) == 1


@each_way
def test_the_mail_about_an_acceptance_that_was_not_sent_yet_is_skipped(part, match, alice, bob):
    accept(ask(match))
    part(alice, bob)

    send(NOW)

    assert [
        message for message in mail.outbox if "bob@example.org" in message.body and message.to == [alice.email]
    ] == []
    assert not any("Here is how to reach" in message.body for message in mail.outbox)


@each_way
def test_sessions_to_come_end_and_a_way_back_does_not_bring_them_again(part, alice, bob):
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)
    session = SessionFactory(mentorship=mentorship, status="confirmed")
    part(alice, bob)

    assert cancel_kept_apart(now=NOW) == 1
    for one, other in ((alice, bob), (bob, alice)):
        unblock(by=one, person=other)

    session.refresh_from_db()
    assert session.status == Session.Status.CANCELLED
    assert cancel_kept_apart(now=NOW) == 0


@each_way
def test_a_mentorship_can_still_be_ended_by_each(part, api, alice, bob):
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)
    part(alice, bob)

    body = {"status": "ended_early", "reason": "other"}
    answer = api(bob).post(f"/api/v1/mentorships/{mentorship.uuid}/end/", body)

    assert (answer.status_code, answer.json()["status"]) == (200, "ended_early")


@each_way
def test_the_daily_mail_names_nobody_with_a_block_between(part, match, alice, bob):
    choose(user=alice, choices=[{"group": "questions", "email": "digest"}])
    decline_match(match_id=ask(match).pk, by=bob, reason="no_time", note="", now=NOW)
    send(NOW)
    [title] = alice.notifications.filter(kind="match_declined").values_list("title", flat=True)
    assert "Bob Baker" in title

    part(alice, bob)
    mail.outbox.clear()
    send(datetime(2026, 11, 24, 8, tzinfo=UTC))

    [digest] = [message for message in mail.outbox if "The mentor you asked has no time" in message.body]
    assert "Bob" not in digest.subject + digest.body + digest.alternatives[0].content
    assert digest.to == [alice.email]


@each_way
def test_a_credential_stays_public(part, client, alice, bob):
    credential = CredentialFactory(mentor=bob.mentor)

    part(alice, bob)

    client.force_login(alice)
    assert client.get(path(credential_link(credential.uuid))).status_code == 200
