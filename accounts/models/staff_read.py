"""Reads of private data about a person by admins."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy


class StaffRead(models.Model):
    """An admin opened a page with private data about ``person``. One row for each hour, however often they looked."""

    class What(models.TextChoices):
        CONTACT = "contact", gettext_lazy("the e-mail address")
        PROFILE = "profile", gettext_lazy("the profile, with hours and absences")
        # Its author must not learn from it that it was reported.
        FEEDBACK = "feedback", gettext_lazy("feedback of a mentorship")
        NOTE = "note", gettext_lazy("the note to the organisers")
        CONCERNS = "concerns", gettext_lazy("a concern that you raised")
        # Never about a matter of safety: its subject must not learn of it.
        ABOUT = "about", gettext_lazy("a concern about you")
        RECORD = "record", gettext_lazy("the record of changes")
        LETTERS = "letters", gettext_lazy("what you and a mentor or mentee wrote to each other")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="staff_reads")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=12, choices=What)
    hour_at = models.DateTimeField(help_text="The beginning of the hour.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "reader", "what", "hour_at"], name="staff_read_once_an_hour"),
            models.CheckConstraint(condition=~Q(person=F("reader")), name="staff_read_is_of_somebody_else"),
        ]
        indexes = [
            # A person's own list, newest first.
            models.Index(fields=["person", "-hour_at", "-id"], name="staff_read_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.what}, {timezone.localtime(self.hour_at):%Y-%m-%d %H}"
