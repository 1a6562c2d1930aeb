"""People and skills in the admin."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.factories import MentorFactory, UserFactory
from tests.helpers import run_admin_action

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_an_admin_trusts_a_bouncing_address_again(admin_client, now):
    user = UserFactory(bouncing_since_at=now)

    page = run_admin_action(admin_client, "accounts_user", "trust_address", user)

    user.refresh_from_db()
    assert "gets mail again" in page
    assert user.bouncing_since_at is None


@pytest.mark.parametrize("model", ["profile", "mentorprofile"])
def test_an_admin_deletes_no_profile(admin_client, model):
    mentor = MentorFactory()
    row = mentor if model == "mentorprofile" else mentor.user.profile

    answer = admin_client.post(reverse(f"admin:accounts_{model}_delete", args=[row.pk]), {"post": "yes"})
    run_admin_action(admin_client, f"accounts_{model}", "delete_selected", row)

    assert answer.status_code == 403
    assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("name", ["Python", "PYTHON", "nlp"])
def test_a_skill_with_a_known_name_or_alias_is_refused(admin_client, name):
    form = {"name": name, "field": "", "aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}

    response = admin_client.post(reverse("admin:accounts_skill_add"), form)

    assert "is there already" in response.content.decode()
