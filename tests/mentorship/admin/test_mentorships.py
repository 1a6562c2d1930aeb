"""Mentorships and exclusions in the admin."""

from __future__ import annotations

import pytest
from django.urls import reverse

from mentorship.models import Exclusion
from tests.factories import MentorshipFactory
from tests.helpers import run_admin_action

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_an_admin_ends_a_mentorship_once(admin_client, admin_user):
    mentorship = MentorshipFactory()

    first = run_admin_action(admin_client, "mentorship_mentorship", "complete", mentorship)
    second = run_admin_action(admin_client, "mentorship_mentorship", "end_early", mentorship)

    assert "both get a mail" in first
    assert "not possible any more: the mentorship is completed" in second
    mentorship.refresh_from_db()
    assert (mentorship.status, mentorship.ended_by) == ("completed", admin_user)


def test_an_exclusion_is_entered_in_any_order(admin_client, alice, bob):
    later, earlier = sorted([alice.pk, bob.pk], reverse=True)
    form = {"first": later, "second": earlier, "reason": "manager"}

    admin_client.post(reverse("admin:mentorship_exclusion_add"), form)

    exclusion = Exclusion.objects.get()
    assert (exclusion.first_id, exclusion.second_id) == (earlier, later)
