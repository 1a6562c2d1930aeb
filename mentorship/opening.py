"""Opening sealed feedback, for services and sweeps. The caller holds the lock of the mentorship."""

from __future__ import annotations

from datetime import datetime

from accounts.community_settings import days_of
from accounts.notifications.write import notify
from mentorship.models import Mentorship
from mentorship.selectors.apart import can_meet


def open_feedback(mentorship: Mentorship, *, now: datetime) -> bool:
    """Open the sealed feedback of a mentorship that is over if its time has come. Return whether it opened any.

    Its time has come once both wrote, or some days after the end. Between two who are not in contact nothing opens.
    """
    sealed = [row for row in mentorship.feedback.select_related("author") if row.opened_at is None]
    is_due = mentorship.ended_at is not None and now >= mentorship.ended_at + days_of("feedback_opens_days")
    if not sealed or not (is_due or mentorship.feedback.count() == 2) or not can_meet(mentorship):
        return False
    for row in sealed:
        row.opened_at = now
        row.save(update_fields=["opened_at"])
        reader = mentorship.other_of(row.author)
        key = str(mentorship.uuid)
        notify(recipient=reader, kind="feedback_open", key=key, payload={"mentorship": key}, now=now)
    return True
