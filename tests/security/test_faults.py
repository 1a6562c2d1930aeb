"""A fault of ours leaves no password, token, text or address in the log or in the answer."""

from __future__ import annotations

import io
import logging

import pytest
from django.test import Client

from config.logs import CutSecrets
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

PASSWORD, WORDS, ADDRESS, TOKEN = (
    "hunter2-hunter2",
    "My private doubts",
    "mina.secret@example.org",
    "mentorship_pat_abcdef",
)
JSON = "application/json"


@pytest.fixture
def log():
    """All lines of all loggers, as production formats them."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(CutSecrets("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


def broken(*_args, **_kwargs):
    """Stand for a line of ours with a fault. Its frames hold the request with all that was sent."""
    raise RuntimeError("a fault of ours")


WAYS = {
    "log in": ("accounts.backends.AuthenticationBackend.authenticate", "post", "/_allauth/app/v1/auth/login", JSON),
    "log in by page": ("accounts.backends.AuthenticationBackend.authenticate", "post", "/accounts/login/", ""),
    "sign up": ("accounts.adapter.AccountAdapter.save_user", "post", "/_allauth/app/v1/auth/signup", JSON),
    "token": ("config.authentication.token_in_use", "get", "/api/v1/me/", JSON),
    "profile": ("accounts.api.people.MeView.patch", "patch", "/api/v1/me/", JSON),
    "page": ("accounts.pages.profile.update_profile", "post", "/profile/about/", ""),
}
BODY = {
    "email": ADDRESS,
    "login": ADDRESS,
    "password": PASSWORD,
    "password1": PASSWORD,
    "name": "Mina Secret",
    "roles": ["mentee"],
    "accept_rules": True,
    "bio": WORDS,
    "headline": WORDS,
    "part": "about",
    "timezone": "Europe/Berlin",
    "do": "save",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_fault_leaves_nothing_of_people_in_log_and_answer(way, log, monkeypatch):
    broken_part, method, path, content = WAYS[way]
    monkeypatch.setattr(broken_part, broken)
    client = Client(raise_request_exception=False)
    if way in ("profile", "page"):
        client.force_login(UserFactory(email=ADDRESS, name="Mina Secret"))
    headers = {"Authorization": f"Bearer {TOKEN}"} if way == "token" else {}

    answer = getattr(client, method)(path, BODY, headers=headers, **({"content_type": content} if content else {}))

    assert answer.status_code == 500
    assert "a fault of ours" in log.getvalue()
    for secret in (PASSWORD, WORDS, ADDRESS, TOKEN, "Mina Secret"):
        assert secret not in log.getvalue(), secret
        assert secret not in answer.content.decode(), secret
