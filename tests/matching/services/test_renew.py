"""Renewing an open request."""

from __future__ import annotations

from datetime import timedelta

import pytest

from matching.exceptions import HelpRequestNotOpen
from matching.services.renew import renew_help_request
from tests.factories import HelpRequestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_renewing_answers_the_question_and_makes_the_next_search_due(now):
    request = HelpRequestFactory(opened_at=now - timedelta(days=60), still_looking_at=now - timedelta(days=1))

    renew_help_request(help_request_id=request.pk, by=request.mentee, now=now)

    request.refresh_from_db()
    assert (request.renewed_at, request.still_looking_at, request.mentors_due_at) == (now, None, now)


@pytest.mark.parametrize("status", ["draft", "matched", "closed", "withdrawn", "expired"])
def test_only_open_requests_are_renewed(status, now):
    request = HelpRequestFactory(status=status)

    with pytest.raises(HelpRequestNotOpen):
        renew_help_request(help_request_id=request.pk, by=request.mentee, now=now)
