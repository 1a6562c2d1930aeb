"""Versions of the community's rules, and acceptances of them."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class CommunityRules(models.Model):
    """One version of the rules. The highest published version is in force."""

    version = models.PositiveIntegerField(unique=True)
    text = models.TextField()
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-version"]
        verbose_name_plural = "community rules"

    def __str__(self) -> str:
        return f"version {self.version}"


class RulesAcceptance(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="accepted_rules")
    rules = models.ForeignKey(CommunityRules, on_delete=models.PROTECT, related_name="acceptances")
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "rules"], name="rules_accepted_once_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} accepted {self.rules_id}"
