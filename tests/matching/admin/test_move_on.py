"""The page where an admin moves a question that is stuck."""

from __future__ import annotations

import html

import pytest
from django.urls import reverse

from matching.models import Match
from tests.factories import NOW, MatchFactory, MentorFactory
from tests.helpers import kinds, queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def match(alice, bob):
    return MatchFactory(status="asked", help_request__mentee=alice, mentor=bob.mentor)


def page(match, view="move_on") -> str:
    return reverse(f"admin:matching_match_{view}", args=[match.pk])


@pytest.mark.parametrize(
    ("do", "facts", "status", "kind"),
    [
        ("remind", {}, "asked", "match_reminder"),
        ("more-time", {"days": "7"}, "asked", "match_reminder"),
        ("end", {}, "withdrawn", "match_withdrawn"),
    ],
)
def test_each_button_makes_its_move(do, facts, status, kind, admin_client, match, bob):
    assert page(match) in admin_client.get(page(match, "change")).content.decode()

    shown = admin_client.get(page(match)).content.decode()
    answer = admin_client.post(page(match), {"do": do} | facts)

    assert f'value="{do}"' in shown
    assert answer["Location"] == page(match, "change")
    assert Match.objects.get().status == status
    assert kinds(bob) == [kind]
    history = html.unescape(admin_client.get(page(match, "history")).content.decode())
    assert "The question between Alice Archer and Bob Baker " in history


@pytest.mark.parametrize(
    ("status", "buttons"),
    [
        ("asked", {"remind", "more-time", "end"}),
        ("clarifying", {"remind", "more-time", "end"}),
        ("offered", {"remind", "more-time", "end"}),
        ("proposed", set()),
        ("declined", set()),
    ],
)
def test_the_page_has_the_buttons_of_the_status(status, buttons, admin_client):
    shown = admin_client.get(page(MatchFactory(status=status))).content.decode()

    assert {do for do in ("remind", "more-time", "end") if f'value="{do}"' in shown} == buttons
    assert ("nothing can be moved on" in shown) == (not buttons)


@pytest.mark.parametrize(
    "posted",
    [{}, {"do": "accept"}, {"do": "more-time"}, {"do": "more-time", "days": "8"}, {"do": "more-time", "days": "x"}],
)
def test_another_button_does_nothing(posted, admin_client, match, bob):
    answer = admin_client.post(page(match), posted)

    assert answer.status_code == 400
    assert kinds(bob) == []


def test_a_refusal_is_shown(admin_client, match):
    admin_client.post(page(match), {"do": "remind"})

    answer = admin_client.post(page(match), {"do": "remind"})

    assert answer.status_code == 409
    assert "They were reminded within the last day." in answer.content.decode()


def test_a_match_of_ones_own_is_not_moved_on(admin_client, admin_user):
    own = MatchFactory(status="asked", mentor=MentorFactory(user=admin_user))

    assert page(own) not in admin_client.get(page(own, "change")).content.decode()
    assert admin_client.get(page(own)).status_code == 404
    assert admin_client.post(page(own), {"do": "end"}).status_code == 404


def test_the_queries_do_not_grow_with_what_was_asked(admin_client, match):
    once = queries_of(admin_client, page(match))

    for number in (1, 2):
        match.clarifications.create(number=number, question="Why?", asked_at=NOW, answer="So.", answered_at=NOW)
    MatchFactory.create_batch(3, help_request=match.help_request, status="asked")
    MatchFactory.create_batch(3, mentor=match.mentor, status="asked")

    assert queries_of(admin_client, page(match)) == once


def test_a_match_that_does_not_wait_has_no_link(admin_client):
    match = MatchFactory(status="proposed")

    assert page(match) not in admin_client.get(page(match, "change")).content.decode()
    assert admin_client.get("/admin/matching/match/" + "9" * 30 + "/move-on/").status_code == 404
