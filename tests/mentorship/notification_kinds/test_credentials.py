"""The mail about a credential that an admin revoked."""

from __future__ import annotations

import pytest
from django.core import mail

from mentorship.services.credentials.revoke import revoke_credential_as_admin
from tests.factories import NOW, CredentialFactory
from tests.helpers import send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_the_mail_has_the_reason_and_the_public_page(admin_user):
    row = CredentialFactory()
    revoke_credential_as_admin(credential_id=row.pk, by=admin_user, reason="Two sessions were a mistake.", now=NOW)

    send(NOW)

    [message] = mail.outbox
    assert message.subject == "A credential of yours was revoked"
    assert "Two sessions were a mistake." in message.body
    assert f"/credentials/{row.uuid}/" in message.body
