"""Handovers in the admin: who waits for a choice, and since when."""

from __future__ import annotations

import pytest

from tests.factories import NOW, HandoverFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/matching/handover/"


def test_the_list_names_who_waits(admin_client):
    HandoverFactory(mentorship__goal__mentee__name="Alice Archer", mentorship__mentor__user__name="Bob Baker")
    HandoverFactory(mentorship__goal__mentee__name="Carla Closed", closed_at=NOW)

    page = admin_client.get(LIST, {"closed_at__isempty": "1"}).content.decode()

    assert "Alice Archer" in page
    assert "Bob Baker" in page
    assert "Carla Closed" not in page


def test_a_handover_is_not_changed_there(admin_client):
    handover = HandoverFactory()

    answer = admin_client.post(f"{LIST}{handover.pk}/change/", {"choice": "wait"})

    handover.refresh_from_db()
    assert (answer.status_code, handover.choice) == (403, "")
