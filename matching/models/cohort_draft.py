"""How a cohort is matched: the fits of all its pairs at one time, drafts made of them, and what people decided."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models.decision import REASON_MAX
from accounts.models.moves import Moves
from mentorship.models import Cohort, CohortMember

# The mentee of a pair has no mentor.
NOBODY = -1


class CohortScores(models.Model):
    """The fits of all mentees and mentors of a cohort, as the worker read them. Drafts that share them can be compared.

    - ``mentees``, ``requests``: the keys of the members and of their help requests, in the order of the rows.
    - ``mentors``, ``places``: the keys of the members, in the order of the columns, and what they can take now.
    - ``digest``: the SHA-256 of the file of scores.
    - ``data``: the scores, packed by ``matching.selectors.cohorts.packing``.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="scores")
    round = models.PositiveSmallIntegerField(help_text="1, then 2 for those who stayed free.")
    mentees = ArrayField(models.BigIntegerField())
    requests = ArrayField(models.BigIntegerField())
    mentors = ArrayField(models.BigIntegerField())
    places = ArrayField(models.PositiveSmallIntegerField())
    engine_version = models.CharField(max_length=20)
    weights_version = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    data = models.BinaryField()
    read_at = models.DateTimeField("people were read on")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(round__gte=1), name="cohort_scores_round_is_1_or_more"),
            models.CheckConstraint(
                condition=Q(mentees__len=F("requests__len"), mentors__len=F("places__len")),
                name="cohort_scores_name_everybody",
            ),
        ]

    def __str__(self) -> str:
        return f"Fits of {self.cohort}"


class CohortDraft(Moves, models.Model):
    """One assignment of a cohort, from the order to make it to its report. The worker makes it; the row is the queue.

    - ``number``: counts the drafts of a cohort from 1. The highest is the one that admins work on.
    - ``seed``: draws between assignments that are equally good.
    - ``edits``: it has the scores of the draft before it, with one decision more. Else people were read anew.
    - ``progress``: percent. ``attempts``: how often a worker began with it; one that is cut off counts.
    - ``findings``: what to know before a run, as data: code, values, members. Those that stop it make it ``failed``.
    - ``pins``, ``bans``: the decisions that it keeps, as pairs of members' keys. ``held``: pairs that were published
      before and stay together. They are no decisions, but the engine keeps them as it keeps pins.
    - ``mentor_of``, ``fits``: for each mentee of ``scores``, the index of the mentor or NOBODY, and the fit in
      ten-thousandths, 0 without a mentor.
    - ``alternates``: for each mentee of ``scores``, the indexes of the mentors who are kept for them, in order.
    - ``report``: the numbers of ``report_of``, with members' keys. ``audit``: the audit file, which holds the proof.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", "waiting for the worker"
        RUNNING = "running", "being made"
        DONE = "done", "made"
        FAILED = "failed", "not possible"

    MOVES = {
        Status.QUEUED: {Status.RUNNING, Status.FAILED},
        # A worker that died left it; the sweep begins again.
        Status.RUNNING: {Status.QUEUED, Status.DONE, Status.FAILED},
        Status.DONE: set(),
        Status.FAILED: set(),
    }
    WORKING = (Status.QUEUED, Status.RUNNING)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="drafts")
    number = models.PositiveIntegerField()
    round = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=7, choices=Status, default=Status.QUEUED)
    policy = models.CharField("best assignment", max_length=12, choices=Cohort.Policy)
    both_sides = models.BooleanField("fits of both sides count")
    seed = models.PositiveIntegerField(default=0)
    edits = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="edited")
    what = models.CharField("what was done", max_length=200, blank=True)
    progress = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.TextField("why it was not possible", blank=True)
    findings = models.JSONField(default=list)
    pins = models.JSONField(default=list)
    bans = models.JSONField(default=list)
    held = models.JSONField(default=list, db_default=[])
    scores = models.ForeignKey(CohortScores, on_delete=models.PROTECT, null=True, blank=True, related_name="drafts")
    mentor_of = ArrayField(models.IntegerField(), default=list)
    fits = ArrayField(models.IntegerField(), default=list)
    alternates = models.JSONField(default=list)
    report = models.JSONField(default=dict)
    audit = models.TextField(blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField("asked for on", default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField("made on", null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "number"], name="cohort_draft_number_once"),
            # Two admins who ask at once: the second is told.
            models.UniqueConstraint(
                fields=["cohort"], condition=Q(status__in=["queued", "running"]), name="cohort_draft_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["queued", "running", "done", "failed"]), name="cohort_draft_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(policy__in=["bottleneck", "total", "coverage", "balanced", "every_mentor"]),
                name="cohort_draft_policy_is_known",
            ),
            models.CheckConstraint(condition=Q(number__gte=1, round__gte=1), name="cohort_draft_numbers_are_1_or_more"),
            models.CheckConstraint(condition=Q(progress__range=(0, 100)), name="cohort_draft_progress_is_percent"),
            models.CheckConstraint(
                condition=Q(status="done", scores__isnull=False, ended_at__isnull=False) & ~Q(audit="")
                | Q(status__in=["queued", "running", "failed"]),
                name="cohort_draft_done_has_a_result_with_proof",
            ),
            models.CheckConstraint(
                condition=Q(status="failed", ended_at__isnull=False) & ~Q(failure="") | ~Q(status="failed"),
                name="cohort_draft_failed_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"Draft {self.number} of {self.cohort}"

    @property
    def is_working(self) -> bool:
        return self.status in self.WORKING

    def move_to(self, status: str, *, at: datetime) -> None:
        """Change the status, note the time, and save everything. Raises MoveNotAllowed."""
        self.must_allow(status)
        self.status = status
        match status:
            case CohortDraft.Status.RUNNING:
                self.started_at = at
                self.attempts += 1
            case CohortDraft.Status.DONE:
                self.ended_at, self.progress = at, 100
            case CohortDraft.Status.FAILED:
                self.ended_at = at
        self.save()


class CohortDecision(models.Model):
    """An admin decided on a pair of members: they are together in every draft to come, or in none."""

    class Kind(models.TextChoices):
        PIN = "pin", "together"
        BAN = "ban", "not together"

    mentee = models.ForeignKey(CohortMember, on_delete=models.CASCADE, related_name="decisions_as_mentee")
    mentor = models.ForeignKey(CohortMember, on_delete=models.CASCADE, related_name="decisions_as_mentor")
    kind = models.CharField(max_length=3, choices=Kind)
    reason = models.TextField(max_length=REASON_MAX, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField("decided on")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mentee", "mentor"], name="cohort_decision_once_per_pair"),
            models.UniqueConstraint(
                fields=["mentee"], condition=Q(kind="pin"), name="cohort_decision_one_pin_per_mentee"
            ),
            models.CheckConstraint(condition=Q(kind__in=["pin", "ban"]), name="cohort_decision_kind_is_known"),
            models.CheckConstraint(condition=~Q(mentee=F("mentor")), name="cohort_decision_is_about_two"),
        ]

    def __str__(self) -> str:
        return f"{self.mentee.person} and {self.mentor.person}: {self.get_kind_display()}"
