"""Credentials: those of a mentor, and each as anybody may read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import User
from mentorship.models import Credential
from mentorship.open_badges import Issuer, read_signed


def credentials_of(person: User) -> QuerySet[Credential]:
    """Return the credentials of ``person`` as a mentor, the newest first."""
    rows = Credential.objects.filter(mentor__user=person).select_related("mentor__user", "revoked_by")
    return rows.order_by("-issued_at", "-pk")


def revoked_credentials() -> QuerySet[Credential]:
    """Return all revoked credentials, in the order in which they were revoked."""
    return Credential.objects.filter(revoked_at__isnull=False).order_by("revoked_at", "pk")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicCredential:
    """A credential for anybody.

    ``content`` is None if it is revoked, if its mentor was deleted, or if no key of today has signed it.
    """

    uuid: UUID
    from_on: date
    to_on: date
    is_revoked: bool
    is_orphan: bool
    signed: str
    content: Mapping[str, Any] | None

    @property
    def mentor(self) -> str:
        return self.content["credentialSubject"]["identifier"][0]["identityHash"] if self.content else ""


def public_credential(uuid: UUID, issuer: Issuer) -> PublicCredential | None:
    """Return the credential as anybody may read it. None if there is none. One query."""
    row = Credential.objects.filter(uuid=uuid).first()
    if row is None:
        return None
    is_revoked = row.revoked_at is not None
    return PublicCredential(
        uuid=row.uuid,
        from_on=row.from_on,
        to_on=row.to_on,
        is_revoked=is_revoked,
        is_orphan=row.mentor_id is None,
        signed="" if is_revoked else row.signed,
        content=None if is_revoked else read_signed(row.signed, issuer, settings.CREDENTIAL_KEYS),
    )
