"""Fixtures for every test. Alice owns, Bob is the other side, Charlie must see nothing."""

from __future__ import annotations

import socket

import pytest
from django.db import connection
from django.test import TransactionTestCase
from rest_framework.test import APIClient

from accounts import doorbell
from matching.selectors.snapshot import forget_community
from tests.factories import NOW, MentorFactory, UserFactory
from tests.helpers import log_in_with_second_factor

# Tables that migrations fill. Django's own clean-up would empty these too, and write 8,000 rows again.
SEEDED = {
    "accounts_communityrules",
    "accounts_skill",
    "accounts_skill_part_of",
    "accounts_skillalias",
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "mentorship_goalkind",
    "mentorship_sessionkind",
}


def _empty_all_except_seeded(test_case) -> None:
    tables = ", ".join(sorted(set(connection.introspection.table_names()) - SEEDED))
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables}")


@pytest.fixture(autouse=True, scope="session")
def _quick_clean_up_after_commits():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _empty_all_except_seeded)
        yield


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def api():
    """Return a function that makes an API client for a person, or for nobody."""

    def client(user=None) -> APIClient:
        api_client = APIClient()
        if user is not None and user.is_staff:
            log_in_with_second_factor(api_client, user)
        elif user is not None:
            api_client.force_authenticate(user)
        return api_client

    return client


@pytest.fixture(autouse=True)
def _empty_copy_of_the_community():
    forget_community()


@pytest.fixture(autouse=True)
def _doorbell_is_awake(monkeypatch):
    monkeypatch.setattr(doorbell, "_quiet_until", 0.0)


@pytest.fixture
def rung(monkeypatch):
    """Return the list of tasks that the doorbell was rung for. Nothing goes to the broker."""
    calls = []
    monkeypatch.setattr(doorbell, "ring", lambda task, *args: calls.append((task.name, *args)) or True)
    return calls


@pytest.fixture
def taken_port():
    """Return the port of a server that accepts and never answers, as a frozen one does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def admin(db):
    return UserFactory(is_staff=True, email="admin@example.org")


@pytest.fixture
def alice(db):
    return UserFactory(name="Alice Archer", email="alice@example.org")


@pytest.fixture
def bob(db):
    return MentorFactory(user__name="Bob Baker", user__email="bob@example.org").user


@pytest.fixture
def charlie(db):
    return MentorFactory(user__name="Charlie Cook", user__email="charlie@example.org").user


@pytest.fixture
def admin_user(db):
    return UserFactory(name="Ada Admin", email="ada@example.org", is_staff=True, is_superuser=True)


@pytest.fixture
def admin_client(client, admin_user):
    log_in_with_second_factor(client, admin_user)
    return client


@pytest.fixture
def german_too(settings):
    """Offer the site in German as well. Django and its packages bring German catalogues."""
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
