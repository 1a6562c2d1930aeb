"""Links in mails about mentorships."""

from __future__ import annotations

from datetime import timedelta

from accounts.links import Purpose
from accounts.models import User
from mentorship.models import Mentorship

# The mail comes two weeks before the planned end, and may be answered after it.
ENDING = Purpose("mentorship.ending", "mentorship-ending", lambda: timedelta(days=60))


def ending_link(mentorship: Mentorship, person: User) -> str:
    """Return the address where ``person`` says how the mentorship goes on."""
    return ENDING.link(mentorship.uuid, person)
