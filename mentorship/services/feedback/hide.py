"""Hiding reported feedback, or keeping it, as an admin."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.notifications.write import notify, skip_unsent
from mentorship.exceptions import FeedbackNotReported
from mentorship.locks import lock_mentorship
from mentorship.models import Feedback, Mentorship


@transaction.atomic
def hide_feedback(*, feedback_id: int, by: User, reason: str, now: datetime) -> Feedback:
    """Hide reported feedback from its reader. The author is told, with the ``reason``.

    Raises AboutYourself, FeedbackNotReported unless it is reported and not hidden yet.
    """
    mentorship, feedback = _lock_reported(feedback_id, by)
    feedback.hidden_at, feedback.hidden_by, feedback.hidden_reason, feedback.kept_at = now, by, reason, None
    feedback.save(update_fields=["hidden_at", "hidden_by", "hidden_reason", "kept_at"])
    key, reader = str(mentorship.uuid), mentorship.other_of(feedback.author)
    skip_unsent(recipients=[reader], kinds=["feedback_open"], key_prefix=key, reason="The feedback is hidden.")
    notify(recipient=feedback.author, kind="feedback_hidden", key=key, payload={"mentorship": key}, now=now)
    return feedback


@transaction.atomic
def keep_feedback(*, feedback_id: int, by: User, now: datetime) -> Feedback:
    """Decide that reported feedback stays.

    Raises AboutYourself, FeedbackNotReported unless it is reported and not hidden yet.
    """
    _mentorship, feedback = _lock_reported(feedback_id, by)
    feedback.kept_at = now
    feedback.save(update_fields=["kept_at"])
    return feedback


def _lock_reported(feedback_id: int, by: User) -> tuple[Mentorship, Feedback]:
    mentorship_id = Feedback.objects.values_list("mentorship_id", flat=True).get(pk=feedback_id)
    mentorship = lock_mentorship(mentorship_id, by=by, as_admin=True)
    feedback = Feedback.objects.select_related("author__profile").get(pk=feedback_id)
    if feedback.reported_at is None or feedback.hidden_at is not None:
        raise FeedbackNotReported(_("Only feedback that was reported, and is not hidden yet, is judged."))
    return mentorship, feedback
