"""Permissions of every page, for every method and kind of reader."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Block
from tests.factories import MentorFactory, UserFactory
from tests.helpers import log_in_with_second_factor
from tests.pages import GONE, HOME, LOGIN, PAGES, READERS, SHOWN, SIGNED, STEP, page_routes, things_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

# Pages of one member, or of one thing of theirs.
OWN = [route for route, row in PAGES.items() if row[0] == LOGIN and not route.startswith("accounts/")]


def test_every_page_has_a_row():
    assert page_routes() == set(PAGES)


@pytest.fixture
def things(alice, bob):
    return things_of(alice, bob)


@pytest.fixture
def people(alice, bob, charlie, admin_user):
    return {"newcomer": UserFactory(profile__is_mentee=False), "mentee": alice, "mentor": bob, "stranger": charlie}


@pytest.fixture
def browser_of(people, admin_user):
    """Return a function that gives the browser of a reader."""

    def browser(reader: str) -> Client:
        client = Client()
        if reader == "admin":
            log_in_with_second_factor(client, admin_user)
        elif reader != "visitor":
            client.force_login(people[reader])
        return client

    return browser


def outcome(response) -> str:
    location = response.headers.get("Location", "")
    if response.status_code in (200, 404):
        return SHOWN if response.status_code == 200 else GONE
    assert response.status_code in (301, 302), response.status_code
    if location.startswith(reverse("account_login")):
        return LOGIN
    return HOME if location == "/" else STEP


def wanted(route: str, reader: str) -> str:
    return PAGES[route][READERS.index(reader)]


# Pages that are shown, and posts that are refused, change nothing. So one test opens all of them.


@pytest.mark.parametrize("reader", READERS)
def test_each_reader_gets_the_pages_that_are_theirs(reader, browser_of, things):
    client = browser_of(reader)
    answers = {path: wanted(route, reader) for route in PAGES for path in things.paths(route)}

    assert {path: outcome(client.get(path)) for path in answers} == answers


@pytest.mark.parametrize("reader", READERS)
def test_pages_that_are_not_shown_take_no_form(reader, browser_of, things):
    client = browser_of(reader)
    form = {"do": "accept", "match": str(things.match.uuid)}
    answers = {path: wanted(route, reader) for route in OWN for path in things.paths(route)}
    closed = {path: answer for path, answer in answers.items() if answer != SHOWN}

    assert {path: outcome(client.post(path, form)) for path in closed} == closed
    things.match.refresh_from_db()
    assert things.match.status == "asked"


def test_pages_of_members_and_links_know_no_other_methods(browser_of, things):
    clients = {side: browser_of(side) for side in ("mentee", "mentor")}
    for route in [*OWN, *SIGNED]:
        client = clients["mentee" if wanted(route, "mentee") == SHOWN else "mentor"]
        for path in things.paths(route):
            for method in ("put", "patch", "delete"):
                assert getattr(client, method)(path).status_code == 405, (method, path)


@pytest.mark.parametrize("route", [route for route in SIGNED if route != "mails/<str:token>/"])
def test_a_link_signed_for_somebody_else_opens_nothing(route, client, charlie, things):
    assert client.get(things.signed(route, charlie)).status_code == 404


@pytest.mark.parametrize("way", ["mentee blocks", "mentor blocks"])
def test_a_blocked_pair_do_not_find_each_other(way, alice, bob, browser_of, things):
    MentorFactory(user=alice)
    pair = (alice, bob) if way == "mentee blocks" else (bob, alice)
    Block.objects.create(blocker=pair[0], blocked=pair[1])

    assert browser_of("mentee").get(f"/mentors/{bob.mentor.uuid}/").status_code == 404
    assert browser_of("mentor").get(f"/mentors/{alice.mentor.uuid}/").status_code == 404
    assert "Bob Baker" not in browser_of("mentee").get("/mentors/").content.decode()
    for side in ("mentee", "mentor"):
        for route in OWN:
            if wanted(route, side) == SHOWN and "mentors/" not in route:
                # Records of practice are not shared any more.
                expected = GONE if route == "practice/<uuid:uuid>/" and side == "mentor" else SHOWN
                for path in things.paths(route):
                    assert outcome(browser_of(side).get(path)) == expected, path
