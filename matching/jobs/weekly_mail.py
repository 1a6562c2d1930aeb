"""The weekly mail to mentors who want to choose whom to help."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import MentorProfile, Notification
from accounts.notifications.registry import wants_mail
from accounts.notifications.schedule import EARLIEST_ZONE, has_come
from accounts.notifications.write import notify
from accounts.sweep import each_due
from matching.notification_kinds.weekly import WEEKLY
from matching.selectors.fitting import fitting_requests, requests_about_goals_of

MONDAY, SENT_FROM = 1, time(9)


def send_weekly_requests(*, now: datetime) -> int:
    """Write to mentors who want it and have fitting requests, once a week from Monday 09:00 local time on.

    A mentor without fitting requests gets the mail later in the week, once there are some. Return how many are new.
    """
    newest = week_name(now.astimezone(UTC) + EARLIEST_ZONE)
    # In other zones the earlier week still runs. The unique key prevents a second mail there.
    done = Notification.objects.filter(recipient=OuterRef("user"), kind="weekly_requests", key=newest)
    wanting = MentorProfile.objects.filter(
        ~Exists(done),
        Exists(requests_about_goals_of(OuterRef("pk"))),
        wants_mail(WEEKLY, user="user"),
        status=MentorProfile.Status.APPROVED,
        user__is_active=True,
    )
    return each_due(wanting.order_by("status_since_at", "pk"), lambda mentor_id: _write(mentor_id, now=now))


@transaction.atomic
def _write(mentor_id: int, *, now: datetime) -> bool:
    mentor = MentorProfile.objects.select_related("user__profile").get(pk=mentor_id)
    zone = mentor.user.profile.zone
    local = now.astimezone(zone)
    if local.isoweekday() == MONDAY and not has_come(SENT_FROM, now=now, zone=zone):
        return False
    if not fitting_requests(mentor, now=now):
        return False
    payload = {"mentor": str(mentor.uuid)}
    return notify(recipient=mentor.user, kind="weekly_requests", key=week_name(local), payload=payload, now=now)


def week_name(moment: datetime) -> str:
    """Return the ISO year and week of ``moment`` on its own calendar, such as "2026-W48"."""
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02}"
