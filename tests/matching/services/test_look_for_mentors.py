"""An admin starts the search for mentors."""

from __future__ import annotations

import pytest

from matching.models import HelpRequest
from matching.services.look_for_mentors import look_for_mentors
from tests.factories import HelpRequestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_only_open_requests_become_due(now):
    request, closed = HelpRequestFactory(), HelpRequestFactory(status="matched")

    assert look_for_mentors(help_request_ids=[request.pk, closed.pk], now=now) == 1
    assert list(HelpRequest.objects.filter(mentors_due_at=now)) == [request]
