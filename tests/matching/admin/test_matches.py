"""Matches in the admin."""

from __future__ import annotations

import pytest
from django.urls import reverse

from matching.models import Clarification
from tests.factories import NOW, MatchFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def match():
    match = MatchFactory(status="clarifying")
    Clarification.objects.update(answer="For one advert.", answered_at=NOW)
    Clarification.objects.create(match=match, number=2, question="By which day?", asked_at=NOW)
    MatchFactory(status="clarifying", clarifications__question="Is this of another match?")
    return match


def test_the_questions_asked_back_are_shown_at_their_match(admin_client, match):
    page = admin_client.get(reverse("admin:matching_match_change", args=[match.pk])).content.decode()

    for text in ("Is the CV for one advert, or for several?", "For one advert.", "By which day?"):
        assert text in page
    assert "of another match" not in page
    assert "<textarea" not in page


def test_the_questions_asked_back_are_not_changed_by_admins(admin_client, match):
    form = {
        "clarifications-TOTAL_FORMS": 1,
        "clarifications-INITIAL_FORMS": 0,
        "clarifications-0-number": 2,
        "clarifications-0-question": "Changed?",
    }

    response = admin_client.post(reverse("admin:matching_match_change", args=[match.pk]), form)

    assert response.status_code == 403
    assert not Clarification.objects.filter(question="Changed?").exists()
