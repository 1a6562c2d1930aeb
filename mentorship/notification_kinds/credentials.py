"""The message about a credential that an admin revoked."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy

from accounts.models import Notification
from accounts.notifications.registry import Context, NotificationKind, register
from accounts.samples import SAMPLE_LINK
from mentorship.links import credential_link
from mentorship.notification_kinds.mentorships import MENTORSHIPS
from mentorship.selectors.credentials import credentials_of


def credential_revoked(row: Notification) -> Context | None:
    credential = credentials_of(row.person).filter(uuid=row.payload["credential"], revoked_at__isnull=False).first()
    if credential is None:
        return None
    return {
        "from_on": credential.from_on,
        "to_on": credential.to_on,
        "reason": credential.revoked_reason,
        "link": credential_link(credential.uuid),
    }


def _sample() -> Context:
    return {
        "from_on": date(2026, 1, 1),
        "to_on": date(2026, 6, 30),
        "reason": "Two of its sessions were entered by mistake.",
        "link": SAMPLE_LINK,
    }


register(
    NotificationKind(
        "credential_revoked",
        MENTORSHIPS,
        gettext_lazy("the organisers have revoked a credential of yours"),
        credential_revoked,
        _sample,
    ),
)
