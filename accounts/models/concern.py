"""Concerns: what somebody tells the organisers about another person."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models.moves import Moves
from accounts.models.user import User

WORDS_MAX = 4000
MORE_WORDS_MAX = 5 * WORDS_MAX
# Between the raising of a concern and the day by which it should be closed, unless the organisers set another.
TIME_TO_CLOSE = timedelta(days=3)
# After it is closed. Then the words of both sides are deleted.
WORDS_KEPT = timedelta(days=365)
CONCERNS_A_DAY = 5


class Concern(Moves, models.Model):
    """``raised_by`` tells the organisers of a problem with ``about``, and the two are kept apart from that moment on.

    Nobody but the organisers reads ``words`` and ``more_words``. ``about`` learns that there is a concern and its
    topic, unless it is marked as a matter of safety. ``subject_kind`` and ``subject`` name what it happened in,
    such as a session.
    """

    class Topic(models.TextChoices):
        HARASSMENT = "harassment", gettext_lazy("harassment or disrespect")
        ATTENDANCE = "attendance", gettext_lazy("somebody does not come or does not answer")
        MONEY = "money", gettext_lazy("money, or something that is sold")
        PRIVACY = "privacy", gettext_lazy("private matters that were passed on")
        SAFETY = "safety", gettext_lazy("somebody's safety")
        OTHER = "other", gettext_lazy("something else")

    class Status(models.TextChoices):
        OPEN = "open", gettext_lazy("open")
        CLOSED = "closed", gettext_lazy("closed")

    MOVES = {Status.OPEN: {Status.CLOSED}, Status.CLOSED: set()}
    # With other topics, only the organisers bring two people into contact again.
    LIFTED_BY_RAISER = (Topic.ATTENDANCE, Topic.MONEY, Topic.OTHER)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="concerns_raised")
    about = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="concerns_about")
    topic = models.CharField(max_length=10, choices=Topic)
    subject_kind = models.CharField("kind of thing", max_length=20, blank=True)
    subject = models.UUIDField("thing", null=True, blank=True)
    words = models.TextField(max_length=WORDS_MAX, blank=True)
    more_words = models.TextField(
        "words since then",
        max_length=MORE_WORDS_MAX,
        blank=True,
        default="",
        db_default="",
        help_text="Of further reports by a link.",
    )
    is_safety = models.BooleanField("safety", default=False, help_text="The other side does not learn of it.")
    status = models.CharField(max_length=6, choices=Status, default=Status.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField("raised on")
    due_at = models.DateTimeField("due on", help_text="By when it should be closed.")
    outcome = models.CharField(max_length=20, blank=True)
    answer = models.TextField(max_length=WORDS_MAX, blank=True, help_text="For the person who raised it.")
    closed_at = models.DateTimeField("closed on", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(raised_by=F("about")), name="concern_not_about_oneself"),
            models.CheckConstraint(
                condition=Q(topic__in=["harassment", "attendance", "money", "privacy", "safety", "other"]),
                name="concern_topic_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(topic="safety") | Q(is_safety=True), name="concern_about_safety_is_marked"
            ),
            models.CheckConstraint(
                condition=Q(subject_kind="", subject__isnull=True) | ~Q(subject_kind="") & Q(subject__isnull=False),
                name="concern_subject_has_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(status="open", outcome="", closed_at__isnull=True, closed_by__isnull=True)
                | Q(status="closed", closed_at__isnull=False, closed_by__isnull=False) & ~Q(outcome=""),
                name="concern_has_an_outcome_if_and_only_if_closed",
            ),
            models.CheckConstraint(
                condition=Q(status="closed") | ~Q(words=""), name="concern_has_words_while_it_is_open"
            ),
            models.CheckConstraint(
                condition=~Q(owner=F("about")) & ~Q(closed_by=F("about")) & ~Q(closed_by=F("raised_by")),
                name="concern_is_not_decided_by_one_of_the_two",
            ),
            models.CheckConstraint(condition=~Q(owner=F("raised_by")), name="concern_is_no_task_of_who_raised_it"),
            # A second click, and the same complaint again while the first one waits.
            models.UniqueConstraint(
                fields=["raised_by", "about", "topic"], condition=Q(status="open"), name="concern_open_once_for_a_topic"
            ),
        ]
        indexes = [
            # The list of the admins, and the escalation of those that are late.
            models.Index(fields=["due_at", "id"], condition=Q(status="open"), name="concern_open_by_deadline"),
            # The sweep that deletes words.
            models.Index(fields=["closed_at"], condition=~Q(words="", answer=""), name="concern_words_by_end"),
            # The limit on concerns of a person within a day.
            models.Index(fields=["raised_by", "created_at"], name="concern_by_person_and_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_topic_display()}, {timezone.localtime(self.created_at):%Y-%m-%d}"

    @property
    def raiser_may_lift(self) -> bool:
        """Whether who raised it may end the separation before the organisers decide."""
        return self.status == self.Status.OPEN and not self.is_safety and self.topic in self.LIFTED_BY_RAISER

    def close(self, outcome: str, *, answer: str, by: User, at: datetime) -> None:
        """Close it with an outcome, and save. Raises MoveNotAllowed if it is closed already."""
        self.must_allow(self.Status.CLOSED)
        self.status, self.closed_at, self.closed_by = self.Status.CLOSED, at, by
        self.outcome, self.answer = outcome, answer
        self.save(update_fields=["status", "closed_at", "closed_by", "outcome", "answer"])
