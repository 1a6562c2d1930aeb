"""Notes of admins on what needs somebody, and their changes of its rules."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.decision import REASON_MAX

DAYS_MAX = 365


def _in_words(code: str) -> str:
    return code.replace("_", " ").capitalize()


class Escalation(models.Model):
    """The note of admins on one cause: of the ``kind``, about the row ``subject``, since ``since_at``.

    The causes themselves are rows of other tables, and are read anew each time. Without a note a cause is untouched. A
    later cause about the same row has another ``since_at``, so it needs somebody again.
    """

    kind = models.CharField(max_length=40)
    subject = models.BigIntegerField("number of the row", help_text="The primary key of the row that it is about.")
    since_at = models.DateTimeField("since")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    snoozed_until_at = models.DateTimeField("snoozed until", null=True, blank=True)
    snoozed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    dismissed_at = models.DateTimeField("dismissed on", null=True, blank=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    dismissed_reason = models.TextField("reason of the dismissal", max_length=REASON_MAX, blank=True)
    acted_at = models.DateTimeField("done on", null=True, blank=True, help_text="When an admin did what is suggested.")
    acted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="done by",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    done = models.CharField(max_length=200, blank=True, help_text="What was done, in words.")

    class Meta:
        constraints = [
            # Two admins who act at once meet in one row. Its index also finds the notes on a cause.
            models.UniqueConstraint(fields=["kind", "subject", "since_at"], name="escalation_once_a_cause"),
            models.CheckConstraint(
                condition=Q(dismissed_at__isnull=True, dismissed_by__isnull=True, dismissed_reason="")
                | (Q(dismissed_at__isnull=False) & ~Q(dismissed_reason="")),
                name="escalation_is_dismissed_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(acted_at__isnull=True, acted_by__isnull=True, done="")
                | (Q(acted_at__isnull=False) & ~Q(done="")),
                name="escalation_says_what_was_done",
            ),
            models.CheckConstraint(
                condition=Q(snoozed_by__isnull=True) | Q(snoozed_until_at__isnull=False),
                name="escalation_is_snoozed_until_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{_in_words(self.kind)}, number {self.subject}"


class EscalationRule(models.Model):
    """The rule of a kind as admins changed it. A kind without a row keeps what the code says."""

    kind = models.CharField(max_length=40, unique=True)
    days = models.PositiveSmallIntegerField()
    is_on = models.BooleanField(default=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The admin who takes care of it, unless it is assigned to somebody.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(days__range=(0, DAYS_MAX)), name="escalation_rule_days_are_0_to_365"),
        ]

    def __str__(self) -> str:
        return _in_words(self.kind)
