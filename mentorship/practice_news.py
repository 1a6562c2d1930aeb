"""Telling the other side of a mentorship that practice was shared, or that feedback was written: once a day at most."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from accounts.notifications.write import notify_of_news
from mentorship.models import Mentorship

# Feedback is written answer by answer, and records are shared one after the other: one mail tells of all.
WAIT = timedelta(minutes=30)


def tell_of_practice(mentorship: Mentorship, *, to: User, now: datetime) -> None:
    """Tell ``to``, one of the two. Call it in the transaction of the news."""
    about = str(mentorship.uuid)
    notify_of_news(recipient=to, kind="practice_news", about=about, payload={"mentorship": about}, wait=WAIT, now=now)
