"""Imports of files by admins: the file, its rows, what became of each, and how columns were mapped before."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models.moves import Moves
from mentorship.models import Cohort

UNDO_FOR = timedelta(days=1)
# Rows hold personal data, and are kept no longer than they can be needed.
ROWS_KEPT_FOR = timedelta(days=1)


class Import(Moves, models.Model):
    """A file that an admin imports.

    - ``header``: the names of the file's columns. ``columns`` names, for each of them, the column of the kind that it
      fills, or "". ``overwrite`` lists the columns that replace what is there already.
    - ``cohort``: the one that a file of its people is for.
    - ``done`` of ``total`` rows are worked on, in the step that ``status`` names.
    - ``attempts``: how often the worker began with rows since some were done. One that is cut off counts.
    - ``applied_at``: when the last row was applied. It can be undone for ``UNDO_FOR`` after that.
    """

    class Kind(models.TextChoices):
        PEOPLE = "people", "people"
        MENTORS = "mentors", "mentors"
        CAREERS = "careers", "careers"
        EXCLUSIONS = "exclusions", "people to keep apart"
        COHORT = "cohort", "people of a cohort"
        COMMUNITY = "community", "a community file"
        RESUME = "resume", "a résumé (JSON Resume)"

    class Status(models.TextChoices):
        UPLOADED = "uploaded", "columns to be mapped"
        MAPPED = "mapped", "being checked"
        CHECKED = "checked", "checked, not applied"
        APPLYING = "applying", "being applied"
        APPLIED = "applied", "applied"
        UNDOING = "undoing", "being undone"
        UNDONE = "undone", "undone"
        FAILED = "failed", "failed"

    MOVES = {
        Status.UPLOADED: {Status.MAPPED},
        Status.MAPPED: {Status.CHECKED, Status.FAILED},
        # Other columns may be chosen after the report was read.
        Status.CHECKED: {Status.MAPPED, Status.APPLYING},
        Status.APPLYING: {Status.APPLIED, Status.FAILED},
        Status.APPLIED: {Status.UNDOING},
        Status.FAILED: {Status.UNDOING},
        Status.UNDOING: {Status.UNDONE, Status.FAILED},
        Status.UNDONE: set(),
    }
    # The worker has something to do.
    WORKING = (Status.MAPPED, Status.APPLYING, Status.UNDOING)
    # The columns of these files are mapped by an admin.
    TABLES = (Kind.PEOPLE, Kind.MENTORS, Kind.CAREERS, Kind.EXCLUSIONS, Kind.COHORT)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, null=True, blank=True, related_name="imports")
    file_name = models.CharField(max_length=200)
    status = models.CharField(max_length=8, choices=Status, default=Status.UPLOADED)
    status_since_at = models.DateTimeField()
    header = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    overwrite = models.JSONField(default=list)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    created = models.PositiveIntegerField("rows that create something", default=0)
    changed = models.PositiveIntegerField("rows that change something", default=0)
    unchanged = models.PositiveIntegerField("rows that are there already", default=0)
    bad = models.PositiveIntegerField("rows with a fault", default=0)
    kept = models.PositiveIntegerField("rows that could not be undone", default=0)
    failure = models.CharField(max_length=300, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField("uploaded on", default=timezone.now, editable=False)
    applied_at = models.DateTimeField("applied on", null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["people", "mentors", "careers", "exclusions", "cohort", "community", "resume"]),
                name="import_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(kind="cohort") | Q(cohort__isnull=True), name="import_is_into_a_cohort_only_of_its_people"
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "uploaded",
                        "mapped",
                        "checked",
                        "applying",
                        "applied",
                        "undoing",
                        "undone",
                        "failed",
                    ]
                ),
                name="import_status_is_known",
            ),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="import_does_not_do_more_than_all_rows"),
            models.CheckConstraint(
                condition=~Q(status__in=["applied", "undoing", "undone"]) | Q(applied_at__isnull=False),
                name="import_has_a_time_once_applied",
            ),
            models.CheckConstraint(condition=~Q(status="failed") | ~Q(failure=""), name="import_that_failed_says_why"),
        ]
        indexes = [
            # The sweep over imports that the worker has not finished.
            models.Index(
                fields=["id"], condition=Q(status__in=["mapped", "applying", "undoing"]), name="import_working"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_working(self) -> bool:
        return self.status in self.WORKING

    @property
    def undo_until_at(self) -> datetime | None:
        return self.applied_at + UNDO_FOR if self.applied_at else None

    def can_undo(self, now: datetime) -> bool:
        until = self.undo_until_at
        return self.status in (self.Status.APPLIED, self.Status.FAILED) and until is not None and now < until

    def move_to(self, status: str, *, at: datetime) -> None:
        """Change the status, begin to count rows anew, and save. Raises MoveNotAllowed unless ``MOVES`` allows it."""
        self.must_allow(status)
        self.status, self.status_since_at = status, at
        self.done = 0 if status in self.WORKING else self.done
        self.attempts = 0
        self.save()


class ImportRow(models.Model):
    """One row of a file. Its cells are kept until it is undone, and for ``ROWS_KEPT_FOR`` at most.

    - ``line``: where it begins in the file. ``place`` is its place among all rows, from 1.
    - ``kind``: the kind of this row. A résumé has rows of two kinds.
    - ``subject``: the address or the pair that it is about, the same for two rows about the same thing.
    - ``faults``: objects with "column", "cell", "wrong" and "todo". ``says``: sentences about what it does, or did.
    - ``undo``: what it created and changed, with the values before and after.
    """

    class Outcome(models.TextChoices):
        BAD = "bad", "has a fault"
        CREATE = "create", "creates"
        CHANGE = "change", "changes"
        SAME = "same", "is there already"

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        DONE = "done", "done"
        UNDONE = "undone", "undone"
        KEPT = "kept", "kept"

    belongs_to = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    place = models.PositiveIntegerField()
    line = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Import.Kind)
    cells = models.JSONField()
    subject = models.CharField(max_length=600, blank=True)
    outcome = models.CharField(max_length=6, choices=Outcome, blank=True)
    faults = models.JSONField(default=list)
    says = models.JSONField(default=list)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    undo = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["belongs_to", "place"], name="import_row_has_a_place_of_its_own"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "bad", "create", "change", "same"]), name="import_row_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "done", "undone", "kept"]), name="import_row_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.line}"


class ImportColumns(models.Model):
    """The columns that an admin chose for a header, so that the next file like it is mapped already.

    ``header`` is a digest of the names in it. ``columns`` has the chosen column by name.
    """

    kind = models.CharField(max_length=10, choices=Import.Kind)
    header = models.CharField(max_length=64)
    columns = models.JSONField()
    overwrite = models.JSONField(default=list)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "header"], name="import_columns_once_per_kind_and_header"),
        ]

    def __str__(self) -> str:
        return f"columns of {self.kind}"
