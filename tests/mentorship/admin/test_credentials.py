"""Credentials in the admin: read, and revoked with a reason."""

from __future__ import annotations

import pytest
from django.urls import reverse

from mentorship.models import Credential
from tests.factories import CredentialFactory
from tests.helpers import kinds, run_admin_action

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

LIST = reverse("admin:mentorship_credential_changelist")


def revoke(admin_client, row, reason: str) -> str:
    form = {"action": "revoke", "_selected_action": [row.pk], "reason": reason}
    return admin_client.post(LIST, form, follow=True).content.decode()


def test_an_admin_revokes_a_credential_with_a_reason_once(admin_client, admin_user):
    row = CredentialFactory()

    asked = run_admin_action(admin_client, "mentorship_credential", "revoke", row)
    first, second = revoke(admin_client, row, "A mistake."), revoke(admin_client, row, "Again.")

    row.refresh_from_db()
    assert "Revoke for good, and tell the mentor?" in asked
    assert "is revoked, and the mentor gets a mail with the reason" in first
    assert "was revoked before" in second
    assert (row.revoked_by, row.revoked_reason) == (admin_user, "A mistake.")
    assert kinds(row.mentor.user) == ["credential_revoked"]


def test_nothing_is_revoked_without_a_reason(admin_client):
    assert "Give a reason" in revoke(admin_client, CredentialFactory(), " ")

    assert Credential.objects.get().revoked_at is None


def test_admins_cannot_change_a_credential(admin_client):
    row = CredentialFactory()

    page = admin_client.get(reverse("admin:mentorship_credential_change", args=[row.pk])).content.decode()

    assert str(row.uuid) in page
    assert 'name="signed"' not in page
