"""The weekly mail to mentors who want to choose whom to help."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import MentorProfile, Notification
from accounts.notifications.registry import wants_mail
from accounts.notifications.write import notify
from accounts.sweep import each_due
from matching.models import HelpRequest, Match
from matching.notification_kinds.weekly import WEEKLY
from matching.selectors.visibility import fitting_requests

MONDAY, FROM_HOUR = 1, 9
# Where the week begins first, as far from UTC as any zone is.
FIRST_OF_ALL = timedelta(hours=14)


def send_weekly_requests(*, now: datetime) -> int:
    """Write to mentors who want it and have requests that fit, once a week from Monday 09:00 their time on.

    Return how many messages are new. Who has nothing that fits yet gets it when something does.
    """
    newest = week_name(now.astimezone(UTC) + FIRST_OF_ALL)
    # Who lives behind may have had the mail of an earlier week only; the key decides.
    done = Notification.objects.filter(recipient=OuterRef("user"), kind="weekly_requests", key=newest)
    fitting = Match.objects.filter(
        mentor=OuterRef("pk"), status=Match.Status.PROPOSED, help_request__status=HelpRequest.Status.OPEN
    )
    wanting = MentorProfile.objects.filter(
        ~Exists(done),
        Exists(fitting),
        wants_mail(WEEKLY, user="user"),
        status=MentorProfile.Status.APPROVED,
        user__is_active=True,
    )
    return each_due(wanting.order_by("status_since_at", "pk"), lambda mentor_id: _write(mentor_id, now=now))


@transaction.atomic
def _write(mentor_id: int, *, now: datetime) -> bool:
    mentor = MentorProfile.objects.select_related("user__profile").get(pk=mentor_id)
    local = now.astimezone(mentor.user.profile.zone)
    if (local.isoweekday() == MONDAY and local.hour < FROM_HOUR) or not fitting_requests(mentor):
        return False
    payload = {"mentor": str(mentor.uuid)}
    return notify(recipient=mentor.user, kind="weekly_requests", key=week_name(local), payload=payload, now=now)


def week_name(moment: datetime) -> str:
    """Return the ISO year and week of ``moment`` on its own calendar, such as "2026-W48"."""
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02}"
