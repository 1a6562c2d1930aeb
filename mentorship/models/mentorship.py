"""Mentorships, from acceptance to their end."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from accounts.models import MentorProfile, User
from accounts.models.mentor import CAPACITY_MAX
from accounts.models.moves import Moves
from mentorship.models.goal import Goal


class Mentorship(Moves, models.Model):
    """A mentor and a mentee who work on one goal.

    While it runs, paused or not, it holds a ``place`` of the mentor, numbered from 1. A constraint keeps two running
    mentorships from one place, so two acceptances can never share the last one.

    A pause stops the clocks: its end moves each of ``CLOCKS`` on by its length. In one-off help, one of the two can
    propose to make it ongoing: ``ongoing_by`` until ``ongoing_until_on``, and the other one answers.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", gettext_lazy("Active")
        PAUSED = "paused", gettext_lazy("Paused")
        COMPLETED = "completed", gettext_lazy("Completed")
        ENDED_EARLY = "ended_early", gettext_lazy("ended early")

    class EndReason(models.TextChoices):
        GOAL_REACHED = "goal_reached", gettext_lazy("the goal is reached")
        HELPED_ENOUGH = "helped_enough", gettext_lazy("it helped, and that is enough")
        NO_TIME = "no_time", gettext_lazy("no time any more")
        NOT_A_FIT = "not_a_fit", gettext_lazy("we do not fit")
        WENT_SILENT = "went_silent", gettext_lazy("the other side went silent")
        HANDED_OVER = "handed_over", gettext_lazy("the mentor could not go on")
        OTHER = "other", gettext_lazy("Other")

    MOVES = {
        Status.ACTIVE: {Status.PAUSED, Status.COMPLETED, Status.ENDED_EARLY},
        Status.PAUSED: {Status.ACTIVE, Status.COMPLETED, Status.ENDED_EARLY},
        Status.COMPLETED: set(),
        Status.ENDED_EARLY: set(),
    }
    RUNNING = (Status.ACTIVE, Status.PAUSED)
    OVER = (Status.COMPLETED, Status.ENDED_EARLY)
    # The reasons that people give for each final status. A handover has a reason of its own.
    REASONS = {
        Status.COMPLETED: (EndReason.GOAL_REACHED, EndReason.HELPED_ENOUGH, EndReason.OTHER),
        Status.ENDED_EARLY: (EndReason.NO_TIME, EndReason.NOT_A_FIT, EndReason.WENT_SILENT, EndReason.OTHER),
    }
    # Shown only to the person who gave the reason, so that nobody is blamed for an end.
    PRIVATE_REASONS = (EndReason.NOT_A_FIT, EndReason.WENT_SILENT)
    CLOCKS = ("silence_due_at", "quiet_from_at", "fit_check_due_at")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mentor = models.ForeignKey(MentorProfile, on_delete=models.PROTECT, related_name="mentorships")
    mentee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mentorships_as_mentee")
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="mentorships")
    format = models.CharField(max_length=7, choices=MentorProfile.Format)
    status = models.CharField(max_length=11, choices=Status, default=Status.ACTIVE)
    place = models.PositiveSmallIntegerField(editable=False)
    started_at = models.DateTimeField("began on")
    planned_end_on = models.DateField("planned end", null=True, blank=True, help_text="None for one-off help.")
    end_asked_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Since when both are asked about the planned end."
    )
    paused_at = models.DateTimeField("paused since", null=True, blank=True, help_text="Since when it is paused.")
    paused_for = models.DurationField(
        "time of all pauses", default=timedelta, help_text="The length of all pauses that are over."
    )
    silence_due_at = models.DateTimeField(editable=False, help_text="When a sweep looks next at a silence.")
    quiet_from_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="The two are quiet since then at the earliest."
    )
    fit_check_due_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When each of the two is asked next how it goes."
    )
    ongoing_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="who wants to go on",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    ongoing_until_on = models.DateField("to go on until", null=True, blank=True)
    ongoing_asked_at = models.DateTimeField("asked to go on since", null=True, blank=True)
    ended_at = models.DateTimeField("ended on", null=True, blank=True)
    end_reason = models.CharField("reason of the end", max_length=20, choices=EndReason, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mentor", "place"],
                condition=Q(status__in=["active", "paused"]),
                name="mentorship_one_per_place_of_a_mentor",
            ),
            models.UniqueConstraint(
                fields=["mentor", "mentee", "goal"],
                condition=Q(status__in=["active", "paused"]),
                name="mentorship_one_running_for_a_pair_and_goal",
            ),
            models.CheckConstraint(condition=Q(format__in=["one_off", "ongoing"]), name="mentorship_format_is_known"),
            models.CheckConstraint(
                condition=Q(format="one_off", planned_end_on__isnull=True)
                | Q(format="ongoing", planned_end_on__isnull=False),
                name="mentorship_has_a_planned_end_if_and_only_if_ongoing",
            ),
            models.CheckConstraint(condition=Q(place__range=(1, CAPACITY_MAX)), name="mentorship_place_is_1_to_10"),
            models.CheckConstraint(
                condition=Q(status__in=["active", "paused"], ended_at__isnull=True)
                | Q(status__in=["completed", "ended_early"], ended_at__isnull=False),
                name="mentorship_has_an_end_if_and_only_if_over",
            ),
            models.CheckConstraint(
                condition=Q(end_reason="") | Q(status__in=["completed", "ended_early"]),
                name="mentorship_has_an_end_reason_only_if_over",
            ),
            models.CheckConstraint(
                condition=Q(status="paused", paused_at__isnull=False)
                | (~Q(status="paused") & Q(paused_at__isnull=True)),
                name="mentorship_is_paused_since_some_time",
            ),
            models.CheckConstraint(
                condition=Q(paused_for__gte=timedelta(0)), name="mentorship_pauses_are_not_negative"
            ),
            # One column holds it, so at most one proposal is open.
            models.CheckConstraint(
                condition=Q(ongoing_by__isnull=True, ongoing_until_on__isnull=True, ongoing_asked_at__isnull=True)
                | Q(
                    ongoing_by__isnull=False,
                    ongoing_until_on__isnull=False,
                    ongoing_asked_at__isnull=False,
                    format="one_off",
                    status__in=["active", "paused"],
                ),
                name="mentorship_may_become_ongoing_while_one_off_and_running",
            ),
        ]
        indexes = [
            # "My mentorships", newest first, for either side.
            models.Index(fields=["mentor", "-started_at", "-id"], name="mentorship_of_mentor"),
            models.Index(fields=["mentee", "-started_at", "-id"], name="mentorship_of_mentee"),
            # The sweep over planned ends that nobody was asked about.
            models.Index(
                fields=["planned_end_on", "id"],
                condition=Q(status__in=["active", "paused"], end_asked_at__isnull=True),
                name="mentorship_end_to_ask_about",
            ),
            # The admins' list of those who have not met.
            models.Index(fields=["started_at", "id"], condition=Q(status="active"), name="mentorship_active_since"),
            # The sweep over those who may be quiet, and the one over those who are asked how it goes.
            models.Index(fields=["silence_due_at", "id"], condition=Q(status="active"), name="mentorship_silence"),
            models.Index(
                fields=["fit_check_due_at", "id"],
                condition=Q(status="active", fit_check_due_at__isnull=False),
                name="mentorship_fit_check",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentor} and {self.mentee}"

    def move_to(self, status: str, *, at: datetime) -> None:
        """Change the status of the locked row, and save. Raises MoveNotAllowed unless ``MOVES`` allows it."""
        self.must_allow(status)
        if self.paused_at is not None:
            self._end_pause(at - self.paused_at)
        self.status = status
        if status == self.Status.PAUSED:
            self.paused_at = at
        if status in self.OVER:
            self.ended_at = at
            self.close_proposal()
        self.save()

    def close_proposal(self) -> None:
        """Remove the proposal to make it ongoing. The caller saves."""
        self.ongoing_by = self.ongoing_until_on = self.ongoing_asked_at = None

    def _end_pause(self, length: timedelta) -> None:
        length = max(length, timedelta(0))
        self.paused_at = None
        self.paused_for += length
        for clock in self.CLOCKS:
            if stopped := getattr(self, clock):
                setattr(self, clock, stopped + length)

    def other_of(self, person: User) -> User:
        """Return the one of the two who is not ``person``."""
        return self.mentor.user if person.pk == self.mentee_id else self.mentee

    def end_reason_for(self, person: User) -> str:
        """Return the reason that ``person`` may read. Empty if there is none for them."""
        if self.end_reason == self.EndReason.HANDED_OVER:
            return self.end_reason if person.pk == self.mentee_id else ""
        private = self.end_reason in self.PRIVATE_REASONS and self.ended_by_id != person.pk
        return "" if private else self.end_reason
