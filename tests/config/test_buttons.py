"""A form that is sent by a button that its page does not have changes nothing."""

from __future__ import annotations

import html

import pytest
from django.urls import reverse

from matching.models import HelpRequest
from tests.factories import GoalFactory, HelpRequestFactory
from tests.matching.pages.forms import posted
from tests.pages import SIGNED, things_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def assert_refused(answer) -> None:
    assert answer.status_code == 400
    assert "no such button" in html.unescape(answer.content.decode())


@pytest.mark.parametrize("page", ["settings", "offer", "offer-change", "fitting-requests"])
@pytest.mark.parametrize("do", ["delete", "", "nothing"])
def test_pages_of_a_member(page, do, client, bob):
    client.force_login(bob)

    assert_refused(client.post(reverse(page), {"do": do, "answer": do}))


@pytest.mark.parametrize("do", ["delete", "", "nothing"])
def test_a_new_request_is_not_stored(do, client, alice):
    client.force_login(alice)

    assert_refused(client.post(reverse("request-new"), posted(GoalFactory(mentee=alice)) | {"do": do}))

    assert not HelpRequest.objects.exists()


@pytest.mark.parametrize("status", ["draft", "open"])
def test_a_request_stays_as_it_is(status, client, alice):
    client.force_login(alice)
    request = HelpRequestFactory(mentee=alice, status=status)

    assert_refused(client.post(reverse("request", args=[request.uuid]), {"do": "nothing", "ask": "x"}))
    if status == "open":
        assert_refused(client.post(reverse("request", args=[request.uuid]), {"do": "delete", "correcting": "1"}))

    assert HelpRequest.objects.get().ask == request.ask


def test_a_goal_stays_as_it_is(client, alice):
    goal = GoalFactory(mentee=alice)
    client.force_login(alice)

    assert_refused(client.post(reverse("goal", args=[goal.uuid]), {"do": "delete"}))


# An invitation has one form, with one button.
@pytest.mark.parametrize("route", sorted(SIGNED.keys() - {"invitation/<str:token>/"}))
@pytest.mark.parametrize("do", ["delete", "", "nothing"])
def test_pages_behind_signed_links(route, do, client, alice, bob):
    [page] = things_of(alice, bob).paths(route)

    assert_refused(client.post(page, {"do": do}))
