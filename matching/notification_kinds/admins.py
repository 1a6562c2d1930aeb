"""The daily summary for admins, and posts to channels on Slack."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.models import Notification, TrialMode, User
from accounts.notifications.registry import ADMINS, CHANNEL, Context, NotificationKind, register
from accounts.open_escalations import Owner, open_counts, rules_in_force
from accounts.samples import sample_mentee
from accounts.selectors import trial_mode_in_force
from matching.notification_kinds.rows import zone_of
from matching.samples import ASKED_AT, LINK_PATH
from matching.selectors.queue import goals_without_mentor
from matching.selectors.summary import Day, WaitingCount, day_of_community


def daily_summary(row: Notification) -> Context | None:
    """Return what waits, and trial mode if it is on: nobody must forget it."""
    day, trial = day_of_community(now=row.created_at, reader=row.person), trial_mode_in_force()
    if not day.waiting and trial is None:
        return None
    return {"day": day, "trial": trial, "zone": zone_of(row), **_of(row.person, row.created_at)}


def _of(admin: User, now: datetime) -> dict[str, object]:
    """Return how much is assigned to an admin or falls under a rule of theirs, and the page that shows it."""
    rules = [rule for rule in rules_in_force() if admin.has_perm(rule.kind.view_permission)]
    counts = open_counts(rules, now=now, owner=Owner.MINE, reader=admin)
    page = f"{reverse('admin:index')}?{urlencode({'owner': Owner.MINE.value})}"
    return {"mine": sum(counted.count for counted in counts), "page_of_mine": page}


def daily_summary_post(row: Notification) -> Context | None:
    day = day_of_community(now=row.created_at)
    return {"day": day} if day.waiting and _is_newest_post(row) else None


def looking_for_mentors(row: Notification) -> Context | None:
    goals = goals_without_mentor()
    return {"goals": goals} if goals and _is_newest_post(row) else None


def _is_newest_post(row: Notification) -> bool:
    """Return whether there is no later post of this kind: after an outage one is enough."""
    later = Notification.objects.filter(recipient=None, channel=row.channel, kind=row.kind)
    return not later.filter(created_at__gt=row.created_at).exists()


def _sample_looking() -> Context:
    return {"goals": [("Academia to industry", "data science", 2), ("Promotion", "public health", 1)]}


def _sample_day() -> Context:
    waiting = (
        WaitingCount(2, "waiting to be let in as mentors", ASKED_AT, LINK_PATH),
        WaitingCount(1, "asking for help for whom nobody was found", ASKED_AT, LINK_PATH),
    )
    return {
        "day": Day(waiting, joined=4, opened=3, accepted=1),
        "trial": TrialMode(is_on=True, since_at=ASKED_AT, addresses=["sam@example.org", "amina@example.org"]),
        "zone": sample_mentee().profile.zone,
        "mine": 1,
        "page_of_mine": LINK_PATH,
    }


register(
    NotificationKind(
        "daily_summary",
        ADMINS,
        gettext_lazy("somebody waits for the admins, once a day"),
        daily_summary,
        _sample_day,
        permission="matching.view_summary",
    ),
    NotificationKind(
        "daily_summary_post",
        CHANNEL,
        gettext_lazy("somebody waits for the admins, once a day"),
        daily_summary_post,
        _sample_day,
    ),
    NotificationKind(
        "looking_for_mentors",
        CHANNEL,
        gettext_lazy("people look for a mentor and nobody was found, once a week and without names"),
        looking_for_mentors,
        _sample_looking,
    ),
)
