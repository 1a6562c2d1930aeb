"""The home page of a member."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import MentorProfile
from accounts.services.privacy import ask_erasure, cancel_erasure
from matching.pages.home import LINKS
from matching.selectors.my_turns import Kind
from mentorship.services.sessions.propose import propose_times
from tests.factories import (
    NOW,
    GoalFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
    SessionFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

TIMES = [timezone.now() + timedelta(days=day) for day in (2, 3)]


def home(client, person) -> str:
    client.force_login(person)
    response = client.get(reverse("home"))
    assert response.status_code == 200
    return response.content.decode()


def test_every_kind_of_turn_has_a_link():
    assert set(LINKS) == set(Kind)


def test_a_visitor_reads_what_this_is(client, db):
    assert "Whose turn" not in client.get(reverse("home")).content.decode()


def test_an_erasure_that_waits_is_on_the_home_until_it_is_cancelled(client, alice):
    sentence = "Your account will be erased on 30 November 2026."
    ask_erasure(person=alice, by=alice, now=NOW)
    assert sentence in home(client, alice)
    assert f'href="{reverse("my-data")}"' in home(client, alice)

    cancel_erasure(person=alice, by=alice, now=NOW)

    assert sentence not in home(client, alice)


def test_a_question_is_on_the_mentors_home_with_its_deadline_in_their_zone(client):
    match = MatchFactory(
        status="asked", mentor__user__profile__timezone="Asia/Tokyo", help_request__mentee__name="Alice <b>Archer</b>"
    )

    page = home(client, match.mentor.user)

    assert "Alice &lt;b&gt;Archer&lt;/b&gt; asks for your help" in page
    assert "Please answer by Saturday, 28 November, 21:00" in page
    assert "Times that name no zone are in yours, Tokyo, Japan, UTC+9" in page
    assert reverse("inbox-match", args=[match.uuid]) in page


def test_a_mentee_sees_the_mentor_who_was_asked_and_what_happens_next(client):
    match = MatchFactory(status="asked", mentor__user__name="Bob Baker")

    page = home(client, match.help_request.mentee)

    assert "You asked Bob Baker" in page
    assert "Without an answer we propose other mentors" in page
    assert reverse("request", args=[match.help_request.uuid]) in page


@pytest.mark.parametrize(("count", "words"), [(1, "1 mentor fits your request"), (2, "2 mentors fit your request")])
def test_proposals_are_counted_in_words(client, count, words):
    request = HelpRequestFactory()
    MatchFactory.create_batch(count, help_request=request)

    assert words in home(client, request.mentee)


def test_a_goal_without_a_request_leads_to_the_form_of_a_request(client):
    goal = GoalFactory()

    link = f"{reverse('request-new')}?goal={goal.uuid}"
    assert link in home(client, goal.mentee)
    assert str(goal) in html.unescape(client.get(link, follow=True).content.decode())


def test_every_page_that_a_new_mentee_and_a_new_mentor_are_sent_to_exists(client, alice):
    assert reverse("goal-new") in home(client, alice)
    assert reverse("profile") in home(client, alice)
    assert reverse("offer") in home(client, MentorFactory(status="applied").user)


def test_a_running_mentorship_is_linked_for_both(client):
    row = MentorshipFactory()

    for person in (row.mentee, row.mentor.user):
        assert reverse("mentorship", args=[row.uuid]) in home(client, person)


def test_the_link_of_still_looking_works(client):
    request = HelpRequestFactory(still_looking_at="2026-11-23T12:00:00Z")
    link = f"/requests/{request.uuid}/still-looking/"

    assert f'href="{link}"' in home(client, request.mentee)
    assert "Are you still looking for a mentor?" in client.get(link).content.decode()


def test_a_mentor_paused_for_silence_comes_back_from_home(client, bob):
    MentorProfile.objects.update(status="paused", pause_cause="silence")

    assert 'href="/mentoring/"' in home(client, bob)
    client.post("/mentoring/", {"do": "come_back"})

    bob.mentor.refresh_from_db()
    assert bob.mentor.status == "approved"


def test_a_link_that_is_over_leads_a_member_home(client, alice):
    client.force_login(alice)

    response = client.get("/answer/nonsense/")

    assert response.status_code == 404
    assert f'<a href="{reverse("home")}">See what waits for you now</a>' in response.content.decode()


def test_the_inbox_of_the_navigation_counts_questions(client):
    match = MatchFactory(status="asked")

    assert 'Inbox <span class="count">1</span>' in home(client, match.mentor.user)
    assert "Inbox" not in home(client, match.help_request.mentee)


def test_home_leads_to_what_is_over(client, alice):
    request = HelpRequestFactory(mentee=alice, status="withdrawn")
    mentorship = MentorshipFactory(goal__mentee=alice, status="completed", end_reason="helped_enough", ended_by=alice)

    assert 'href="/past/"' in home(client, alice)
    past = client.get("/past/").content.decode()
    assert f"/requests/{request.uuid}/" in past
    assert f"/mentorships/{mentorship.uuid}/" in past
    assert f"{mentorship.mentor} mentored you" in past


def test_home_counts_no_nothing(client, alice):
    GoalFactory(mentee=alice, status="dropped", ended_at=NOW)
    HelpRequestFactory(mentee=alice)

    assert "0 things" not in home(client, alice)


def test_a_session_with_times_waits_on_the_home_of_who_answers(client):
    session = SessionFactory(mentorship__mentor__user__name="Bob Baker", times=TIMES)

    page = home(client, session.mentorship.mentee)

    assert "Bob Baker proposes times for a session" in page
    assert "A mock interview" in page
    assert reverse("session", args=[session.uuid]) in page


def test_a_session_that_is_over_asks_how_it_was(client):
    session = SessionFactory(
        mentorship__mentor__user__name="Bob Baker", status="confirmed", starts_at=TIMES[0] - timedelta(days=9)
    )

    page = home(client, session.mentorship.mentee)

    assert "Did you meet Bob Baker?" in page
    assert f"{session.starts_at.astimezone(session.mentorship.mentee.profile.zone):%H:%M} (Berlin, Germany, UTC" in page
    assert "Say how it was" in page
    assert reverse("session", args=[session.uuid]) in page


def test_a_session_that_moves_says_when_it_is_meanwhile(client):
    session = SessionFactory(mentorship__mentor__user__name="Bob Baker", status="confirmed", starts_at=TIMES[0])
    propose_times(session_id=session.pk, by=session.mentorship.mentor.user, times=TIMES[1:], now=timezone.now())

    page = home(client, session.mentorship.mentee)

    assert "Bob Baker would like to move it. Until you take another time, the present one stands." in page


def test_the_next_session_is_on_the_home_in_both_zones_with_its_place(client):
    session = SessionFactory(
        mentorship__mentor__user__name="Bob Baker",
        mentorship__mentor__user__profile__timezone="Asia/Tokyo",
        status="confirmed",
        starts_at=TIMES[0],
    )

    page = home(client, session.mentorship.mentee)

    assert "Your next session is with Bob Baker" in page
    assert f"{TIMES[0].astimezone(session.mentorship.mentee.profile.zone):%H:%M} (Berlin, Germany, UTC" in page
    assert "for Bob Baker" in page
    assert "Tokyo, Japan, UTC+9" in page
    assert "https://meet.example.org/room" in page
    assert reverse("session", args=[session.uuid]) in page
