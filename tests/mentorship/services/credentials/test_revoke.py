"""Revoking credentials, as their mentor and as an admin."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from mentorship.exceptions import CredentialRevokedAlready
from mentorship.models import Credential
from mentorship.services.credentials.revoke import revoke_credential, revoke_credential_as_admin
from tests.factories import NOW, CredentialFactory
from tests.helpers import kinds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def credential(bob):
    return CredentialFactory(mentor=bob.mentor)


def test_a_mentor_revokes_a_credential_without_a_mail(credential, bob):
    revoke_credential(credential_id=credential.pk, by=bob, now=NOW)

    credential.refresh_from_db()
    assert (credential.revoked_at, credential.revoked_by, credential.revoked_reason) == (NOW, bob, "")
    assert kinds(bob) == []


def test_an_admin_revokes_with_a_reason_and_the_mentor_is_told(credential, bob, admin_user):
    revoke_credential_as_admin(credential_id=credential.pk, by=admin_user, reason="A mistake.", now=NOW)

    credential.refresh_from_db()
    assert (credential.revoked_by, credential.revoked_reason) == (admin_user, "A mistake.")
    assert kinds(bob) == ["credential_revoked"]


def test_a_credential_is_revoked_once_and_for_good(credential, bob, admin_user):
    revoke_credential(credential_id=credential.pk, by=bob, now=NOW)

    with pytest.raises(CredentialRevokedAlready):
        revoke_credential_as_admin(credential_id=credential.pk, by=admin_user, reason="Late.", now=NOW)
    for later in (None, NOW + timedelta(days=1)):
        with pytest.raises(IntegrityError, match="stays revoked"), transaction.atomic():
            Credential.objects.filter(pk=credential.pk).update(revoked_at=later)
