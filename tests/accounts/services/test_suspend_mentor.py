"""Suspending a mentor."""

from __future__ import annotations

import pytest

from accounts.exceptions import MoveNotAllowed
from accounts.services.mentors import suspend_mentor

pytestmark = pytest.mark.django_db


def test_a_suspended_mentor_cannot_be_suspended_again(bob, now):
    suspend_mentor(mentor_id=bob.mentor.pk, now=now)

    with pytest.raises(MoveNotAllowed):
        suspend_mentor(mentor_id=bob.mentor.pk, now=now)
