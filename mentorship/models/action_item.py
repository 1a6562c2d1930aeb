"""Next steps that the two of a mentorship agree on: whose, what, and by when."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.models.moves import Moves
from mentorship.models.mentorship import Mentorship
from mentorship.models.milestone import Milestone
from mentorship.models.session import Session

WHAT_MAX = 200  # characters


class ActionItem(Moves, models.Model):
    """A step of one of the two. Both may add, change and settle it, and ``settled_by`` says who did the last."""

    class Side(models.TextChoices):
        MENTEE = "mentee", gettext_lazy("Mentee")
        MENTOR = "mentor", gettext_lazy("Mentor")

    class Status(models.TextChoices):
        OPEN = "open", gettext_lazy("Open")
        DONE = "done", gettext_lazy("Done")
        DROPPED = "dropped", gettext_lazy("Dropped")

    MOVES = {
        Status.OPEN: {Status.DONE, Status.DROPPED},
        # A slip of the finger, or a second thought.
        Status.DONE: {Status.OPEN},
        Status.DROPPED: {Status.OPEN},
    }

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mentorship = models.ForeignKey(Mentorship, on_delete=models.PROTECT, related_name="steps")
    # A side and not a person: nobody but the two can own a step.
    whose = models.CharField("whose step", max_length=6, choices=Side)
    what = models.CharField(max_length=WHAT_MAX)
    by_on = models.DateField("planned by", null=True, blank=True)
    milestone = models.ForeignKey(Milestone, on_delete=models.SET_NULL, null=True, blank=True, related_name="steps")
    session = models.ForeignKey(
        Session,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="steps",
        help_text="The session in which the two agreed on it.",
    )
    status = models.CharField(max_length=7, choices=Status, default=Status.OPEN)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="written by",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField("agreed on")
    done_at = models.DateTimeField("done on", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "step"
        constraints = [
            models.CheckConstraint(
                condition=Q(whose__in=["mentee", "mentor"]), name="action_item_is_of_one_of_the_two"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "done", "dropped"]), name="action_item_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status="done", done_at__isnull=False) | (~Q(status="done") & Q(done_at__isnull=True)),
                name="action_item_has_a_time_if_and_only_if_done",
            ),
            models.CheckConstraint(
                condition=~Q(status="open") | Q(settled_by__isnull=True), name="action_item_is_settled_if_not_open"
            ),
            models.CheckConstraint(condition=~Q(what=""), name="action_item_says_what"),
        ]
        indexes = [
            # The steps of a mentorship, newest first.
            models.Index(fields=["mentorship", "-created_at", "-id"], name="action_item_of_mentorship"),
            # The last sign of life in a mentorship.
            models.Index(fields=["mentorship", "done_at"], condition=Q(done_at__isnull=False), name="action_item_done"),
            # Open steps with a day: reminders, and the home page.
            models.Index(
                fields=["mentorship", "by_on"], condition=Q(status="open", by_on__isnull=False), name="action_item_due"
            ),
        ]

    def __str__(self) -> str:
        return f"Step of {self.owner}: {self.mentorship}"

    @property
    def owner(self) -> User:
        """The person whose step it is."""
        return self.mentorship.mentee if self.whose == self.Side.MENTEE else self.mentorship.mentor.user

    def move_to(self, status: str, *, by: User, at: datetime) -> None:
        """Change the status of the locked row, and save. Raises MoveNotAllowed unless ``MOVES`` allows it."""
        self.must_allow(status)
        self.status = status
        self.done_at = at if status == self.Status.DONE else None
        self.settled_by = None if status == self.Status.OPEN else by
        self.save(update_fields=["status", "done_at", "settled_by"])
