"""Admins see that there are steps and milestones, and none of their words."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.factories import MentorshipFactory, MilestoneFactory, StepFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_an_admin_reads_no_words_of_the_two(admin_client):
    mentorship = MentorshipFactory()
    milestone = MilestoneFactory(goal=mentorship.goal, title="Three interviews")
    step = StepFactory(mentorship=mentorship, what="Ask for a raise", milestone=milestone)

    for name, row in (("actionitem", step), ("milestone", milestone)):
        for address in (
            reverse(f"admin:mentorship_{name}_changelist"),
            reverse(f"admin:mentorship_{name}_change", args=[row.pk]),
        ):
            answer = admin_client.get(address)
            assert answer.status_code == 200
            page = answer.content.decode()
            assert "Ask for a raise" not in page
            assert "Three interviews" not in page
