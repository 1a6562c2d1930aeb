"""The guided start: the steps of this person, and the way to the first open one."""

from __future__ import annotations

import html
import re

import pytest
from django.urls import reverse

from accounts.models import Profile
from accounts.readiness import missing
from mentorship.models import GoalKind
from tests.factories import CareerStepFactory, GoalFactory, MentorFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def read(client):
    """Return a function that reads the page as a member: their steps with state, and the address of the next one."""

    def page(member) -> tuple[list[tuple[str, str]], str]:
        client.force_login(member)
        content = html.unescape(client.get(reverse("start")).content.decode())
        steps = re.findall(r'<a href="[^"]*">([^<]*)</a> <span class="badge">(\w+)</span>', content)
        first = re.search(r'class="button" href="([^"]*)"', content)
        return steps, first[1] if first else ""

    return page


def fill(member) -> None:
    """Give ``member`` all that the steps for everybody ask for."""
    Profile.objects.filter(user=member).update(headline="Physicist", skills=["ROOT"])
    CareerStepFactory(profile=member.profile)
    member.profile.availability.create(weekday=1, start_minute=1080, end_minute=1200)


def test_a_new_mentee_sees_the_steps_of_a_mentee(read, alice):
    steps, first = read(alice)

    assert steps[:6] == [
        ("Say who you are", "open"),
        ("Your career so far", "open"),
        ("Name your languages", "done"),
        ("Draw your week", "open"),
        ("List your skills", "open"),
        ("State a goal", "open"),
    ]
    assert first == reverse("profile-part", args=["about"]) + "?next=%2Fstart%2F%3Fafter%3Dabout"


def test_a_saved_step_is_done_and_leads_back(client, read, alice):
    _, first = read(alice)
    form = {"part": "about", "next": "/start/", "name": "Alice", "headline": "Physicist", "timezone": "Europe/Berlin"}

    answer = client.post(first, form)

    assert answer.headers["Location"] == reverse("start")
    steps, first = read(alice)
    assert steps[0] == ("Say who you are", "done")
    assert first.startswith(reverse("profile-part", args=["career"]))


def test_a_mentor_fills_in_the_offer_while_the_application_waits(read):
    mentor = MentorFactory(status="applied", teaches=[], goal_kinds=GoalKind.objects.none())
    fill(mentor.user)

    steps, first = read(mentor.user)

    assert steps[5:] == [("Apply as a mentor", "done"), ("Say what you offer", "open")]
    assert first == reverse("offer-change") + "?next=%2Fstart%2F%3Fafter%3Doffer"


def test_everything_done_is_said(client, read, bob):
    fill(bob)

    steps, first = read(bob)

    assert ({state for _, state in steps}, first) == ({"done"}, "")
    assert "Everything is there." in client.get(reverse("start")).content.decode()


def test_a_goal_is_stated_from_the_start(client, read, alice):
    fill(alice)
    _, first = read(alice)
    assert first == reverse("goal-new") + "?next=%2Fstart%2F%3Fafter%3Dgoal"

    form = {"kind": "job_search", "target_role": "Data scientist", "target_field": "energy", "next": "/start/"}
    assert client.post(first, form).headers["Location"] == reverse("start")


def test_the_other_role_is_offered(client, read):
    mentee = UserFactory()
    read(mentee)

    assert "Something else you can do here" in client.get(reverse("start")).content.decode()
    GoalFactory(mentee=mentee)
    MentorFactory(user=mentee)
    assert "Something else you can do here" not in client.get(reverse("start")).content.decode()


def test_a_mentor_with_every_step_done_lacks_nothing_to_be_found(read, bob):
    assert missing(bob.mentor) != []

    fill(bob)

    steps, _ = read(bob)
    assert {state for _, state in steps} == {"done"}
    assert missing(bob.mentor) == []


def test_a_step_that_is_done_leads_to_the_next_one(client, alice):
    client.force_login(alice)
    page = client.get("/start/").content.decode()
    assert "/profile/about/?next=%2Fstart%2F%3Fafter%3Dabout" in page

    left = client.get("/start/?after=about")
    alice.profile.headline = "Postdoc in particle physics"
    alice.profile.save()
    done = client.get("/start/?after=about")

    assert left.status_code == 200
    assert done.headers["Location"].startswith("/profile/career/?next=")
