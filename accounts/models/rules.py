"""Versions of the community's rules, and acceptances of them."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models.decision import REASON_MAX

RULES_MAX = 20_000  # characters
# The version that ``CommunityRulesQuerySet.asked_of`` finds for a row of accounts_user, for the query of each request.
ASKED_OF_USER = """
SELECT r.version FROM accounts_communityrules r
WHERE r.required_at IS NOT NULL
AND r.version = (
    SELECT max(version) FROM accounts_communityrules WHERE published_at <= now() AND withdrawn_at IS NULL)
AND NOT EXISTS (
    SELECT FROM accounts_rulesacceptance a WHERE a.rules_id = r.id AND a.user_id = accounts_user.id)
"""


class CommunityRulesQuerySet(models.QuerySet["CommunityRules"]):
    def in_force(self, *, at: datetime) -> CommunityRulesQuerySet:
        """Return the highest version that is published at that time, alone."""
        later = CommunityRules.objects.filter(version__gt=OuterRef("version"), published_at__lte=at)
        return self.filter(~Exists(later), published_at__lte=at)

    def asked_of(self, user: int, *, at: datetime) -> CommunityRulesQuerySet:
        """Return the version in force, if ``user`` is asked to accept it, and has not done so."""
        accepted = RulesAcceptance.objects.filter(rules=OuterRef("pk"), user=user)
        return self.in_force(at=at).filter(~Exists(accepted), required_at__isnull=False)

    def required_of(self, user: int, *, at: datetime) -> CommunityRulesQuerySet:
        """Return the versions without which ``user`` makes no move. To accept one accepts those before it.

        A version that is planned is never among them: it is required at its publication at the earliest.
        """
        accepted = RulesAcceptance.objects.filter(user=user).order_by("-rules__version")
        newest = Coalesce(Subquery(accepted.values("rules__version")[:1]), 0)
        return self.filter(required_at__lte=at, version__gt=newest)


class CommunityRulesManager(models.Manager.from_queryset(CommunityRulesQuerySet)):  # type: ignore[misc]
    """The versions that are or will be published, without those that were withdrawn before their time."""

    def get_queryset(self) -> CommunityRulesQuerySet:
        return super().get_queryset().filter(withdrawn_at__isnull=True)


class CommunityRules(models.Model):
    """One version of the rules. The highest published version is in force.

    A version that is planned for later can be withdrawn or moved before its time. Its number is not used again.
    """

    version = models.PositiveIntegerField(unique=True)
    text = models.TextField()
    published_at = models.DateTimeField("in force from", default=timezone.now)
    required_at = models.DateTimeField(
        "needed from",
        null=True,
        blank=True,
        help_text="From then on, members who have not accepted it ask, offer and accept nothing. "
        "Empty for the first version, which members accepted as they joined.",
    )

    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="It was never in force.")
    reason = models.TextField(
        max_length=REASON_MAX,
        blank=True,
        db_default="",
        default="",
        help_text="Why it was withdrawn, or moved to another time. For admins.",
    )

    objects = CommunityRulesManager()
    with_withdrawn = models.Manager()  # noqa: DJ012 -- a second manager

    class Meta:
        ordering = ["-version"]
        # The admin and the record of changes show withdrawn versions as well.
        default_manager_name = "with_withdrawn"
        verbose_name_plural = "community rules"
        constraints = [
            # A version that is required before it is published would refuse moves without a text to accept.
            models.CheckConstraint(
                condition=Q(required_at__isnull=True) | Q(required_at__gte=F("published_at")),
                name="community_rules_are_published_before_they_are_required",
            ),
            # Members may have accepted a version from its publication on.
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__lt=F("published_at")),
                name="community_rules_are_withdrawn_before_they_are_published",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.version}"

    @property
    def is_planned(self) -> bool:
        return self.withdrawn_at is None and self.published_at > timezone.now()


class RulesAcceptance(models.Model):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="person", on_delete=models.CASCADE, related_name="accepted_rules"
    )
    rules = models.ForeignKey(
        CommunityRules, verbose_name="version", on_delete=models.PROTECT, related_name="acceptances"
    )
    accepted_at = models.DateTimeField("accepted on")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "rules"], name="rules_accepted_once_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.user} accepted {self.rules}"
