"""The home page for visitors, and the links at the top."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.urls import reverse

from tests.factories import UserFactory
from tests.helpers import log_in_with_second_factor

pytestmark = pytest.mark.django_db

HOME = reverse("home")


def text(answer) -> str:
    return html.unescape(answer.content.decode())


def test_a_visitor_reads_of_both_sides_and_an_example_and_finds_the_way_in(client):
    page = text(client.get(HOME))

    assert all(heading in page for heading in ("For mentees</h2>", "For mentors</h2>", "An example</h2>"))
    assert f'class="button" href="{reverse("account_signup")}"' in page
    assert f'href="{reverse("account_login")}"' in page


def test_the_days_to_answer_are_those_of_the_community(client, settings):
    settings.RESPONSE_WINDOW = timedelta(days=3)

    assert "Each has 3 days to answer" in text(client.get(HOME))


def test_a_visitor_sees_no_pages_for_those_who_run_the_site(client, settings):
    settings.MAIL_SINK_DIR, settings.SERVE_API_DOCS = "", False

    page = text(client.get(HOME))

    assert reverse("admin:index") not in page
    assert "Mail that was sent" not in page


def test_an_admin_who_is_logged_in_finds_the_admin_pages(client, alice, admin_user):
    links = []
    for person in (alice, admin_user):
        client.force_login(person)
        links.append(f'href="{reverse("admin:index")}"' in text(client.get(HOME)))

    assert links == [False, True]


def test_the_navigation_of_a_member_has_messages_and_settings(client, alice):
    client.force_login(alice)

    page = text(client.get(reverse("settings")))

    assert f'href="{reverse("messages")}">Messages</a>' in page
    assert f'href="{reverse("settings")}" aria-current="page">Settings</a>' in page


LOGIN, SIGN_UP = reverse("account_login"), reverse("account_signup")


def ways_in(answer) -> list[str]:
    """Return the addresses of "Log in" and "Sign up" at the top of a page."""
    return re.findall(rf'<a href="((?:{LOGIN}|{SIGN_UP})[^"]*)"', text(answer).partition("</nav>")[0])


@pytest.mark.parametrize("page", [LOGIN, SIGN_UP])
def test_the_links_of_a_visitor_keep_the_page_that_they_came_for(page, client):
    wanted = [f"{LOGIN}?next=/goals/%3Fa%3Db%26c%3Dd", f"{SIGN_UP}?next=/goals/%3Fa%3Db%26c%3Dd"]

    assert ways_in(client.get(page, {"next": "/goals/?a=b&c=d"})) == wanted
    assert ways_in(client.post(page, {"next": "/goals/?a=b&c=d"})) == wanted


@pytest.mark.parametrize("page", [LOGIN, SIGN_UP])
def test_the_link_to_the_page_that_a_visitor_reads_says_so(page, client):
    assert 'aria-current="page"' in text(client.get(page, {"next": "/goals/"}))


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)", "goals/", ""]
)
def test_the_links_of_a_visitor_lead_to_no_other_site(elsewhere, client):
    assert ways_in(client.get(LOGIN, {"next": elsewhere})) == [LOGIN, SIGN_UP]


def test_the_links_of_a_visitor_are_plain_on_other_pages(client):
    assert ways_in(client.get(reverse("rules"))) == [LOGIN, SIGN_UP]


@pytest.mark.parametrize(("role", "shown"), [("viewer", False), ("matchmaker", True)])
def test_a_viewer_reads_no_names_in_actions_of_a_former_role(role, shown, client, alice):
    reader = UserFactory(role=role)
    LogEntry.objects.log_actions(reader.pk, [alice], CHANGE, "Changed.", single_object=True)
    log_in_with_second_factor(client, reader)

    page = text(client.get(reverse("admin:index")))

    assert ("Alice Archer" in page, "Recent actions" in page) == (shown, shown)
