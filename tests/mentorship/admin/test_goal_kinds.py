"""Kinds of goals in the admin."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.urls import reverse

from mentorship.models import GoalKind

pytestmark = pytest.mark.django_db


def test_a_kind_that_lasts_less_than_a_week_is_refused_with_a_sentence(admin_client):
    kind = GoalKind.objects.get(code="promotion")
    form = {"name": kind.name, "phrase": kind.phrase, "usual_weeks": "0", "position": kind.position}

    page = admin_client.post(reverse("admin:mentorship_goalkind_change", args=[kind.pk]), form).content.decode()

    assert "A mentorship lasts one week at least." in page
    assert GoalKind.objects.get(pk=kind.pk).usual_weeks == kind.usual_weeks


def test_a_kind_without_a_length_is_never_stored():
    with pytest.raises(IntegrityError, match="goal_kind_lasts_a_week_at_least"):
        GoalKind.objects.filter(code="promotion").update(usual_weeks=0)
