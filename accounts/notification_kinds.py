"""The messages of this app."""

from __future__ import annotations

from accounts.models import MentorProfile, Notification
from accounts.registry import Context, NotificationKind, register


def _account_mail(row: Notification) -> Context | None:
    return row.payload or None


def _mentor_with(*statuses: str):
    def context(row: Notification) -> Context | None:
        mentor = MentorProfile.objects.select_related("user").filter(uuid=row.payload["mentor"]).first()
        return {"mentor": mentor} if mentor and mentor.status in statuses else None

    return context


register(
    # Without its code nobody gets in; the same code twice does no harm.
    NotificationKind("account_mail", _account_mail, secret=True, account=True, if_in_doubt="resend"),
    NotificationKind("mentor_applied", _mentor_with(MentorProfile.Status.APPLIED)),
    NotificationKind("mentor_rejected", _mentor_with(MentorProfile.Status.REJECTED)),
)
