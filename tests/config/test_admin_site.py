"""The admin opens for staff only, and every page in it."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.urls import reverse

from mentorship.models import Exclusion
from tests.factories import (
    MatchFactory,
    MentorshipFactory,
    MilestoneFactory,
    NotificationFactory,
    SessionFactory,
    StepFactory,
)
from tests.helpers import log_in_with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def rows():
    match = MatchFactory(status="asked")
    mentorship = MentorshipFactory(mentor=match.mentor, goal=match.help_request.goal)
    SessionFactory(mentorship=mentorship, status="confirmed")
    StepFactory(mentorship=mentorship, milestone=MilestoneFactory(goal=mentorship.goal))
    NotificationFactory()
    pair = sorted([match.mentor.user, match.help_request.mentee], key=lambda user: user.pk)
    Exclusion.objects.create(first=pair[0], second=pair[1], reason="conflict")


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model._meta.label_lower)
def test_list_search_and_detail_of_every_model_open(model, admin_client, admin_user, rf, rows):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert admin_client.get(reverse(f"{name}_changelist")).status_code == 200
    if admin.site._registry[model].search_fields:
        assert admin_client.get(reverse(f"{name}_changelist"), {"q": "a"}).status_code == 200
    request = rf.get("/")
    request.user = admin_user
    row = admin.site._registry[model].get_queryset(request).first()
    if row is not None:
        assert admin_client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200


def test_the_home_of_the_admin_shows_the_outbox_once(admin_client):
    page = admin_client.get(reverse("admin:index")).content.decode()

    assert page.count("The program that sends mail has not been seen at work yet.") == 1


def test_a_member_cannot_open_the_admin(client, alice):
    client.force_login(alice)

    assert client.get(reverse("admin:index")).status_code == 302


def test_staff_open_the_admin_without_being_superusers(client, alice):
    alice.give_role("owner")
    alice.save()
    log_in_with_second_factor(client, alice)

    assert client.get(reverse("admin:accounts_mentorprofile_changelist")).status_code == 200
