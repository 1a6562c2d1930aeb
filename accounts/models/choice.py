"""How a person wants to be told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class NotificationChoice(models.Model):
    """How messages of one kind come to one person. What is not chosen comes by mail, at once, and in the app."""

    class Email(models.TextChoices):
        NOW = "now", "at once"
        DIGEST = "digest", "together, once a day"
        OFF = "off"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_choices")
    kind = models.CharField(max_length=40)
    email = models.CharField("e-mail", max_length=6, choices=Email, blank=True, help_text="Empty: as its group.")
    in_app = models.BooleanField("in the app", default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="notification_choice_once_per_kind"),
            models.CheckConstraint(
                condition=Q(email__in=["", "now", "digest", "off"]), name="notification_choice_email_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.get_email_display() or 'as its group'}"


class MailStop(models.Model):
    """No mails of a group to one person, of kinds that are to come as well; but for kinds that they chose by name."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_stops")
    group = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="mail_stop_once_per_group")]

    def __str__(self) -> str:
        return self.group
