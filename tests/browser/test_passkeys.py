"""Passkeys in a real browser, whose authenticator is a virtual one."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from accounts.models import Notification, User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

HOME = re.compile("^http://[^/]+/$|/start/$")
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def window(visitor):
    """Return a function that opens a window with a device for passkeys. Reports of the policy fail the test."""
    said: list[str] = []

    def open_window() -> Page:
        page = visitor()
        page.on("console", lambda message: said.append(message.text))
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        return page

    yield open_window
    assert [text for text in said if "Content Security Policy" in text] == []


def with_password(person: User) -> User:
    person.set_password(PASSWORD)
    person.save()
    return person


def log_in(page: Page, person: User) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url(re.compile(f"{HOME.pattern}|/authenticate/"))


def add_passkey(page: Page, name: str = "My phone") -> None:
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")


def forget_login(page: Page) -> None:
    """Forget all cookies. The page is left before: an answer that is on its way would set them again."""
    page.goto("about:blank")
    page.context.clear_cookies()


def log_in_by_passkey(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Log in with a passkey").click()


def is_in(page: Page) -> bool:
    return page.get_by_role("link", name="Log out").count() == 1


def test_a_member_adds_renames_uses_and_removes_a_passkey(window, look_at, alice):
    page = window()
    log_in(page, with_password(alice))
    page.goto("/accounts/2fa/webauthn/add/")
    look_at(page)
    add_passkey(page)
    assert Notification.objects.latest("pk").payload["subject"] == "A passkey was added"

    page.goto("/accounts/2fa/")
    look_at(page)
    page.get_by_role("link", name="Rename My phone").click()
    look_at(page)
    page.get_by_label("Name").fill("The key on my desk")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="The key on my desk")).to_be_visible()

    forget_login(page)
    log_in_by_passkey(page)
    page.wait_for_url(HOME)
    assert is_in(page)

    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Remove The key on my desk").click()
    page.wait_for_url("**/accounts/2fa/webauthn/reauthenticate/**")
    look_at(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("button", name="Remove the passkey").wait_for()
    look_at(page)
    page.get_by_role("button", name="Remove the passkey").click()
    page.wait_for_url("**/accounts/2fa/")
    assert not Authenticator.objects.filter(user=alice).exists()
    assert Notification.objects.latest("pk").payload["subject"] == "A passkey was removed"

    forget_login(page)
    log_in_by_passkey(page)
    page.wait_for_url("**/accounts/login/")
    assert not is_in(page)


def test_a_passkey_opens_the_admin_pages(window):
    admin = with_password(UserFactory(email="admin@example.org", role="owner"))
    page = window()
    log_in(page, admin)
    page.goto("/admin/")
    page.wait_for_url("**/accounts/2fa/totp/activate/**")
    page.get_by_role("link", name="Add a passkey instead").click()
    page.wait_for_url("**/accounts/2fa/webauthn/add/")
    add_passkey(page)
    assert page.goto("/admin/").url.endswith("/admin/")

    forget_login(page)
    log_in_by_passkey(page)
    page.wait_for_url(HOME)
    assert page.goto("/admin/").url.endswith("/admin/")

    Authenticator.objects.filter(type="webauthn").delete()
    assert not page.goto("/admin/").url.endswith("/admin/")


def test_a_passkey_is_the_second_factor_of_a_login_with_the_password(window, look_at, alice):
    page = window()
    log_in(page, with_password(alice))
    add_passkey(page)
    forget_login(page)
    log_in(page, alice)
    page.wait_for_url("**/accounts/2fa/authenticate/")
    look_at(page)
    assert not is_in(page)

    page.get_by_role("button", name="Use a passkey").click()

    page.wait_for_url(HOME)
    assert is_in(page)


def test_the_first_passkey_ends_sessions_that_were_opened_by_the_password(window, visitor, alice):
    elsewhere, page = visitor(), window()
    log_in(elsewhere, with_password(alice))
    log_in(page, alice)

    add_passkey(page)

    elsewhere.goto("/settings/")
    assert "/accounts/login/" in elsewhere.url


def test_the_passkey_of_a_closed_account_opens_nothing(window, alice):
    page = window()
    log_in(page, with_password(alice))
    add_passkey(page)
    forget_login(page)
    User.objects.filter(pk=alice.pk).update(is_active=False)

    log_in_by_passkey(page)

    page.wait_for_url("**/accounts/inactive/")


def test_a_browser_without_a_passkey_says_so(window):
    page = window()

    log_in_by_passkey(page)

    expect(page.get_by_role("alert").filter(has_text="No passkey was used")).to_be_visible()
