"""Requests whose mentorship is over are closed."""

from __future__ import annotations

import pytest

from matching.jobs.close import close_ended
from mentorship.models import Mentorship
from mentorship.services.end import end_mentorship
from tests.matching.helpers import mentorship_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.mark.parametrize("status", Mentorship.OVER)
def test_the_request_of_an_ended_mentorship_is_closed_once(status, matched, alice, now):
    end_mentorship(mentorship_id=mentorship_of(matched).pk, by=alice, status=status, reason="other", now=now)

    assert (close_ended(now=now), close_ended(now=now)) == (1, 0)

    matched.refresh_from_db()
    assert (matched.status, matched.closed_at) == ("closed", now)


@pytest.mark.parametrize("is_paused", [False, True])
def test_the_request_of_a_running_mentorship_stays_matched(is_paused, matched, now):
    if is_paused:
        Mentorship.objects.get().move_to(Mentorship.Status.PAUSED, at=now)

    assert close_ended(now=now) == 0
