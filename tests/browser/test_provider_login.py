"""A login by an identity provider in a real browser: the policy of the pages lets people go there and come back."""

from __future__ import annotations

import pytest
from allauth.socialaccount.models import SocialAccount
from playwright.sync_api import expect

from accounts.models import User
from tests.accounts.providers import EMAIL
from tests.factories import IdentityProviderFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_new_person_goes_to_the_provider_and_comes_back(visitor, look_at, provider_site):
    IdentityProviderFactory(slug="works", issuer=provider_site.issuer)
    provider_site.know("nora", email=EMAIL, email_verified=True, name="Nora North")
    page = visitor(ignore_https_errors=True)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/accounts/login/")

    page.get_by_role("button", name="Log in with Example Works").click()
    page.wait_for_url(f"{provider_site.issuer}/**")
    provider_site.trust(page.url)
    page.locator("[name=sub]").fill("nora")
    page.locator("[name=sub]").press("Enter")

    expect(page.get_by_label("Your name")).to_have_value("Nora North")
    look_at(page)
    page.get_by_label("I look for a mentor").check()
    page.locator("[name=accept_rules]").check()
    page.get_by_role("button", name="Sign up").click()
    page.wait_for_url("**/start/")
    assert User.objects.get(email=EMAIL).accepted_rules.exists()
    assert [text for text in said if "Content Security Policy" in text] == []


def test_the_page_for_a_new_login_at_the_provider_is_accessible(visitor, log_in_as, look_at, alice):
    alice.set_unusable_password()
    alice.save()
    SocialAccount.objects.create(user=alice, provider=IdentityProviderFactory().slug, uid="alice")
    page = visitor()
    log_in_as(page, alice)

    page.goto("/settings/tokens/")

    page.wait_for_url("**/accounts/oidc/**/again/**")
    look_at(page)
