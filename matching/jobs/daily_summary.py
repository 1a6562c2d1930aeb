"""The daily mail to the admins, who waits for them and what happened; and the posts to channels on Slack."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.db import transaction

from accounts.models import User
from accounts.notifications.schedule import instant_of
from accounts.notifications.write import notify, post
from accounts.selectors import admins
from accounts.sweep import each_due
from matching.selectors.queue import goals_without_mentor
from matching.selectors.summary import day_of_community

FROM = time(8)
MONDAY = 1


def send_daily_summaries(*, now: datetime) -> int:
    """Write to each admin once a day, from 08:00 their time on, if somebody waits for them. Return how many are new."""
    if not day_of_community(now=now).waiting:
        return 0
    return each_due(admins(), lambda admin_id: _write(admin_id, now=now))


def post_to_channels(*, now: datetime) -> int:
    """Post the day to the admins' channel from 08:00 UTC on, and on Mondays to the community's who looks for a mentor.

    Return how many posts are new. Where there is nothing to tell, or no channel, nothing is posted.
    """
    today = now.astimezone(UTC)
    new = 0
    if today.time() >= FROM and day_of_community(now=now).waiting:
        new += post(channel="admins", kind="daily_summary_post", key=today.date().isoformat(), payload={}, now=now)
    if today.time() >= FROM and today.isoweekday() == MONDAY and goals_without_mentor():
        key = today.date().isoformat()
        new += post(channel="community", kind="looking_for_mentors", key=key, payload={}, now=now)
    return new


@transaction.atomic
def _write(admin_id: int, *, now: datetime) -> bool:
    admin = User.objects.select_related("profile").get(pk=admin_id)
    today = now.astimezone(admin.profile.zone).date()
    if now < instant_of(datetime.combine(today, FROM), admin.profile.zone):
        return False
    return notify(recipient=admin, kind="daily_summary", key=today.isoformat(), payload={}, now=now)
