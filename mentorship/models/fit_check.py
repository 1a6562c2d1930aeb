"""Fit checks: each of the two is asked now and then how the mentorship goes, and answers for themselves alone."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from accounts.community_settings import days_of
from mentorship.models.mentorship import Mentorship

# The first one follows the first session that was held. Then they come as the settings say, counted from the start
# without pauses. One that would come within APART after another is left out.
APART = timedelta(days=7)
NOTE_MAX = 500


class FitCheckQuerySet(models.QuerySet["FitCheck"]):
    def open(self) -> FitCheckQuerySet:
        """Return those that wait for an answer."""
        return self.filter(answered_at__isnull=True, closed_at__isnull=True)

    def close(self, *, at: datetime) -> int:
        """Close those that wait for an answer: nobody gave one. Return how many."""
        return self.open().update(closed_at=at)


class FitCheck(models.Model):
    """The question to one of the two, "How is it going?", with the answer.

    Nobody but the person reads the answer and the ``note``: neither the other side nor an admin. Admins read how many
    answers of each kind there are, and that it does not go well if the person tells them (``organisers_told_at``). The
    last answer of a mentee who does not rate the outcome counts in the search for
    mentors.
    """

    class Answer(models.TextChoices):
        GOOD = "good", gettext_lazy("Good")
        UNSURE = "unsure", gettext_lazy("Unsure")
        NOT_GOOD = "not_good", gettext_lazy("Not good")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mentorship = models.ForeignKey(Mentorship, on_delete=models.CASCADE, related_name="fit_checks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=8, choices=Answer, blank=True)
    note = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(
        null=True, blank=True, help_text="The next one came, or the mentorship ended, before an answer."
    )
    organisers_told_at = models.DateTimeField(
        null=True, blank=True, help_text="When the person let the organisers know that it does not go well."
    )

    objects = FitCheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mentorship", "person", "number"], name="fit_check_number_once_a_person"),
            models.UniqueConstraint(
                fields=["mentorship", "person"],
                condition=Q(answered_at__isnull=True, closed_at__isnull=True),
                name="fit_check_one_open_a_person",
            ),
            models.CheckConstraint(
                condition=Q(answer="", note="", answered_at__isnull=True)
                | Q(answer__in=["good", "unsure", "not_good"], answered_at__isnull=False, closed_at__isnull=True),
                name="fit_check_is_answered_or_not",
            ),
            models.CheckConstraint(
                condition=Q(organisers_told_at__isnull=True) | Q(answer="not_good"),
                name="fit_check_tells_the_organisers_only_if_not_good",
            ),
        ]
        indexes = [
            # Those that wait for a person.
            models.Index(
                fields=["person"],
                condition=Q(answered_at__isnull=True, closed_at__isnull=True),
                name="fit_check_open_of_person",
            ),
            # The admins' list of those who told them.
            models.Index(
                fields=["organisers_told_at"],
                condition=Q(organisers_told_at__isnull=False),
                name="fit_check_told",
            ),
        ]

    def __str__(self) -> str:
        return f"fit check {self.number} of mentorship {self.mentorship_id}"


def next_fit_check_at(mentorship: Mentorship, *, now: datetime) -> datetime:
    """Return when each of the two of an ongoing mentorship is asked next, if they are asked, or not yet, ``now``."""
    due_at = mentorship.started_at + mentorship.paused_for + days_of("fit_check_first_days")
    while due_at < now + APART:
        due_at += days_of("fit_check_every_days")
    return due_at
