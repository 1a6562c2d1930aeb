"""Pages for members who are logged in."""

from __future__ import annotations

import html
import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.member_pages import TYPED_MAX
from tests.factories import PASSWORD, MatchFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

QUESTION = "Is the CV for one advert — or for several?\nAnd “when”?"


@pytest.fixture
def match():
    match = MatchFactory(status="asked")
    match.mentor.user.set_password(PASSWORD)
    match.mentor.user.save()
    return match


@pytest.fixture
def page(match):
    return reverse("inbox-match", args=[match.uuid])


@pytest.fixture
def client(match, page):
    """A browser in which the mentor read the page, until their session ended."""
    client = Client()
    client.force_login(match.mentor.user)
    client.get(page)
    del client.cookies[settings.SESSION_COOKIE_NAME]
    return client


def log_in(client: Client, match, **form: str):
    form |= {"login": match.mentor.user.email, "password": PASSWORD}
    return client.post(reverse("account_login"), form, follow=True)


def test_a_visitor_logs_in_and_comes_to_the_page(client, match, page):
    answer = client.get(page)
    assert answer.headers["Location"] == f"{reverse('account_login')}?next={page}"

    shown = log_in(client, match, next=page)

    assert match.help_request.ask in html.unescape(shown.content.decode())


def test_a_form_sent_after_the_session_ended_is_shown_to_be_sent_again(client, match, page):
    form = {"do": "ask_back", "question": QUESTION}
    answer = client.post(page, form)
    assert answer.headers["Location"] == f"{reverse('account_login')}?next={page}"

    shown = log_in(client, match, next=page).content.decode()
    kept = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', shown)}
    kept.pop("csrfmiddlewaretoken")
    assert kept == form
    match.refresh_from_db()
    assert match.status == "asked"

    client.post(page, kept)

    match.refresh_from_db()
    assert (match.status, match.clarifications.get().question) == ("clarifying", QUESTION)
    assert QUESTION.splitlines()[0] in html.unescape(client.get(page).content.decode())


def test_a_kept_form_is_shown_once(client, match, page):
    client.post(page, {"do": "accept"})
    log_in(client, match, next=page)

    assert "Send what I wrote" not in client.get(page).content.decode()


def test_a_kept_form_is_shown_to_nobody_else(client, alice, page):
    client.post(page, {"do": "ask_back", "question": QUESTION})
    assert "typed_before_login" in client.session
    client.force_login(alice)

    answer = client.get(page)

    assert (answer.status_code, "typed_before_login" in client.session) == (404, False)


def test_a_form_of_a_browser_without_a_member_is_not_kept(match, page):
    client = Client()
    client.post(page, {"do": "ask_back", "question": QUESTION})

    assert "typed_before_login" not in client.session


def test_a_form_too_long_to_keep_leads_to_the_login(client, page):
    answer = client.post(page, {"question": "x" * (TYPED_MAX + 1)})

    assert answer.headers["Location"].startswith(reverse("account_login"))
    assert "typed_before_login" not in client.session


def test_a_member_has_few_kept_forms_an_hour_in_browsers_without_a_session(client, page):
    cookie = client.cookies["last_member"].value
    browsers = [Client() for _ in range(21)]
    for browser in browsers:
        browser.cookies["last_member"] = cookie

        answer = browser.post(page, {"do": "ask_back", "question": QUESTION})

        assert answer.headers["Location"] == f"{reverse('account_login')}?next={page}"
    assert ["typed_before_login" in browser.session for browser in browsers] == [True] * 20 + [False]


def test_a_part_of_a_page_asked_for_by_script_is_401_without_a_login(client, page):
    answer = client.post(page, {"question": QUESTION}, headers={"HX-Request": "true"})

    assert (answer.status_code, answer.content) == (401, b"")


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_405(client, match, page, method):
    client.force_login(match.mentor.user)

    assert getattr(client, method)(page).status_code == 405


def test_another_member_gets_404(client, alice, page):
    client.force_login(alice)

    assert client.get(page).status_code == 404
