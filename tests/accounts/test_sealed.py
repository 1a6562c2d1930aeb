"""Secrets of second factors are encrypted in the database, and stay readable while the key is known."""

from __future__ import annotations

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection
from django.test import Client

from accounts.sealed import CannotOpen, seal, unseal
from tests.factories import PASSWORD, UserFactory
from tests.helpers import code_for


@pytest.fixture(autouse=True)
def _a_code_may_be_half_a_minute_old(settings):
    settings.MFA_TOTP_TOLERANCE = 1


def stored() -> str:
    """Return all that the database holds of second factors, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, ' ') FROM mfa_authenticator")
        return cursor.fetchone()[0]


def log_in(user, code: str):
    """Return the answer to the second step of a login."""
    address = "/_allauth/app/v1/auth"
    form = {"email": user.email, "password": PASSWORD}
    token = Client().post(f"{address}/login", form, content_type="application/json").json()["meta"]["session_token"]
    return Client().post(
        f"{address}/2fa/authenticate",
        {"code": code},
        content_type="application/json",
        headers={"X-Session-Token": token},
    )


@pytest.fixture
def mina(db):
    mina = UserFactory(email="mina@example.org")
    mina.set_password(PASSWORD)
    mina.save()
    return mina


def test_the_database_holds_no_secret_that_can_be_read(alice):
    secret = generate_totp_secret()
    app, codes = TOTP.activate(alice, secret), RecoveryCodes.activate(alice)

    assert secret not in stored()
    assert RecoveryCodes(codes.instance).generate_codes() == codes.generate_codes()
    assert app.validate_code(code_for(secret))


def test_the_same_secret_is_never_stored_the_same_way():
    assert seal("JBSWY3DPEHPK3PXP") != seal("JBSWY3DPEHPK3PXP")


def test_an_earlier_key_still_opens(mina, settings):
    secret = generate_totp_secret()
    TOTP.activate(mina, secret)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new key", [settings.SECRET_KEY]

    assert log_in(mina, code_for(secret)).status_code == 200


def test_a_lost_key_is_told_in_words(mina, settings):
    secret = generate_totp_secret()
    TOTP.activate(mina, secret)
    settings.SECRET_KEY = "a new key"

    response = log_in(mina, code_for(secret))

    assert response.status_code == 400
    assert "Ask the people who run this site to reset it" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize("text", ["", "JBSWY3DPEHPK3PXP", "gAAAAA", "é"])
def test_a_text_that_is_not_sealed_cannot_be_opened(text):
    with pytest.raises(CannotOpen):
        unseal(text)
