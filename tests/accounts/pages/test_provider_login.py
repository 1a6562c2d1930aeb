"""Logins by an identity provider, against a real one on this machine."""

from __future__ import annotations

import json
import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client
from django.urls import reverse
from flask import Response
from joserfc.jwk import RSAKey

from accounts.models import Notification, RulesAcceptance, User
from accounts.sealed import seal
from tests.accounts.providers import DOMAIN, EMAIL, begin, come_back, log_in, said
from tests.factories import NOW, PASSWORD, IdentityProviderFactory, UserFactory
from tests.helpers import code_for, kinds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

SIGN_UP = {"name": "Nora North", "roles": ["mentee"], "timezone": "Europe/Berlin", "accept_rules": "on"}


def somebody_is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_new_person_signs_up_and_accepts_the_rules(client, provider_site, works):
    provider_site.know("nora", email=EMAIL.upper(), email_verified=True, name="Nora North")

    page = log_in(client, provider_site, "works")

    assert page.redirect_chain[-1][0] == reverse("socialaccount_signup")
    assert not somebody_is_in(client)
    assert 'value="Nora North"' in page.content.decode()
    refused = client.post(reverse("socialaccount_signup"), SIGN_UP | {"accept_rules": ""})
    assert refused.status_code == 200
    assert not User.objects.filter(email=EMAIL).exists()

    answer = client.post(reverse("socialaccount_signup"), SIGN_UP | {"email": "other@example.org"})

    assert answer["Location"] == reverse("start")
    person = User.objects.get()
    assert (person.email, person.name, person.has_usable_password()) == (EMAIL, "Nora North", False)
    assert list(EmailAddress.objects.values_list("email", "verified")) == [(EMAIL, True)]
    assert RulesAcceptance.objects.filter(user=person).exists()
    assert kinds(person) == ["welcome"]
    assert somebody_is_in(client)
    assert SocialAccount.objects.get().extra_data == {"email": EMAIL}
    assert not SocialToken.objects.exists()


def test_the_application_of_a_new_mentor_is_announced(admin_user, client, provider_site, works):
    provider_site.know("nora", email=EMAIL, email_verified=True)
    log_in(client, provider_site, "works")

    client.post(
        reverse("socialaccount_signup"), SIGN_UP | {"roles": ["mentor"], "motivation": "I was helped as well, once."}
    )

    assert kinds(admin_user) == ["mentor_applied"]


def test_a_member_with_a_confirmed_address_is_let_in_and_told(client, nora, provider_site, works):
    log_in(client, provider_site, "works")

    assert client.session["_auth_user_id"] == str(nora.pk)
    assert SocialAccount.objects.get().user == nora
    mail = Notification.objects.get(recipient=nora)
    assert mail.payload["subject"] == "Your account opens by Example Works"
    nora.refresh_from_db()
    assert nora.check_password(PASSWORD)
    assert not client.session.get("socialaccount_states")


def test_a_connected_login_opens_the_account_after_a_change_of_address(client, nora, provider_site, works):
    log_in(client, provider_site, "works")
    client.logout()
    provider_site.know("nora", email="nora.new@elsewhere.example.org", email_verified=False)

    log_in(client, provider_site, "works")

    assert client.session["_auth_user_id"] == str(nora.pk)


@pytest.mark.parametrize("has_account", [True, False])
@pytest.mark.parametrize(
    "claims",
    [
        {"email": "nora@example.com", "email_verified": True},
        {"email": f"nora@not-{DOMAIN}", "email_verified": True},
        {"email": f"nora@sub.{DOMAIN}", "email_verified": True},
        {"email": EMAIL, "email_verified": False},
        {"email": EMAIL, "email_verified": "true"},
        {"email": EMAIL},
        {"email_verified": True},
        {"email": f"nora@{DOMAIN}\n", "email_verified": False},
    ],
)
def test_an_address_that_does_not_count_opens_and_tells_nothing(has_account, claims, client, provider_site, works):
    if has_account:
        email = claims.get("email", EMAIL).strip()
        UserFactory(email=email)
    people = User.objects.count()
    provider_site.know("nora", **claims)

    page = log_in(client, provider_site, "works")

    assert said(page).startswith("Example Works confirmed no address by which people come in here.")
    assert page.redirect_chain[-1][0] == reverse("account_login")
    assert not somebody_is_in(client)
    assert User.objects.count() == people
    assert not SocialAccount.objects.exists()


def test_the_address_of_somebody_who_left_opens_nothing_to_the_next(client, nora, provider_site, works):
    SocialAccount.objects.create(user=nora, provider="works", uid="the-first-nora")

    page = log_in(client, provider_site, "works")

    assert said(page).startswith("Another login of Example Works is connected to the account with this address.")
    assert not somebody_is_in(client)


def test_a_sign_up_that_nobody_confirmed_is_given_up(client, provider_site, works):
    claimed = UserFactory(email=EMAIL, name="Somebody else")
    EmailAddress.objects.update(verified=False)
    provider_site.know("nora", email=EMAIL, email_verified=True)

    page = log_in(client, provider_site, "works")

    assert page.redirect_chain[-1][0] == reverse("socialaccount_signup")
    claimed.refresh_from_db()
    assert claimed.email.endswith("@given-up.invalid")


def test_an_address_that_a_member_wants_to_change_to_is_not_theirs_yet(alice, client, provider_site, works):
    EmailAddress.objects.create(user=alice, email=EMAIL, verified=False)
    provider_site.know("nora", email=EMAIL, email_verified=True)

    page = log_in(client, provider_site, "works")

    assert page.redirect_chain[-1][0] == reverse("socialaccount_signup")
    assert not somebody_is_in(client)


def test_an_unconfirmed_account_of_an_admin_stays_closed(client, provider_site, works):
    UserFactory(email=EMAIL, role="owner")
    EmailAddress.objects.all().delete()
    provider_site.know("nora", email=EMAIL, email_verified=True)

    page = log_in(client, provider_site, "works")

    assert said(page) == "This address is not confirmed here. Log in with your password first."
    assert not somebody_is_in(client)


def test_somebody_who_is_invited_reads_the_rules_first(client, nora, provider_site, works):
    nora.set_unusable_password()
    nora.save()

    page = log_in(client, provider_site, "works")

    assert page.redirect_chain[-1][0].startswith("http://testserver/invitation/")
    assert page.status_code == 200
    assert not somebody_is_in(client)
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("is_connected", [True, False])
def test_a_deactivated_account_stays_closed(is_connected, client, nora, provider_site, works):
    if is_connected:
        SocialAccount.objects.create(user=nora, provider="works", uid="nora")
    User.objects.update(is_active=False)

    page = log_in(client, provider_site, "works")

    assert page.redirect_chain[-1][0] == reverse("account_inactive")
    assert not somebody_is_in(client)


def test_an_erased_account_has_no_login(client, nora, provider_site, works):
    SocialAccount.objects.create(user=nora, provider="works", uid="nora")
    User.objects.update(is_active=False, erased_at=NOW)

    log_in(client, provider_site, "works")

    assert not somebody_is_in(client)


def test_an_admin_is_asked_for_the_second_factor(client, nora, provider_site, works):
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    User.objects.update(role="owner", is_staff=True)
    Authenticator.objects.create(user=nora, type="totp", data={"secret": seal(secret)})

    page = log_in(client, provider_site, "works")

    assert page.redirect_chain[-1][0] == reverse("mfa_authenticate")
    assert not somebody_is_in(client)
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert client.get("/admin/").status_code == 200


def test_an_admin_without_a_second_factor_connects_one_first(client, nora, provider_site, works):
    User.objects.update(role="owner", is_staff=True)

    log_in(client, provider_site, "works")

    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith(reverse("mfa_activate_totp"))
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


# --- answers that do not hold -----------------------------------------------------------------------------

DOES_NOT_HOLD = "The login by Example Works did not work. Begin it again on this page."


def test_the_nonce_of_another_login_is_refused(client, nora, provider_site, works):
    page = log_in(client, provider_site, "works", nonce="that-of-another-login")

    assert said(page) == DOES_NOT_HOLD
    assert not somebody_is_in(client)


@pytest.mark.parametrize("way", ["other state", "no state", "other browser", "twice"])
def test_a_state_that_this_browser_did_not_begin_is_refused(way, client, nora, provider_site, works):
    changes = {"state": "other"} if way == "other state" else {}
    address = provider_site.log_in(begin(client, "works"), "nora", **changes)
    if way == "no state":
        address = re.sub(r"&?state=\w+", "", address)
    elif way == "other browser":
        client = Client()
    elif way == "twice":
        come_back(client, address)
        client.post(reverse("account_logout"))
    asked = len(provider_site.asked)

    page = come_back(client, address)

    assert said(page).endswith(DOES_NOT_HOLD)
    assert not somebody_is_in(client)
    assert len(provider_site.asked) == asked


def test_the_signature_of_another_key_is_refused(client, nora, provider_site, works):
    other = RSAKey.generate_key(2048, auto_kid=True).as_dict(private=False)

    def with_other_key(response: Response) -> Response:
        [key] = json.loads(response.data)["keys"]
        return Response(json.dumps({"keys": [key | {"n": other["n"]}]}), content_type="application/json")

    provider_site.answers["/jwks"] = with_other_key

    page = log_in(client, provider_site, "works")

    assert said(page) == DOES_NOT_HOLD
    assert not somebody_is_in(client)


def _without_signature(response: Response) -> Response:
    given = json.loads(response.data)
    _header, payload, _signature = given["id_token"].split(".")
    given["id_token"] = f"eyJhbGciOiJub25lIn0.{payload}."
    return Response(json.dumps(given), content_type="application/json")


def _without_token(response: Response) -> Response:
    return Response(json.dumps({"access_token": "x"}), content_type="application/json")


def _of_somebody_else(response: Response) -> Response:
    claims = json.loads(response.data) | {"sub": "somebody-else"}
    return Response(json.dumps(claims), content_type="application/json")


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("/oauth2/token", _without_signature),
        ("/oauth2/token", _without_token),
        ("/userinfo", _of_somebody_else),
        ("/.well-known/openid-configuration", lambda response: Response('{"issuer": "https://other.example.org"}')),
    ],
    ids=["no signature", "no token", "claims of somebody else", "issuer"],
)
def test_an_answer_that_does_not_hold_is_refused(path, change, client, nora, provider_site, works):
    address = provider_site.log_in(begin(client, "works"), "nora")
    provider_site.answers[path] = change

    page = come_back(client, address)

    assert said(page) == DOES_NOT_HOLD
    assert not somebody_is_in(client)


def test_a_token_for_another_site_is_refused(client, nora, provider_site, works):
    address = provider_site.log_in(begin(client, "works"), "nora", client_id="another-site")

    page = come_back(client, address)

    assert said(page) == DOES_NOT_HOLD


def test_a_login_that_was_given_up_says_so(client, nora, provider_site, works):
    state = re.search(r"state=(\w+)", begin(client, "works"))[1]

    page = come_back(client, f"{reverse('openid_connect_callback', args=['works'])}?error=access_denied&state={state}")

    assert said(page) == "You did not log in at Example Works. Nothing was changed."


# --- providers that do not answer -------------------------------------------------------------------------

SILENT = "Example Works does not answer at the moment. Try again later, or log in with your password."
BROKEN = {
    "error": lambda response: Response("", 500),
    "no json": lambda response: Response("<p>Down for an hour.</p>"),
    "list": lambda response: Response("[1]", content_type="application/json"),
    "redirect": lambda response: Response("", 302, {"Location": "http://169.254.169.254/"}),
}


@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/jwks", "/oauth2/token", "/userinfo"])
def test_a_provider_with_a_fault_leads_back_to_the_login(path, fault, client, nora, provider_site, works):
    address = provider_site.log_in(begin(client, "works"), "nora")
    provider_site.answers[path] = BROKEN[fault]

    page = come_back(client, address)

    assert said(page) in (SILENT, DOES_NOT_HOLD)
    assert page.redirect_chain[-1] == (reverse("account_login"), 302)
    assert not somebody_is_in(client)


def test_a_provider_that_is_down_leads_back_to_the_login(client, settings, taken_port):
    settings.FETCH_FROM_THIS_MACHINE = True
    IdentityProviderFactory(slug="works", issuer="https://127.0.0.1:1")

    page = client.post(reverse("openid_connect_login", args=["works"]), follow=True)

    assert said(page) == SILENT


def test_a_provider_on_a_private_address_is_never_asked(client, provider_site, settings, works):
    settings.FETCH_FROM_THIS_MACHINE = False

    page = client.post(reverse("openid_connect_login", args=["works"]), follow=True)

    assert said(page) == SILENT
    assert provider_site.asked == []


def test_a_provider_that_is_switched_off_is_not_there(client, nora, provider_site, works):
    address = provider_site.log_in(begin(client, "works"), "nora")
    works.off_at = NOW
    works.save()

    assert client.get(address.removeprefix("http://testserver")).status_code == 404
    assert client.post(reverse("openid_connect_login", args=["works"])).status_code == 404
    assert "Example Works" not in client.get(reverse("account_login")).content.decode()


# --- the pages --------------------------------------------------------------------------------------------


def test_login_and_sign_up_offer_the_provider(client, works):
    for page in ("account_login", "account_signup"):
        assert "Log in with Example Works" in client.get(reverse(page)).content.decode()


def test_the_login_leads_back_to_the_page_that_was_wanted(client, nora, provider_site, works):
    address = provider_site.log_in(begin(client, "works", next="/settings/"), "nora")

    assert come_back(client, address).redirect_chain[-1][0] == "/settings/"


def test_a_link_of_others_does_not_begin_a_login(client, provider_site, works):
    page = client.get(reverse("openid_connect_login", args=["works"]) + "?process=connect&auth_params=prompt%3Dnone")

    assert page.status_code == 200
    assert provider_site.asked == []
    assert "socialaccount_states" not in client.session


def test_the_address_of_the_page_adds_nothing_to_the_request(client, works):
    page = reverse("openid_connect_login", args=["works"]) + "?auth_params=redirect_uri%3Dhttps://evil.test&scope=all"

    content = client.post(page).content.decode()

    assert "evil.test" not in content
    assert "scope=all" not in content


def test_logins_by_a_provider_are_limited(client, works):
    page = reverse("openid_connect_login", args=["works"])

    assert [client.post(page).status_code for _ in range(21)] == [200] * 20 + [429]
