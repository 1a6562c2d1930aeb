"""The daily mail to the admins: who waits for them, and what happened."""

from __future__ import annotations

from datetime import datetime, time

from django.db import transaction

from accounts.models import User
from accounts.selectors import admins
from accounts.services.notify import notify
from accounts.when import instant_of
from matching.jobs.sweep import each_due
from matching.selectors.summary import day_of_community

FROM = time(8)


def send_daily_summaries(*, now: datetime) -> int:
    """Write to each admin once a day, from 08:00 their time on, if somebody waits for them. Return how many are new."""
    if not day_of_community(now=now).heaps:
        return 0
    return each_due(admins(), lambda admin_id: _write(admin_id, now=now))


@transaction.atomic
def _write(admin_id: int, *, now: datetime) -> bool:
    admin = User.objects.select_related("profile").get(pk=admin_id)
    today = now.astimezone(admin.profile.zone).date()
    if now < instant_of(datetime.combine(today, FROM), admin.profile.zone):
        return False
    return notify(recipient=admin, kind="daily_summary", key=today.isoformat(), payload={}, now=now)
