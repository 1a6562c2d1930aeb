"""Exports of a person's own data, erasures of accounts, and the legal holds that forbid them."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from accounts.models.decision import REASON_MAX

# A finished export can be fetched so long. Then its file is removed.
EXPORT_KEPT = timedelta(days=7)
# Between the wish to be erased and the erasure, a person can change their mind.
TIME_TO_CHANGE_ONES_MIND = timedelta(days=7)
# Requests that began before the account was closed are over by then, so nothing is written behind the erasure.
WAIT_AFTER_CLOSING = timedelta(minutes=2)


class DataExport(models.Model):
    """A file with everything about ``person``. The worker makes it, and removes ``file`` EXPORT_KEPT after that.

    ``attempts`` is how often a worker began to make it.
    """

    class Status(models.TextChoices):
        REQUESTED = "requested", gettext_lazy("being made")
        READY = "ready", gettext_lazy("ready")
        FETCHED = "fetched", gettext_lazy("fetched")
        EXPIRED = "expired", gettext_lazy("removed")
        FAILED = "failed", gettext_lazy("failed")

    # The file is there.
    FETCHABLE = (Status.READY, Status.FETCHED)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports")
    status = models.CharField(max_length=9, choices=Status, default=Status.REQUESTED)
    requested_at = models.DateTimeField("asked for on")
    attempts = models.PositiveSmallIntegerField(default=0)
    ready_at = models.DateTimeField("ready since", null=True, blank=True)
    fetched_at = models.DateTimeField("fetched first", null=True, blank=True)
    expires_at = models.DateTimeField("kept until", null=True, blank=True)
    file = models.BinaryField(null=True)

    class Meta:
        verbose_name = "export of one's own data"
        verbose_name_plural = "exports of one's own data"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["requested", "ready", "fetched", "expired", "failed"]),
                name="data_export_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["ready", "fetched"], file__isnull=False, expires_at__isnull=False)
                | (~Q(status__in=["ready", "fetched"]) & Q(file__isnull=True)),
                name="data_export_has_a_file_while_it_can_be_fetched",
            ),
            # A second click gets the export that is being made.
            models.UniqueConstraint(
                fields=["person"], condition=Q(status="requested"), name="data_export_one_at_a_time"
            ),
        ]
        indexes = [
            # A person's own list, newest first.
            models.Index(fields=["person", "-requested_at", "-id"], name="data_export_of_person"),
            # The sweep over files to remove.
            models.Index(
                fields=["expires_at"], condition=Q(status__in=["ready", "fetched"]), name="data_export_to_remove"
            ),
        ]

    def __str__(self) -> str:
        return f"export {self.uuid}"


class Erasure(models.Model):
    """The wish to erase ``person``, by themselves or by an admin ``by``, who gives a ``reason``.

    Until ``due_at`` it can be cancelled. Then the worker closes the account and, WAIT_AFTER_CLOSING later, erases in
    steps that can be repeated. The row stays as the record that it was done, and names nobody.
    """

    class Status(models.TextChoices):
        ASKED = "asked", gettext_lazy("waits for its day")
        CANCELLED = "cancelled", gettext_lazy("cancelled")
        ERASING = "erasing", gettext_lazy("being erased")
        ERASED = "erased", gettext_lazy("erased")

    OPEN = (Status.ASKED, Status.ERASING)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="erasures")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="asked by",
    )
    reason = models.TextField(max_length=REASON_MAX, blank=True)
    status = models.CharField(max_length=9, choices=Status, default=Status.ASKED)
    asked_at = models.DateTimeField("asked for on")
    due_at = models.DateTimeField("due on")
    cancelled_at = models.DateTimeField("taken back on", null=True, blank=True)
    closed_at = models.DateTimeField("account closed on", null=True, blank=True)
    erased_at = models.DateTimeField("erased on", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["asked", "cancelled", "erasing", "erased"]), name="erasure_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status="erased", erased_at__isnull=False)
                | (~Q(status="erased") & Q(erased_at__isnull=True)),
                name="erasure_has_a_time_if_and_only_if_done",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["erasing", "erased"], closed_at__isnull=False)
                | (~Q(status__in=["erasing", "erased"]) & Q(closed_at__isnull=True)),
                name="erasure_begins_with_a_closed_account",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gte=F("asked_at")), name="erasure_is_due_after_it_was_asked_for"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(status__in=["asked", "erasing"]), name="erasure_one_open_for_a_person"
            ),
        ]
        indexes = [
            # The sweep over those whose day has come.
            models.Index(fields=["due_at"], condition=Q(status__in=["asked", "erasing"]), name="erasure_open_by_day"),
        ]

    def __str__(self) -> str:
        return f"erasure {self.uuid}"


class LegalHold(models.Model):
    """The duty to keep what is stored about ``person``: nothing of it is erased or swept until an owner lifts it.

    The row stays as the record of it.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="legal_holds")
    reason = models.TextField(max_length=REASON_MAX)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    set_at = models.DateTimeField("set on")
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField("lifted on", null=True, blank=True)
    lifted_reason = models.TextField(max_length=REASON_MAX, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="legal_hold_has_a_reason"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_reason="")
                | Q(lifted_at__isnull=False) & ~Q(lifted_reason=""),
                name="legal_hold_is_lifted_with_a_reason",
            ),
            # Its index is read by each sweep.
            models.UniqueConstraint(
                fields=["person"], condition=Q(lifted_at__isnull=True), name="legal_hold_one_for_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"legal hold since {self.set_at:%Y-%m-%d}"
