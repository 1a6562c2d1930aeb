"""Every page for every reader: accessible in both colour schemes, no wider than a phone, and free of script errors."""

from __future__ import annotations

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from playwright.sync_api import Page, expect

from tests.factories import NOW, PASSWORD, CareerStepFactory, HelpRequestFactory, MentorFactory
from tests.pages import PAGES, READERS, SHOWN, things_of

pytestmark = [pytest.mark.django_db(transaction=True)]

# No pages of their own: a picture, a word for a load balancer, a part of a page, a file of codes, files for programs
# that check credentials, and addresses that only lead on. A file of numbers.
NO_PAGE = {
    *("favicon.ico", "healthy/", "skills/find/", "accounts/2fa/recovery-codes/download/"),
    *("credentials/issuer/", "credentials/keys/", "credentials/keys/<str:thumbprint>/", "credentials/revoked/"),
    *("credentials/<uuid:uuid>.jwt", "credentials/<uuid:uuid>.json", "settings/data/<uuid:uuid>.zip"),
    "company-numbers/<uuid:uuid>.csv",
    *("accounts/3rdparty/login/cancelled/", "accounts/3rdparty/login/error/"),
    "accounts/oidc/(?P<provider_id>[^/]+)/login/callback/",
    *(route for route in PAGES if route.startswith("accounts/social/")),
}
OF_TODAY = ("settings/tokens/", "settings/data/erase/", "accounts/3rdparty/")
# Pages that only one step before leads to, or that need a login of today. The last tests look at them, and those of
# passkeys and providers.
LATER = {
    *OF_TODAY,
    *("accounts/3rdparty/signup/", "accounts/oidc/(?P<provider_id>[^/]+)/again/"),
    *("accounts/confirm-email/", "accounts/login/code/confirm/", "accounts/password/set/"),
    *(route for route in PAGES if route.startswith("accounts/2fa/")),
}
SIDES = ("visitor", "mentee", "mentor")


@pytest.fixture
def things(alice, bob):
    return things_of(alice, bob)


def seen_by_somebody(route: str) -> bool:
    return SHOWN in [PAGES[route][READERS.index(reader)] for reader in SIDES]


def test_each_page_is_looked_at():
    assert [route for route in PAGES if not seen_by_somebody(route) and route not in NO_PAGE | LATER] == []


def faults_of(page: Page) -> list[str]:
    """Return the list of script errors of a window. It grows."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
    return faults


@pytest.mark.parametrize("reader", ["mentee", "mentor"])
def test_the_answer_about_better_chances_is_accessible(reader, visitor, log_in_as, things, look_at):
    for mentor in (things.people["mentor"], MentorFactory().user):
        CareerStepFactory(profile=mentor.profile)
        mentor.profile.languages.update(code="de")
    HelpRequestFactory()
    request = HelpRequestFactory(mentee=things.people["mentee"], looked_at=NOW)
    path, link, answer = {
        "mentee": (f"/requests/{request.uuid}/", "What would change my chances?", "Speak German"),
        "mentor": ("/requests-for-me/", "How many requests would each change bring?", "Speak English"),
    }[reader]
    page = visitor()
    log_in_as(page, things.people[reader])

    page.goto(path)
    page.get_by_role("link", name=link).click()

    page.get_by_role("link", name=answer).wait_for()
    expect(page.locator("p:focus")).to_have_count(1)
    look_at(page)


@pytest.mark.parametrize("reader", SIDES)
def test_every_page_is_accessible_and_fits_a_phone(reader, visitor, log_in_as, things, look_at):
    page = visitor()
    faults = faults_of(page)
    if reader != "visitor":
        log_in_as(page, things.people[reader])

    for route, row in PAGES.items():
        if row[READERS.index(reader)] == SHOWN and route not in NO_PAGE | LATER:
            for path in things.paths(route):
                assert page.goto(path).status == 200
                look_at(page)
    page.goto("/nowhere/")
    look_at(page)
    assert faults == []


def test_the_page_of_the_code_is_accessible(visitor, work, look_at):
    page = visitor()
    page.goto("/accounts/signup/")
    look_at(page)
    page.get_by_label("I look for a mentor").check()
    page.get_by_label("Your name").fill("Ines Duarte")
    page.get_by_label("E-mail address").fill("ines@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("[name=accept_rules]").check()
    page.get_by_role("button", name="Sign up").click()
    page.get_by_label("Code").wait_for()
    look_at(page)


def log_in_by_form(page: Page, person) -> None:
    """Log in with the password, as pages want that ask for it again."""
    person.set_password(PASSWORD)
    person.save()
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def test_pages_that_want_a_login_of_today_are_accessible(visitor, alice, look_at):
    page = visitor()
    faults = faults_of(page)
    log_in_by_form(page, alice)

    for path in OF_TODAY:
        page.goto(f"/{path}")
        if "/reauthenticate/" in page.url:
            page.locator("[name=password]").fill(PASSWORD)
            page.locator("[name=password]").press("Enter")
        page.wait_for_url(f"**/{path}")
        look_at(page)
    assert faults == []


def test_pages_of_the_second_factor_are_accessible(visitor, alice, look_at):
    page = visitor()
    faults = faults_of(page)
    log_in_by_form(page, alice)
    page.goto("/accounts/2fa/totp/activate/")
    look_at(page)
    TOTP.activate(alice, generate_totp_secret())
    RecoveryCodes.activate(alice)
    for path in ("", "recovery-codes/", "recovery-codes/generate/", "totp/deactivate/", "reauthenticate/"):
        assert page.goto(f"/accounts/2fa/{path}").status == 200
        look_at(page)
    page.context.clear_cookies()
    log_in_by_form(page, alice)
    page.wait_for_url("**/accounts/2fa/authenticate/")
    look_at(page)
    assert faults == []


def test_a_new_calendar_address_is_accessible_and_shown_once(visitor, log_in_as, alice, look_at):
    page = visitor()
    log_in_as(page, alice)
    page.goto("/settings/calendar/")

    page.get_by_role("button", name="Make an address").press("Enter")

    assert "/calendar/sessions/" in page.get_by_label("Your sessions").input_value()
    look_at(page)
    page.reload()
    expect(page.get_by_label("Your sessions")).to_have_count(0)
    look_at(page)
