"""Reading notes to the organisers, as an admin."""

from __future__ import annotations

from datetime import datetime

from accounts.about_others import must_be_about_others
from accounts.models import User
from mentorship.models import OrganiserNote


def note_is_read(*, note_id: int, by: User, now: datetime) -> None:
    """Say that the admins have read a note. Its author reads when. The first time counts. Raises AboutYourself."""
    both = OrganiserNote.objects.values_list("mentorship__mentee_id", "mentorship__mentor__user_id").get(pk=note_id)
    must_be_about_others(by, *both)
    OrganiserNote.objects.filter(pk=note_id, read_at__isnull=True).update(read_at=now, read_by=by)
