"""A browser for each worker, a fresh context for each test, and the worker's jobs on demand.

Assertions about a page are those of ``expect``, which wait. A click ends when the next page begins, and a look at once
may find half of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from accounts.models import User
from accounts.notifications.deliver import drain
from matching.jobs.embed import embed_stale
from matching.jobs.propose import propose_due_requests
from mentorship.jobs.attendance import ask_about_attendance
from tests.accounts.conftest import provider_site  # noqa: F401 -- a fixture
from tests.browser import chromium
from tests.helpers import log_in_with_second_factor

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # axe describes each element of any other result as well: most of its time.
    "resultTypes": ["violations"],
}
COLOURS = RULES | {"runOnly": ["color-contrast", "link-in-text-block"]}
PATIENCE = 10_000  # milliseconds, on a busy machine
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture(scope="session", autouse=True)
def _django_may_be_called_beside_playwright():
    """Playwright keeps a loop in this thread. Django then refuses the database, although nothing here is async."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        path = chromium.find(playwright)
        running = playwright.chromium.launch(executable_path=path, args=list(chromium.ARGUMENTS))
        yield running
        running.close()


@pytest.fixture
def visitor(browser: Browser, live_server, rung, settings) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a window of its own for a person: a phone in Berlin, or as the arguments say."""
    settings.SITE_URL = live_server.url
    contexts: list[BrowserContext] = []

    def open_window(**facts: object) -> Page:
        facts = {"viewport": PHONE, "timezone_id": "Europe/Berlin", "locale": "en-GB"} | facts
        context = browser.new_context(base_url=live_server.url, **facts)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()


@pytest.fixture
def work() -> Callable[[], None]:
    """Return a function that does what the worker would do now: read texts, propose, ask how it was, send mails."""

    def once() -> None:
        embed_stale()
        propose_due_requests(now=timezone.now())
        ask_about_attendance(now=timezone.now())
        drain(now=timezone.now)

    return once


@pytest.fixture
def log_in_as(live_server) -> Callable[..., None]:
    """Return a function that gives a page the session of a person, without the log-in page."""

    def log_in(page: Page, user) -> None:
        # A client of its own: another login of the same one would end the session of the person before.
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return log_in


@pytest.fixture
def look_at(subtests):
    """Return a function that looks at the page that a window shows, on a phone and on a desk, in light and dark."""

    def look(page: Page) -> None:
        page.wait_for_load_state()
        page.evaluate(AXE_SCRIPT)  # half a megabyte, once for both
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        # A page has the same structure in the dark, with other colours.
        for scheme, size, rules in (("light", PHONE, RULES), ("dark", DESK, COLOURS)):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            with subtests.test(path=page.url, scheme=scheme):
                assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
                found = AxeResults(page.evaluate("(rules) => axe.run(rules)", rules))
                assert found.violations_count == 0, found.generate_report()

    return look


def last_mail(to: str) -> str:
    """Return the text of the newest mail to an address."""
    return next(str(message.body) for message in reversed(mail.outbox) if to in message.to)


@pytest.fixture
def admin_window(visitor, live_server) -> Callable[..., Page]:
    """Return a function that opens a window of an admin with a second factor: a desk, or as the arguments say."""

    def open_window(person: User, **facts: object) -> Page:
        client = Client()
        log_in_with_second_factor(client, person)
        # The first page of a process reads all templates.
        client.get("/admin/")
        page = visitor(**{"viewport": DESK} | facts)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        return page

    return open_window
