"""Decisions of admins about a mentor, with their reasons."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.mentor import MentorProfile

REASON_MAX = 1000


class MentorDecision(models.Model):
    """A rejection, a suspension, or a way back: by whom, when and why. Rows are written and never changed.

    ``before`` and ``after`` are statuses of the mentor. The mentor reads ``reason`` in a mail.
    """

    mentor = models.ForeignKey(MentorProfile, on_delete=models.CASCADE, related_name="decisions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    before = models.CharField("status before", max_length=9, choices=MentorProfile.Status)
    after = models.CharField("status after", max_length=9, choices=MentorProfile.Status)
    reason = models.TextField(max_length=REASON_MAX)
    decided_at = models.DateTimeField("decided on")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="mentor_decision_has_a_reason"),
            models.CheckConstraint(condition=~Q(before=models.F("after")), name="mentor_decision_changes_the_status"),
        ]
        indexes = [
            # The latest decision about a mentor: its reason in a mail, and the status before a suspension.
            models.Index(fields=["mentor", "-decided_at", "-id"], name="mentor_decision_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_before_display()} → {self.get_after_display()}"
