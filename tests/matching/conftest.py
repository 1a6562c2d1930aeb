"""Situations that several tests of matching begin with."""

from __future__ import annotations

import pytest

from matching.text import encoder as encoders
from tests.factories import HelpRequestFactory, MatchFactory, MentorshipFactory
from tests.matching.helpers import abandoned_request


@pytest.fixture
def matched(alice, bob):
    """Return Alice's request that Bob accepted."""
    request = HelpRequestFactory(mentee=alice, status="matched", languages=["en"], why="I want to stay in the field.")
    mentorship = MentorshipFactory(goal=request.goal, mentor=bob.mentor)
    MatchFactory(help_request=request, mentor=bob.mentor, status="accepted", mentorship=mentorship)
    return request


@pytest.fixture
def asked():
    return MatchFactory(status="asked", help_request__mentee__name="Alice <b>Archer</b>")


@pytest.fixture
def offered():
    return MatchFactory(status="offered", mentor__user__name="Bob Baker")


@pytest.fixture
def abandoned():
    return abandoned_request(mentee__name="Alice Archer")


@pytest.fixture
def without_encoder(monkeypatch):
    """Run as if requirements-model.txt were not installed."""
    monkeypatch.setattr(encoders, "USE", None)
    encoders.encoder.cache_clear()
    yield
    encoders.encoder.cache_clear()
