"""Writing to the organisers."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from mentorship.locks import lock_mentorship
from mentorship.models import OrganiserNote
from mentorship.services.feedback.write import must_be_over


@transaction.atomic
def write_note(*, mentorship_id: int, by: User, text: str, now: datetime) -> None:
    """Write private lines to the organisers, or replace them. An empty ``text`` deletes them. The same changes nothing.

    It is possible after a block as well. Raises NotOneOfTheTwo, MentorshipNotOver.
    """
    mentorship = lock_mentorship(mentorship_id, by=by)
    must_be_over(mentorship)
    mine = OrganiserNote.objects.filter(mentorship=mentorship, author=by)
    if not text:
        mine.delete()
    elif not mine.filter(text=text).exists():
        values = {"text": text, "written_at": now, "read_at": None, "read_by": None}
        OrganiserNote.objects.update_or_create(mentorship=mentorship, author=by, defaults=values)
