"""The delivery of messages that a person chose."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy


class NotificationChoice(models.Model):
    """The delivery of one group of messages to one person. Without a row, the defaults of the group apply."""

    class Email(models.TextChoices):
        NOW = "now", gettext_lazy("at once")
        DIGEST = "digest", gettext_lazy("together, once a day")
        OFF = "off", gettext_lazy("Off")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_choices")
    group = models.CharField(max_length=20)
    email = models.CharField("e-mail", max_length=6, choices=Email, default=Email.NOW)
    in_app = models.BooleanField("in the app", default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "group"], name="notification_choice_once_per_group"),
            models.CheckConstraint(
                condition=Q(email__in=["now", "digest", "off"]), name="notification_choice_email_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.get_email_display()}"
