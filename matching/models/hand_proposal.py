"""Proposals that an admin made by hand."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models.decision import REASON_MAX
from matching.models.match import Match

# The hard rules that an admin may override: the two can agree on an hour and on a topic, and on nothing else.
OVERRIDABLE = ("goal_not_offered", "no_overlap")


class HandProposal(models.Model):
    """An admin proposed the mentor of ``match``, and overrode ``rules`` with a reason that admins read."""

    match = models.OneToOneField(Match, on_delete=models.CASCADE, related_name="by_hand")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    proposed_at = models.DateTimeField("proposed on")
    rules = ArrayField(
        models.CharField(max_length=30), default=list, blank=True, size=len(OVERRIDABLE), help_text="Overridden rules."
    )
    reason = models.TextField(max_length=REASON_MAX, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rules__contained_by=[*OVERRIDABLE]), name="hand_proposal_overrides_no_other_rule"
            ),
            models.CheckConstraint(
                condition=Q(rules=[]) | Q(reason__regex=r"\S"), name="hand_proposal_that_overrides_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"By {self.by or 'somebody who left'}"
