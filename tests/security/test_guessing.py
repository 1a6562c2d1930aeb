"""Limits on guessing are exact: for forty logins at once, and whatever address a client says it has."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client

from tests.factories import PASSWORD, UserFactory

AT_ONCE = 40
# allauth's own limits: wrong passwords of one account in five minutes, and of one address in a minute.
OF_ACCOUNT, OF_ADDRESS = 5, 10

pytestmark = pytest.mark.usefixtures("rung")


@pytest.fixture
def mina():
    mina = UserFactory(email="mina@example.org")
    mina.set_password(PASSWORD)
    mina.save()
    return mina


def log_in(email: str, password: str, **request: str) -> str:
    """Return the code of the refusal, or nothing."""
    body = {"email": email, "password": password}
    path = "/_allauth/app/v1/auth/login"
    answer = Client().post(path, body, content_type="application/json", **request)
    return answer.json()["errors"][0]["code"] if answer.status_code == 400 else ""


@pytest.mark.django_db(transaction=True)
def test_five_of_forty_wrong_passwords_at_once_are_looked_at(mina):
    start = Barrier(AT_ONCE, timeout=20)

    def guess(number: int) -> str:
        start.wait()
        try:
            address = f"10.1.0.{number}"
            return log_in(mina.email, f"wrong-horse-{number}", REMOTE_ADDR=address, HTTP_X_FORWARDED_FOR=address)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = Counter(threads.map(guess, range(AT_ONCE)))

    assert answers == {"email_password_mismatch": OF_ACCOUNT, "too_many_login_attempts": AT_ONCE - OF_ACCOUNT}
    assert log_in(mina.email, PASSWORD, REMOTE_ADDR="10.2.0.1") == "too_many_login_attempts"


@pytest.mark.django_db
@pytest.mark.parametrize("proxies", [0, 1])
def test_a_forged_address_counts_as_the_real_one(proxies, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies

    # The proxy appends the address that it sees to what the client sent.
    answers = [
        log_in(
            f"nobody{number}@example.org",
            "wrong-horse",
            REMOTE_ADDR="10.3.0.1",
            HTTP_X_FORWARDED_FOR=f"10.4.0.{number}, 10.5.0.1",
        )
        for number in range(OF_ADDRESS + 1)
    ]

    assert answers == ["email_password_mismatch"] * OF_ADDRESS + ["too_many_login_attempts"]
