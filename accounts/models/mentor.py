"""A person as a mentor: application, offer, capacity, rate and pause."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from accounts.models.moves import Moves
from accounts.models.profile import words_field
from accounts.models.rate import RATE_DIGITS, Rate, read_rate, write_rate

CAPACITY_MAX = 10
ELSEWHERE_MAX = 100
MOTIVATION_MAX = 3000


def all_formats() -> list[str]:
    """Default: both formats."""
    return ["one_off", "ongoing"]


class MentorProfile(Moves, models.Model):
    """An application to mentor, and the mentor's offer.

    The relations ``goal_kinds`` and ``session_kinds`` are fields of those kinds. ``active_elsewhere`` counts
    mentorships outside of this system: they use up capacity as well.
    """

    class Status(models.TextChoices):
        APPLIED = "applied", gettext_lazy("Applied")
        APPROVED = "approved", gettext_lazy("Approved")
        PAUSED = "paused", gettext_lazy("Paused")
        SUSPENDED = "suspended", gettext_lazy("Suspended")
        REJECTED = "rejected", gettext_lazy("Rejected")

    class Format(models.TextChoices):
        ONE_OFF = "one_off", gettext_lazy("one-off help")
        ONGOING = "ongoing", gettext_lazy("ongoing mentorship")

    class Per(models.TextChoices):
        SESSION = "session", gettext_lazy("Session")
        MONTH = "month", gettext_lazy("Month")

    class PauseCause(models.TextChoices):
        OWN_WISH = "own_wish", gettext_lazy("asked for it")
        SILENCE = "silence", gettext_lazy("several requests were left unanswered")
        MISSED = "missed", gettext_lazy("several sessions were missed")
        OVERLOAD = "overload", gettext_lazy("carries more than they offered")

    MOVES = {
        Status.APPLIED: {Status.APPROVED, Status.REJECTED, Status.SUSPENDED},
        Status.APPROVED: {Status.PAUSED, Status.SUSPENDED},
        Status.PAUSED: {Status.APPROVED, Status.SUSPENDED},
        # The way back is an admin's, to the status before.
        Status.SUSPENDED: {Status.APPLIED, Status.APPROVED, Status.PAUSED},
        Status.REJECTED: {Status.APPLIED, Status.SUSPENDED},
    }

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name="person", on_delete=models.CASCADE, related_name="mentor"
    )
    status = models.CharField(max_length=9, choices=Status, default=Status.APPLIED)
    status_since_at = models.DateTimeField("status since")
    paused_until_on = models.DateField("paused until", null=True, blank=True)
    pause_cause = models.CharField("reason of the pause", max_length=8, choices=PauseCause, blank=True)
    back_after_misses_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When a pause for missed sessions ended. Sessions missed before do not count any more.",
    )
    is_listed = models.BooleanField(
        "found by search",
        default=True,
        help_text="Members find this mentor by search. Otherwise by the mentor's link only.",
    )
    motivation = models.TextField("why they want to mentor", max_length=MOTIVATION_MAX)
    teaches = words_field(verbose_name="helps with")
    explores = words_field(verbose_name="wants to explore")
    formats = ArrayField(
        models.CharField(max_length=7, choices=Format),
        default=all_formats,
        blank=True,
        size=2,
        verbose_name="kinds of help",
    )
    capacity = models.PositiveSmallIntegerField("places", default=1, help_text="People at once.")
    active_elsewhere = models.PositiveSmallIntegerField("people mentored elsewhere", default=0)
    monthly_hours = models.PositiveSmallIntegerField("hours a month", default=4)
    paid = models.BooleanField("asks for a price", default=False)
    rate_amount = models.DecimalField("price", max_digits=RATE_DIGITS, decimal_places=2, null=True, blank=True)
    rate_currency = models.CharField("currency", max_length=3, blank=True, help_text="ISO 4217, such as EUR")
    rate_per = models.CharField("price for each", max_length=7, choices=Per, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(capacity__range=(1, CAPACITY_MAX)), name="mentor_capacity_is_1_to_10"),
            models.CheckConstraint(
                condition=Q(status__in=["applied", "approved", "paused", "suspended", "rejected"]),
                name="mentor_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(pause_cause="", paused_until_on__isnull=True) | Q(status="paused"),
                name="mentor_has_a_pause_cause_and_end_only_while_paused",
            ),
            models.CheckConstraint(
                condition=Q(formats__contained_by=["one_off", "ongoing"]), name="mentor_formats_are_known"
            ),
            models.CheckConstraint(
                condition=Q(paid=False, rate_amount__isnull=True, rate_currency="", rate_per="")
                | Q(
                    paid=True,
                    rate_amount__isnull=False,
                    rate_amount__gt=0,
                    rate_currency__regex=r"^[A-Z]{3}$",
                    rate_per__in=["session", "month"],
                ),
                name="mentor_has_a_rate_if_and_only_if_paid",
            ),
        ]
        indexes = [
            # The admins' list of open applications, and the sweep over pauses.
            models.Index(fields=["status", "status_since_at"], name="mentor_by_status"),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def rate(self) -> Rate | None:
        return read_rate(self, "rate")

    @rate.setter
    def rate(self, rate: Rate | None) -> None:
        write_rate(self, "rate", rate)
        self.paid = rate is not None

    def move_to(self, status: str, *, at: datetime) -> None:
        """Change the status and save. Raises MoveNotAllowed unless ``MOVES`` allows it."""
        self.must_allow(status)
        self.status, self.status_since_at = status, at
        if status != self.Status.PAUSED:
            self.end_pause(at=at)
        self.save(update_fields=["status", "status_since_at", "paused_until_on", "pause_cause", "back_after_misses_at"])

    def end_pause(self, *, at: datetime) -> None:
        """Forget cause and end of a pause. After one for missed sessions these count no more. The caller saves."""
        if self.pause_cause == self.PauseCause.MISSED:
            self.back_after_misses_at = at
        self.paused_until_on, self.pause_cause = None, ""
