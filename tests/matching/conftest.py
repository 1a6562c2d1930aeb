"""Situations that several tests of matching begin with."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import MentorProfile
from matching.text import encoder as encoders
from tests.factories import HandoverFactory, HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory
from tests.matching.helpers import abandoned_request, mentorship_of


@pytest.fixture
def matched(alice, bob):
    """Return Alice's request that Bob accepted."""
    request = HelpRequestFactory(mentee=alice, status="matched", languages=["en"], why="I want to stay in the field.")
    mentorship = MentorshipFactory(goal=request.goal, mentor=bob.mentor)
    MatchFactory(help_request=request, mentor=bob.mentor, status="accepted", mentorship=mentorship)
    return request


@pytest.fixture
def pause(matched, bob):
    """Return the open handover of Alice, whose mentor Bob pauses for long."""
    MentorProfile.objects.filter(user=bob).update(
        status="paused", pause_cause="own_wish", paused_until_on=date(2030, 1, 25)
    )
    return HandoverFactory(mentorship=mentorship_of(matched))


@pytest.fixture
def gone(matched, bob):
    """Return the open handover of Alice, whose mentor Bob is suspended."""
    MentorProfile.objects.filter(user=bob).update(status="suspended")
    return HandoverFactory(mentorship=mentorship_of(matched), cause="suspended")


@pytest.fixture
def successor():
    return MentorFactory(user__name="Sue Cooper", user__email="sue@example.org")


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
