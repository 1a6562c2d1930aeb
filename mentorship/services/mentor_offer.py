"""Changing the offer of a mentor: their profile, and the kinds of goals and sessions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import MentorProfile
from accounts.services.profiles import update_mentor

KINDS = ("goal_kinds", "session_kinds")


@transaction.atomic
def update_offer(*, mentor: MentorProfile, changes: Mapping[str, Any]) -> MentorProfile:
    """Write a mentor's own fields, and their kinds of goals and sessions. A list replaces the stored one."""
    fields = {name: value for name, value in changes.items() if name not in KINDS}
    mentor = update_mentor(mentor=mentor, changes=fields)
    for name in KINDS:
        if name in changes:
            getattr(mentor, name).set(changes[name])
    return mentor
