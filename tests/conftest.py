"""What every test may ask for. Alice owns, Bob is the other side, Charlie must see nothing."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from accounts import doorbell
from tests.factories import NOW, MentorFactory, UserFactory


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def api():
    """Return a function from a person (or nobody) to their API client."""

    def client(user=None) -> APIClient:
        api_client = APIClient()
        if user is not None:
            api_client.force_authenticate(user)
        return api_client

    return client


@pytest.fixture(autouse=True)
def _doorbell_is_awake():
    doorbell.wake()


@pytest.fixture
def rung(monkeypatch):
    """Return the list of tasks that the doorbell was rung for; nothing goes to the broker."""
    calls = []
    monkeypatch.setattr(doorbell, "ring", lambda task, *args: calls.append((task.name, *args)) or True)
    return calls


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
