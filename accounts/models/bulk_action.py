"""An action of a list on more rows than one request can take: what is done to which rows, and how far it is."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

# The rows of an action that is over are kept so long, and its answers. Its numbers stay.
ROWS_KEPT_FOR = timedelta(days=30)


class BulkAction(models.Model):
    """An action that the worker does row by row.

    ``model`` and ``action`` name it, as in "accounts.mentorprofile" and "approve". ``query`` is the filter of the list,
    and ``answers`` are those of the page that asked for a reason.
    ``rounds`` is how often a worker began to work on it.
    ``by`` acts: the worker stops if this admin may not do it any more, and says so in ``ended_because``.
    """

    class Status(models.TextChoices):
        RUNNING = "running", "under way"
        DONE = "done", "done"
        STOPPED = "stopped", "stopped"

    model = models.CharField("list", max_length=60)
    action = models.CharField(max_length=40)
    label = models.CharField("action", max_length=200)
    answers = models.JSONField(default=dict, blank=True)
    query = models.TextField(blank=True)
    status = models.CharField(max_length=7, choices=Status, default=Status.RUNNING)
    status_since_at = models.DateTimeField("status since")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField("begun on", default=timezone.now, editable=False)
    total = models.PositiveIntegerField("rows")
    done = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    rounds = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    stopped_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_because = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "action on many rows"
        verbose_name_plural = "actions on many rows"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["running", "done", "stopped"]), name="bulk_action_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(total__gte=models.F("done") + models.F("refused")), name="bulk_action_counts_each_row_once"
            ),
        ]
        indexes = [
            # The sweep over actions that are under way.
            models.Index(fields=["id"], condition=Q(status="running"), name="bulk_action_running"),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.total} rows"

    @property
    def left(self) -> int:
        return self.total - self.done - self.refused


class BulkActionRow(models.Model):
    """A row of an action, by its primary key at the moment of the confirmation. ``seen``: its watched values then.

    ``says`` is why nothing was done with it. ``attempts`` is how often a worker took it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "waits"
        DONE = "done", "done"
        REFUSED = "refused", "refused"

    bulk = models.ForeignKey(BulkAction, on_delete=models.CASCADE, related_name="rows")
    key = models.BigIntegerField()
    seen = models.TextField(blank=True)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    says = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bulk", "key"], name="bulk_action_row_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "done"], says="") | (Q(state="refused") & ~Q(says="")),
                name="bulk_action_row_says_why_if_refused",
            ),
        ]
        indexes = [
            # The worker: the next row.
            models.Index(fields=["bulk", "id"], condition=Q(state="waiting"), name="bulk_action_row_waiting"),
            # The page of an action: what was refused.
            models.Index(fields=["bulk", "id"], condition=Q(state="refused"), name="bulk_action_row_refused"),
        ]

    def __str__(self) -> str:
        return f"row {self.key}"
