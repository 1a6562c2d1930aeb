"""Reads of private data by admins go on record, for the people they are about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from accounts.models import Concern, StaffRead, User


def note_reads(*, reader: User, people: Iterable[int], what: str, now: datetime) -> None:
    """Record that ``reader`` saw ``what`` about ``people``, keys of users. A second look in the hour adds nothing."""
    hour_at = now.replace(minute=0, second=0, microsecond=0)
    rows = [
        StaffRead(person_id=person, reader=reader, what=what, hour_at=hour_at)
        for person in sorted(set(people) - {reader.pk})
    ]
    StaffRead.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def note_reads_of_concerns(*, reader: User, concerns: Iterable[Concern], now: datetime) -> None:
    """Record that ``reader`` saw some concerns. The subject of a matter of safety must not learn of it."""
    seen = list(concerns)
    about = {concern.about_id for concern in seen if not concern.is_safety}
    note_reads(reader=reader, people=about, what=StaffRead.What.ABOUT, now=now)
    raised = {concern.raised_by_id for concern in seen}
    note_reads(reader=reader, people=raised, what=StaffRead.What.CONCERNS, now=now)
