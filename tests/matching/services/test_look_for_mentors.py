"""An admin starts the search for mentors."""

from __future__ import annotations

import pytest

from matching.models import HelpRequest
from matching.services.look_for_mentors import look_for_mentors
from tests.factories import HelpRequestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_only_open_requests_of_others_become_due(admin_user, now):
    request, closed = HelpRequestFactory(), HelpRequestFactory(status="matched")
    own = HelpRequestFactory(mentee=admin_user)
    HelpRequest.objects.update(mentors_due_at=None)
    ids = [request.pk, closed.pk, own.pk]

    assert look_for_mentors(help_request_ids=ids, by=admin_user, now=now) == 1
    assert list(HelpRequest.objects.filter(mentors_due_at=now)) == [request]
