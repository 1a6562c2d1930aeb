"""The states of a mentor."""

from __future__ import annotations

import pytest

from accounts.models import MentorProfile
from tests.factories import MentorFactory
from tests.helpers import statuses_after

pytestmark = pytest.mark.django_db

MOVES = {
    "applied": {"approved", "rejected", "suspended"},
    "approved": {"paused", "suspended"},
    "paused": {"approved", "suspended"},
    "rejected": {"applied", "suspended"},
    "suspended": {"applied", "approved", "paused"},
}


@pytest.mark.parametrize("status", MentorProfile.Status.values)
def test_only_the_listed_moves_are_possible(status):
    assert statuses_after(MentorFactory(status=status)) == MOVES[status]
