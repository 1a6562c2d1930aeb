"""Two people who must not be matched."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy


class Exclusion(models.Model):
    """A pair, stored once. ``first`` has the lower primary key."""

    class Reason(models.TextChoices):
        MANAGER = "manager", gettext_lazy("one manages the other")
        SAME_TEAM = "same_team", gettext_lazy("same team")
        CONFLICT = "conflict", gettext_lazy("conflict of interest")
        BLOCKED = "blocked", gettext_lazy("one blocked the other")

    first = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="one person", on_delete=models.CASCADE, related_name="+"
    )
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="other person", on_delete=models.CASCADE, related_name="+"
    )
    reason = models.CharField(max_length=9, choices=Reason)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="exclusion_once_per_pair"),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="exclusion_lower_key_first",
                violation_error_message="Name two different people.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} apart from {self.second}"

    def clean(self) -> None:
        if self.first_id and self.second_id and self.first_id > self.second_id:
            self.first_id, self.second_id = self.second_id, self.first_id
