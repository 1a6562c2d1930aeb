"""Two accounts of one person, of which one goes."""

from __future__ import annotations

import pytest

from tests.factories import UserFactory
from tests.merges import EARLIER


@pytest.fixture
def gone():
    return UserFactory(name="Anna Weber", email="anna.old@example.org", last_login=EARLIER)


@pytest.fixture
def stays():
    return UserFactory(name="Anna Weber", email="anna@example.org")
