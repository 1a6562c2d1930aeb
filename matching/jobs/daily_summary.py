"""The daily mail to admins, and the posts to channels on Slack."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.db import transaction

from accounts.models import Notification, User
from accounts.notifications.schedule import has_come
from accounts.notifications.write import notify, post
from accounts.selectors import admins_who_may, trial_mode_in_force
from accounts.sweep import each_due
from matching.selectors.queue import goals_without_mentor
from matching.selectors.summary import day_of_community

SENT_FROM = time(8)
MONDAY = 1


def send_daily_summaries(*, now: datetime) -> int:
    """Write the daily mail to admins from 08:00 local time on, if somebody waits for them or trial mode is on.

    Return how many are new.
    """
    return each_due(admins_who_may("matching.view_summary"), lambda admin_id: _write(admin_id, now=now))


def post_to_channels(*, now: datetime) -> int:
    """Post the daily summary for admins from 08:00 UTC on, and on Mondays the goals without a mentor. Return how many.

    Nothing is posted without content, or without a channel in the settings.
    """
    if not has_come(SENT_FROM, now=now, zone=UTC):
        return 0
    today = now.astimezone(UTC).date()
    new, key = 0, today.isoformat()
    if day_of_community(now=now).waiting:
        new += post(channel="admins", kind="daily_summary_post", key=key, payload={}, now=now)
    if today.isoweekday() == MONDAY and goals_without_mentor():
        new += post(channel="community", kind="looking_for_mentors", key=key, payload={}, now=now)
    return new


@transaction.atomic
def _write(admin_id: int, *, now: datetime) -> bool:
    admin = User.objects.select_related("profile").get(pk=admin_id)
    zone = admin.profile.zone
    if not has_come(SENT_FROM, now=now, zone=zone):
        return False
    key = now.astimezone(zone).date().isoformat()
    written = Notification.objects.filter(recipient=admin, kind="daily_summary", key=key)
    if written.exists():
        return False
    if not day_of_community(now=now, reader=admin).waiting and not trial_mode_in_force():
        return False
    return notify(recipient=admin, kind="daily_summary", key=key, payload={}, now=now)
