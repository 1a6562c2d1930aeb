"""Pages of errors: one look for all, and what was typed is kept where it can be."""

from __future__ import annotations

import html
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse

from config.views import not_allowed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

PROFILE = reverse("profile-part", args=["about"])
TYPED = {"part": "about", "name": "Ålice A. Archer", "headline": "A “B”", "timezone": "Europe/Paris", "do": "save"}
VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">'


def text(answer) -> str:
    return html.unescape(answer.content.decode())


@pytest.fixture
def member(alice):
    """A browser in which Alice read a page before she logged in anew."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    client.get(PROFILE)
    return client


def test_errors_look_like_the_rest_of_the_site(client, rf, alice):
    client.force_login(alice)
    pages = {
        400: client.post(reverse("settings"), {"do": "nothing"}),
        403: not_allowed(rf.get("/"), PermissionDenied()),
        404: client.get("/nowhere/"),
    }

    for status, page in pages.items():
        assert page.status_code == status
        assert VIEWPORT in text(page)
        assert "Community rules</a>" in text(page)
    assert f'href="{reverse("messages")}"' in text(pages[404])


def test_the_page_of_our_own_fault_needs_no_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        page = get_template("500.html").render()

    assert VIEWPORT in page


def test_a_form_that_is_too_old_is_kept_and_sent_by_one_more_click(member, alice):
    answer = member.post(PROFILE, TYPED | {"csrfmiddlewaretoken": "old"}, headers={"Origin": "http://testserver"})

    assert (answer.status_code, "Nothing is lost; send it now." in text(answer)) == (403, True)
    alice.refresh_from_db()
    assert alice.name != TYPED["name"]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode())
    kept = {name: html.unescape(value) for name, value in found}
    assert {name: kept[name] for name in TYPED} == TYPED

    assert member.post(PROFILE, kept).status_code == 302
    alice.refresh_from_db()
    assert alice.name == TYPED["name"]


@pytest.mark.parametrize("origin", ["https://elsewhere.example.com", "null", None])
def test_a_form_of_another_site_is_not_shown(origin, member):
    answer = member.post(PROFILE, TYPED, headers={"Origin": origin} if origin else {})

    assert (answer.status_code, "This form is too old" in text(answer)) == (403, True)
    assert TYPED["name"] not in text(answer)


@pytest.mark.parametrize("pages", [[], [PROFILE]])
def test_a_form_of_another_member_of_this_browser_is_not_shown(pages, member, bob):
    member.force_login(bob)
    for page in pages:
        member.get(page)

    answer = member.post(PROFILE, TYPED, headers={"Origin": "http://testserver"})

    assert (answer.status_code, "This form is too old" in text(answer)) == (403, True)
    assert TYPED["name"] not in text(answer)


def test_a_visitor_with_an_old_form_logs_in_and_finds_it_again(member):
    del member.cookies["sessionid"]

    answer = member.post(PROFILE, TYPED, headers={"Origin": "http://testserver"})

    assert answer.headers["Location"] == f"{reverse('account_login')}?next={PROFILE}"
    assert "typed_before_login" in member.session


def test_a_password_is_not_shown_again():
    client = Client(enforce_csrf_checks=True)
    form = {"login": "mina@example.org", "password": "wrong-horse-battery"}

    answer = client.post(reverse("account_login"), form, headers={"Origin": "http://testserver"})

    assert "This form is too old" in text(answer)
    assert f'href="{reverse("account_login")}">Load the page again</a>' in text(answer)
    assert "wrong-horse-battery" not in text(answer)
