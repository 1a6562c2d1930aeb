"""A concrete need, open until it is matched, withdrawn or expired."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import MentorProfile
from accounts.models.moves import Moves
from accounts.models.profile import words_field
from accounts.models.rate import RATE_DIGITS, Rate, read_rate, write_rate
from mentorship.models import Cohort, Goal, SessionKind

MINUTES = (15, 90)
# The fields that a mentee writes. A copy of a request repeats them.
CONTENT = (
    "goal",
    "situation",
    "gap",
    "ask",
    "why",
    "needs",
    "format",
    "session_kind",
    "minutes",
    "languages",
    "accepts_paid",
    "max_rate_amount",
    "max_rate_currency",
    "max_rate_per",
)


class HelpRequest(Moves, models.Model):
    """A mentee's situation, the gap, and one thing to ask for.

    - ``mentors_due_at``: the time of the next search for mentors; null if none is due. The row is the queue. The task
      after a submission only makes the search start at once.
    - ``looked_at``: the time of the last search.
    - ``queued_at``: the time since when no mentor could be proposed.
    - ``obstacle``: the rule that removes most mentors, or WEAK_FIT.
    - ``renewed_at``: the time when the mentee last confirmed the request.
    - ``still_looking_at``: the time when the mentee was asked to confirm it; null once they have.
    - ``cohort``: it is matched within that cohort, by its organisers, and nowhere else. No sweep looks for mentors.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", gettext_lazy("Draft")
        OPEN = "open", gettext_lazy("Open")
        MATCHED = "matched", gettext_lazy("Matched")
        CLOSED = "closed", gettext_lazy("Closed")
        WITHDRAWN = "withdrawn", gettext_lazy("Withdrawn")
        EXPIRED = "expired", gettext_lazy("Expired")

    WEAK_FIT = "weak_fit"

    MOVES = {
        Status.DRAFT: {Status.OPEN},
        Status.OPEN: {Status.MATCHED, Status.WITHDRAWN, Status.EXPIRED},
        Status.MATCHED: {Status.CLOSED},
        Status.CLOSED: set(),
        Status.WITHDRAWN: set(),
        Status.EXPIRED: set(),
    }

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ref = models.CharField(
        "name in an imported file",
        max_length=60,
        null=True,
        blank=True,
        unique=True,
        help_text="Its name in a community file.",
    )
    mentee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="help_requests")
    cohort = models.ForeignKey(
        Cohort, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="help_requests"
    )
    goal = models.ForeignKey(Goal, on_delete=models.RESTRICT, related_name="help_requests")
    situation = models.TextField("where they are", max_length=3000)
    gap = models.TextField("what is missing", max_length=2000)
    ask = models.TextField("what they ask for", max_length=2000)
    why = models.TextField(max_length=2000, blank=True)
    needs = words_field(verbose_name="skills")
    format = models.CharField("kind of help", max_length=7, choices=MentorProfile.Format)
    session_kind = models.ForeignKey(
        SessionKind, verbose_name="kind of session", on_delete=models.PROTECT, related_name="help_requests"
    )
    minutes = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(MINUTES[0]), MaxValueValidator(MINUTES[1])]
    )
    languages = ArrayField(
        models.CharField(max_length=2),
        default=list,
        blank=True,
        size=10,
        help_text="ISO 639-1; empty: any the two share.",
    )
    accepts_paid = models.BooleanField("a paid mentor is fine", default=False)
    max_rate_amount = models.DecimalField(
        "highest price", max_digits=RATE_DIGITS, decimal_places=2, null=True, blank=True
    )
    max_rate_currency = models.CharField("currency", max_length=3, blank=True)
    max_rate_per = models.CharField("price for each", max_length=7, choices=MentorProfile.Per, blank=True)
    copied_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="copies"
    )
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    mentors_due_at = models.DateTimeField("mentors are looked for on", null=True, blank=True, editable=False)
    looked_at = models.DateTimeField(null=True, blank=True, editable=False)
    queued_at = models.DateTimeField("without a mentor since", null=True, blank=True, editable=False)
    obstacle = models.CharField("what stands in the way", max_length=30, blank=True, editable=False)
    renewed_at = models.DateTimeField(null=True, blank=True, editable=False)
    still_looking_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    opened_at = models.DateTimeField("opened on", null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "open", "matched", "closed", "withdrawn", "expired"]),
                name="help_request_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", opened_at__isnull=True) | (~Q(status="draft") & Q(opened_at__isnull=False)),
                name="help_request_opened_at_is_set_once_open",
            ),
            models.CheckConstraint(
                condition=Q(mentors_due_at__isnull=True) | Q(status="open"),
                name="help_request_looks_for_mentors_only_while_open",
            ),
            models.CheckConstraint(
                condition=Q(queued_at__isnull=True, obstacle="")
                | (Q(status="open", queued_at__isnull=False) & ~Q(obstacle="")),
                name="help_request_waits_in_the_queue_only_while_open",
            ),
            models.CheckConstraint(
                condition=Q(still_looking_at__isnull=True) | Q(status="open"),
                name="help_request_is_asked_if_still_looking_only_while_open",
            ),
            models.CheckConstraint(
                condition=Q(cohort__isnull=True)
                | Q(mentors_due_at__isnull=True, queued_at__isnull=True, still_looking_at__isnull=True),
                name="help_request_of_a_cohort_waits_for_its_organisers",
            ),
            models.UniqueConstraint(
                fields=["cohort", "mentee"],
                condition=Q(status__in=["draft", "open", "matched"]),
                name="help_request_one_current_per_cohort_and_mentee",
            ),
            # Asking again twice leads to one draft.
            models.UniqueConstraint(
                fields=["copied_from"], condition=Q(status="draft"), name="help_request_one_draft_per_copied_request"
            ),
            models.CheckConstraint(condition=Q(format__in=["one_off", "ongoing"]), name="help_request_format_is_known"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "open", "matched"], closed_at__isnull=True)
                | Q(status__in=["closed", "withdrawn", "expired"], closed_at__isnull=False),
                name="help_request_closed_at_is_set_when_over",
            ),
            models.CheckConstraint(condition=Q(minutes__range=MINUTES), name="help_request_minutes_15_to_90"),
            models.CheckConstraint(
                condition=Q(max_rate_amount__isnull=True, max_rate_currency="", max_rate_per="")
                | Q(
                    accepts_paid=True,
                    max_rate_amount__isnull=False,
                    max_rate_amount__gt=0,
                    max_rate_currency__regex=r"^[A-Z]{3}$",
                    max_rate_per__in=["session", "month"],
                ),
                name="help_request_max_rate_is_whole_or_absent",
            ),
        ]
        indexes = [
            # A mentee's own list, newest first.
            models.Index(fields=["mentee", "-created_at", "-id"], name="help_request_of_mentee"),
            # The sweep that searches for mentors: the longest waiting first.
            models.Index(
                fields=["mentors_due_at", "id"],
                condition=Q(mentors_due_at__isnull=False),
                name="help_request_mentors_due",
            ),
            # The queue of requests without a mentor: the longest waiting first.
            models.Index(
                fields=["queued_at", "id"], condition=Q(queued_at__isnull=False), name="help_request_in_queue"
            ),
            # The sweeps that ask "still looking?" and expire.
            models.Index(fields=["opened_at", "id"], condition=Q(status="open"), name="help_request_open_since"),
        ]

    def __str__(self) -> str:
        return f"Request of {self.mentee}: {self.goal.kind}"

    @property
    def max_rate(self) -> Rate | None:
        return read_rate(self, "max_rate")

    @max_rate.setter
    def max_rate(self, rate: Rate | None) -> None:
        write_rate(self, "max_rate", rate)

    def copied(self, *, at: datetime) -> HelpRequest:
        """Return an unsaved draft with the content of this request."""
        content = {name: getattr(self, name) for name in CONTENT}
        return HelpRequest(mentee=self.mentee, copied_from=self, created_at=at, **content)

    def move_to(self, status: str, *, at: datetime) -> None:
        """Change the status and save. The caller holds the row lock. Raises MoveNotAllowed outside MOVES."""
        self.must_allow(status)
        self.status = status
        self.mentors_due_at = self.queued_at = self.still_looking_at = None
        self.obstacle = ""
        if status == self.Status.OPEN:
            self.opened_at = at
            self.mentors_due_at = at if self.cohort_id is None else None
        elif status != self.Status.MATCHED:
            self.closed_at = at
        self.save(
            update_fields=[
                "status",
                "opened_at",
                "closed_at",
                "mentors_due_at",
                "queued_at",
                "obstacle",
                "still_looking_at",
            ]
        )
