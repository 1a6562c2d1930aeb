"""Situations that several tests of matching begin with."""

from __future__ import annotations

import pytest

from tests.factories import HelpRequestFactory, MatchFactory, MentorshipFactory


@pytest.fixture
def matched(alice, bob):
    """Return Alice's request that Bob accepted."""
    request = HelpRequestFactory(mentee=alice, status="matched", languages=["en"], why="I want to stay in the field.")
    mentorship = MentorshipFactory(goal=request.goal, mentor=bob.mentor)
    MatchFactory(help_request=request, mentor=bob.mentor, status="accepted", mentorship=mentorship)
    return request
