"""Opening feedback of one alone some days after the end, and deleting what was kept long enough."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.community_settings import days_of
from accounts.retention import is_held
from accounts.sweep import each_due
from mentorship.locks import lock_mentorship
from mentorship.models import Feedback, Mentorship, OrganiserNote
from mentorship.models.feedback import NOTE_KEPT, WORDS_KEPT
from mentorship.opening import open_feedback
from mentorship.selectors.limits import with_feedback_to_open

# The two of a mentorship: a legal hold on one of them keeps what is about both.
OF_BOTH = ("mentorship__mentee", "mentorship__mentor__user")


def open_due_feedback(*, now: datetime) -> int:
    """Open the sealed feedback of mentorships that ended long enough ago. Return how many mentorships."""
    return each_due(_to_open(now), lambda mentorship_id: _open(mentorship_id, now=now))


def delete_old_words(*, now: datetime) -> int:
    """Delete notes to the organisers after NOTE_KEPT, and empty feedback after WORDS_KEPT. Return how many rows.

    Thanks stay.
    """
    notes, _by_model = OrganiserNote.objects.filter(written_at__lte=now - NOTE_KEPT).exclude(is_held(*OF_BOTH)).delete()
    old = Feedback.objects.filter(mentorship__ended_at__lte=now - WORDS_KEPT).exclude(is_held(*OF_BOTH))
    full = old.exclude(helped="", better="", report_reason="")
    return notes + full.update(helped="", better="", report_reason="")


@transaction.atomic
def _open(mentorship_id: int, *, now: datetime) -> bool:
    return open_feedback(lock_mentorship(mentorship_id, by=None), now=now)


def _to_open(now: datetime) -> QuerySet[Mentorship]:
    return with_feedback_to_open(after=days_of("feedback_opens_days"), now=now)
