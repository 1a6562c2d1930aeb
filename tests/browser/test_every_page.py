"""Every page for every reader: accessible in both colour schemes, no wider than a phone, and free of script errors."""

from __future__ import annotations

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import DESK, PHONE, last_mail
from tests.factories import PASSWORD
from tests.helpers import log_in_with_second_factor
from tests.pages import HOME, PAGES, READERS, SHOWN, STEP, things_of

pytestmark = [pytest.mark.django_db(transaction=True)]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# No pages of their own: a picture, a word for a load balancer, and a file of codes.
NO_PAGE = {"favicon.ico", "healthy/", "accounts/2fa/recovery-codes/download/"}
# Each reader is tried on these pages. "With an app" has a second factor, and "newly" has just logged in.
SIDES = ("visitor", "mentee", "mentor")
SECOND_FACTOR = {route for route in PAGES if route.startswith("accounts/2fa/")} - NO_PAGE
# Parts of a sign-up or a login, which a test below walks through.
IN_BETWEEN = {"accounts/confirm-email/", "accounts/login/code/confirm/", "accounts/2fa/authenticate/"}


@pytest.fixture
def things(alice, bob):
    return things_of(alice, bob)


@pytest.fixture
def look_at(subtests):
    """Return a function that looks at the page that a window shows, on a phone and on a desk, by day and by night."""

    def look(page: Page) -> None:
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        for scheme in ("light", "dark"):
            for size in (PHONE, DESK):
                page.set_viewport_size(size)
                page.emulate_media(color_scheme=scheme)
                with subtests.test(path=page.url, scheme=scheme, width=size["width"]):
                    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
                    found = Axe().run(page, options=RULES)
                    assert found.violations_count == 0, found.generate_report()

    return look


def faults_of(page: Page) -> list[str]:
    """Return the list of script errors of a window. It grows."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
    return faults


@pytest.mark.parametrize("reader", SIDES)
def test_every_page_is_accessible_and_fits_a_phone(reader, visitor, log_in_as, things, look_at):
    page = visitor()
    faults = faults_of(page)
    if reader != "visitor":
        log_in_as(page, things.people[reader])

    for route, row in PAGES.items():
        if row[READERS.index(reader)] == SHOWN and route not in NO_PAGE | SECOND_FACTOR:
            for path in things.paths(route):
                assert page.goto(path).status == 200
                look_at(page)
    page.goto("/nowhere/")
    look_at(page)
    assert faults == []
