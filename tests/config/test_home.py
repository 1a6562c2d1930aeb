"""The home page for visitors, and the links at the top."""

from __future__ import annotations

import html

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db

HOME = reverse("home")


def text(answer) -> str:
    return html.unescape(answer.content.decode())


def test_a_visitor_reads_of_both_sides_and_an_example_and_finds_the_way_in(client):
    page = text(client.get(HOME))

    assert all(heading in page for heading in ("For mentees</h2>", "For mentors</h2>", "An example</h2>"))
    assert f'class="button" href="{reverse("account_signup")}"' in page
    assert f'href="{reverse("account_login")}"' in page


def test_pages_for_those_who_run_the_site_come_last(client, settings):
    settings.MAIL_SINK_DIR = ""
    page = text(client.get(HOME))

    assert page.index("An example</h2>") < page.index(reverse("admin:index"))
    assert "Mail that was sent" not in page


def test_the_navigation_of_a_member_has_messages_and_settings(client, alice):
    client.force_login(alice)

    page = text(client.get(reverse("settings")))

    assert f'href="{reverse("messages")}">Messages</a>' in page
    assert f'href="{reverse("settings")}" aria-current="page">Settings</a>' in page
