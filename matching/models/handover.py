"""The choice of a mentee whose mentor cannot go on, or pauses for long."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from accounts.models.decision import REASON_MAX
from matching.models.help_request import HelpRequest
from mentorship.models import Mentorship


class Handover(models.Model):
    """A mentee's choice between a successor and waiting.

    It is open until it leads on (``closed_at``): to a successor, to a new search, or back to the mentor. A mentee who
    waits can still choose another way.

    - ``opened_by``, ``reason``: the admin who arranged it, and why. Admins read it.
    - ``help_request``: the request that is open again.
    - ``takes_notes``: the next mentor reads the shared notes of the sessions.
    - ``cancelled_until_on``: sessions within the pause are cancelled until this day. None if none were, or all.
    - ``paused_it``: waiting has paused the mentorship, so the mentor's return resumes it.
    """

    class Cause(models.TextChoices):
        SUSPENDED = "suspended", gettext_lazy("the mentor is suspended")
        LEFT = "left", gettext_lazy("the mentor has left")
        PAUSED = "paused", gettext_lazy("the mentor pauses")
        ARRANGED = "arranged", gettext_lazy("the organisers arranged it")

    class Choice(models.TextChoices):
        ASKED = "asked", gettext_lazy("asked a successor")
        SEARCH = "search", gettext_lazy("looks for another mentor")
        WAIT = "wait", gettext_lazy("waits")
        UNANSWERED = "unanswered", gettext_lazy("did not answer")

    # Choices that end the mentorship and open the request again.
    LEADS_ON = (Choice.ASKED, Choice.SEARCH, Choice.UNANSWERED)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mentorship = models.ForeignKey(Mentorship, on_delete=models.CASCADE, related_name="handovers")
    cause = models.CharField(max_length=9, choices=Cause)
    opened_at = models.DateTimeField("begun on")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="begun by",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    reason = models.TextField(max_length=REASON_MAX, blank=True, default="", db_default="")
    reminded_at = models.DateTimeField("reminded on", null=True, blank=True)
    choice = models.CharField(max_length=10, choices=Choice, blank=True)
    chosen_at = models.DateTimeField("chosen on", null=True, blank=True)
    takes_notes = models.BooleanField("shared notes go along", default=False)
    cancelled_until_on = models.DateField("sessions are cancelled until", null=True, blank=True)
    paused_it = models.BooleanField("the pause began with it", default=False)
    help_request = models.ForeignKey(
        HelpRequest, on_delete=models.SET_NULL, null=True, blank=True, related_name="handovers"
    )
    closed_at = models.DateTimeField("closed on", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mentorship"], condition=Q(closed_at__isnull=True), name="handover_one_open_per_mentorship"
            ),
            models.CheckConstraint(
                condition=Q(cause__in=["suspended", "left", "paused", "arranged"]), name="handover_cause_is_known"
            ),
            models.CheckConstraint(
                condition=Q(cause="arranged", reason__regex=r"\S") | (~Q(cause="arranged") & Q(reason="")),
                name="handover_says_why_if_and_only_if_arranged",
            ),
            models.CheckConstraint(
                condition=Q(choice="", chosen_at__isnull=True)
                | Q(choice__in=["asked", "search", "wait", "unanswered"], chosen_at__isnull=False),
                name="handover_has_a_time_of_choice_if_and_only_if_chosen",
            ),
            models.CheckConstraint(
                condition=~Q(choice="wait") | Q(cause="paused"), name="handover_waits_for_a_pause_only"
            ),
            models.CheckConstraint(
                condition=~Q(choice__in=["asked", "search", "unanswered"]) | Q(closed_at__isnull=False),
                name="handover_that_leads_on_is_closed",
            ),
            models.CheckConstraint(
                condition=Q(help_request__isnull=True) | Q(choice__in=["asked", "search", "unanswered"]),
                name="handover_has_a_request_only_if_it_leads_on",
            ),
            models.CheckConstraint(
                condition=Q(takes_notes=False) | Q(choice__in=["asked", "search"]),
                name="handover_takes_notes_only_by_choice",
            ),
            models.CheckConstraint(
                condition=Q(paused_it=False) | Q(choice="wait"), name="handover_pauses_only_to_wait"
            ),
        ]
        indexes = [
            # The sweeps over open handovers, and the admins' list of them.
            models.Index(fields=["opened_at", "id"], condition=Q(closed_at__isnull=True), name="handover_open"),
        ]

    def __str__(self) -> str:
        return f"Handover: {self.mentorship}"
