"""Time must not tell who is a member: each branch hashes as often and writes as much."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Notification, Profile, User
from accounts.selectors import current_rules
from tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

AUTH = "/_allauth/app/v1/auth"
TAKEN, FREE = "taken@example.org", "free@example.org"
SIGN_UP = {"password": PASSWORD, "name": "Mina", "roles": ["mentee"], "accept_rules": True}


@dataclass
class Work:
    status: int
    hashes: int
    writes: Counter[str]
    queries: int


@pytest.fixture(autouse=True)
def member():
    member = UserFactory(email=TAKEN)
    member.set_password(PASSWORD)
    member.save()
    return member


@pytest.fixture
def work(monkeypatch):
    """Return a function that sends a request and returns the work that it took."""
    hashes = []
    for name in ("encode", "verify"):
        real = getattr(Argon2PasswordHasher, name)

        def counted(self, *args, real=real, **kwargs):
            hashes.append(1)
            return real(self, *args, **kwargs)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)

    def measure(path: str, body: dict, *, page: bool = False) -> Work:
        hashes.clear()
        client = Client()
        with CaptureQueriesContext(connection) as captured:
            form = {} if page else {"content_type": "application/json"}
            response = client.post(path if page else AUTH + path, body, **form)
        queries = [query["sql"] for query in captured.captured_queries if "SAVEPOINT" not in query["sql"]]
        writes = Counter(found[1] for sql in queries if (found := re.search(r'INSERT INTO "(\w+)"', sql)))
        return Work(response.status_code, len(hashes), writes, len(queries))

    return measure


def assert_the_same(one: Work, other: Work) -> None:
    assert (one.status, one.hashes) == (other.status, other.hashes)
    assert one.writes.keys() - {"django_cache"} == other.writes.keys() - {"django_cache"}
    assert abs(one.queries - other.queries) <= 4


def test_a_sign_up_with_a_taken_address_takes_as_much_work(work):
    free = work("/signup", SIGN_UP | {"email": FREE})
    taken = work("/signup", SIGN_UP | {"email": TAKEN})

    assert free.hashes == 1
    assert "accounts_user" in taken.writes
    assert_the_same(taken, free)


def test_a_sign_up_by_page_takes_as_much_work(work):
    form = SIGN_UP | {"password1": PASSWORD, "accept_rules": "on", "rules_version": current_rules().version}
    path = reverse("account_signup")

    assert_the_same(work(path, form | {"email": TAKEN}, page=True), work(path, form | {"email": FREE}, page=True))


def test_the_work_of_a_taken_address_leaves_nothing_behind(work):
    work("/signup", SIGN_UP | {"email": TAKEN})

    assert [list(model.objects.values_list("pk", flat=True)) for model in (User, Profile)] == [
        [User.objects.get().pk],
        [Profile.objects.get().pk],
    ]
    assert EmailAddress.objects.count() == 1
    assert Notification.objects.get().recipient.email == TAKEN


@pytest.mark.parametrize("address", [FREE, "gone@example.org"])
def test_a_reset_for_nobody_takes_as_much_work(work, address):
    UserFactory(email="gone@example.org", is_active=False)
    known = work("/password/request", {"email": TAKEN})
    unknown = work("/password/request", {"email": address})

    assert_the_same(unknown, known)
    assert Notification.objects.get().recipient.email == TAKEN
    assert mail.outbox == []


def test_a_reset_rings_for_nobody_as_well(work, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as rings:
        work("/password/request", {"email": FREE})

    assert len(rings) == 1


@pytest.mark.parametrize("address", [FREE, "gone@example.org", "imported@example.org", "waiting@example.org"])
def test_a_login_with_a_wrong_password_takes_as_much_work(work, address):
    UserFactory(email="gone@example.org", is_active=False, password="x")
    UserFactory(email="imported@example.org", password="!")
    waiting = UserFactory(email="waiting@example.org")
    waiting.set_password(PASSWORD)
    waiting.save()
    waiting.emailaddress_set.update(verified=False)
    known = work("/login", {"email": TAKEN, "password": "wrong-horse-battery"})
    unknown = work("/login", {"email": address, "password": "wrong-horse-battery"})

    assert known.hashes == 1
    assert_the_same(unknown, known)
