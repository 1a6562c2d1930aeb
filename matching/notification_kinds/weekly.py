"""The weekly mail to mentors."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from accounts.models import Notification
from accounts.notifications.registry import Context, Email, Group, NotificationKind, register
from matching.links import fitting_link
from matching.notification_kinds.rows import mentor_of
from matching.samples import about_fitting
from matching.selectors.fitting import FITTING_MAX, fitting_requests

WEEKLY = Group("weekly", gettext_lazy("with the requests that fit you, once a week"), default=Email.OFF)


def weekly_requests(row: Notification) -> Context | None:
    mentor = mentor_of(row)
    newer = Notification.objects.filter(
        recipient=row.recipient_id, kind="weekly_requests", created_at__gt=row.created_at
    )
    fitting = fitting_requests(mentor, now=row.moment)[:FITTING_MAX] if mentor and not newer.exists() else []
    return {"fitting": fitting, "link": fitting_link(mentor)} if mentor and fitting else None


register(
    NotificationKind(
        "weekly_requests", WEEKLY, gettext_lazy("requests fit you, once a week"), weekly_requests, about_fitting
    ),
)
