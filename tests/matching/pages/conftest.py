"""A cohort that people join, and a member who is logged in."""

from __future__ import annotations

import pytest

from tests.factories import CohortFactory


@pytest.fixture
def cohort():
    return CohortFactory(
        name="Spring",
        about="Twelve weeks.\nFor all.",
        joins_until_on="2099-01-01",
        starts_on="2099-01-08",
        ends_on="2099-06-01",
    )


@pytest.fixture
def member(client, alice):
    client.force_login(alice)
    return client
