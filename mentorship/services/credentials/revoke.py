"""Revoking a credential, as its mentor or as an admin."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.locks import lock_mentor
from accounts.models import User
from accounts.notifications.write import notify
from mentorship.exceptions import CredentialRevokedAlready
from mentorship.models import Credential


@transaction.atomic
def revoke_credential(*, credential_id: int, by: User, now: datetime) -> Credential:
    """Revoke one's own credential for good. Raises CredentialRevokedAlready."""
    return _revoke(credential_id, by=by, reason="", now=now)


@transaction.atomic
def revoke_credential_as_admin(*, credential_id: int, by: User, reason: str, now: datetime) -> Credential:
    """Revoke a credential for good. Its mentor, if still here, is told with the ``reason``.

    Raises CredentialRevokedAlready.
    """
    credential = _revoke(credential_id, by=by, reason=reason, now=now)
    if credential.mentor is not None:
        key, mentor = str(credential.uuid), credential.mentor.user
        notify(recipient=mentor, kind="credential_revoked", key=key, payload={"credential": key}, now=now)
    return credential


def _revoke(credential_id: int, *, by: User, reason: str, now: datetime) -> Credential:
    mentor_id = Credential.objects.values_list("mentor_id", flat=True).get(pk=credential_id)
    mentor = lock_mentor(mentor_id) if mentor_id else None
    credential = Credential.objects.select_for_update(no_key=True).get(pk=credential_id)
    credential.mentor = mentor
    if credential.revoked_at is not None:
        raise CredentialRevokedAlready(_("This credential was revoked before."))
    credential.revoked_at, credential.revoked_by, credential.revoked_reason = now, by, reason if mentor else ""
    credential.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    return credential
