"""Every page for every reader: accessible in both colour schemes, no wider than a phone, and free of script errors."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESK, PHONE
from tests.factories import MatchFactory, MentorshipFactory

pytestmark = [pytest.mark.django_db(transaction=True)]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

ACCOUNT_PAGES = [
    "/settings/",
    "/messages/",
    "/accounts/sessions/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/logout/",
]

OWN_PAGES = [
    "/start/",
    "/profile/",
    "/profile/about/",
    "/profile/career/",
    "/profile/skills/",
    "/profile/week/",
    "/profile/resume/",
    "/goals/",
    "/goals/new/",
]


def pages_of(match) -> dict[str, list[str]]:
    """Return the paths that a visitor, a mentee and a mentor open."""
    mentorship = f"/mentorships/{MentorshipFactory(mentor=match.mentor, goal__mentee=match.help_request.mentee).uuid}/"
    return {
        "visitor": ["/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/rules/", "/nowhere/"],
        "mentee": [
            "/",
            *ACCOUNT_PAGES,
            *OWN_PAGES,
            f"/requests/{match.help_request.uuid}/",
            f"/mentors/{match.mentor.uuid}/",
            "/mentors/",
            mentorship,
        ],
        "mentor": [
            "/",
            "/mentoring/",
            "/mentoring/offer/",
            "/inbox/",
            f"/inbox/{match.uuid}/",
            "/requests-for-me/",
            f"/mentors/{match.mentor.uuid}/",
            mentorship,
        ],
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("reader", ["visitor", "mentee", "mentor"])
def test_every_page_is_accessible_and_fits_a_phone(reader, scheme, visitor, log_in_as, subtests):
    match = MatchFactory(status="asked")
    MatchFactory(help_request=match.help_request)
    page = visitor(color_scheme=scheme)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
    if reader != "visitor":
        log_in_as(page, match.mentor.user if reader == "mentor" else match.help_request.mentee)

    for path in pages_of(match)[reader]:
        for size in (PHONE, DESK):
            with subtests.test(path=path, width=size["width"]):
                page.set_viewport_size(size)
                page.goto(path)
                assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
                found = Axe().run(page, options=RULES)
                assert found.violations_count == 0, found.generate_report()
    assert faults == []
