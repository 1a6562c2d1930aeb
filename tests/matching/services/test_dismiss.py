"""Dismissing a proposed mentor: "not for me"."""

from __future__ import annotations

import pytest

from matching.jobs.propose import propose_matches
from matching.models import Match
from matching.services.dismiss import dismiss_match
from tests.factories import MatchFactory, MentorFactory
from tests.helpers import kinds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_dismissing_makes_the_next_search_due_and_tells_nobody(now):
    match = MatchFactory()

    dismiss_match(match_id=match.pk, by=match.help_request.mentee, reason="too_far", now=now)

    match.refresh_from_db()
    assert (match.status, match.dismiss_reason, match.help_request.mentors_due_at) == ("dismissed", "too_far", now)
    assert kinds(match.mentor.user) == []


def test_a_dismissed_mentor_is_never_proposed_again_for_this_request(now):
    match, fresh = MatchFactory(), MentorFactory()
    dismiss_match(match_id=match.pk, by=match.help_request.mentee, reason="known", now=now)

    assert propose_matches(help_request_id=match.help_request_id, now=now) == 1

    assert Match.objects.get(status="proposed").mentor == fresh
    assert Match.objects.filter(mentor=match.mentor).count() == 1
