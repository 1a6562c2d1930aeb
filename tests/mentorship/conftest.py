"""The situation that most tests of mentorships begin with."""

from __future__ import annotations

import pytest

from tests.factories import MentorshipFactory


@pytest.fixture
def mentorship(alice, bob):
    return MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)
