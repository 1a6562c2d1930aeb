"""One question that a mentor asks back before deciding, and its answer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from matching.models.match import Match

# A third question would be a conversation. For that there is the first call.
CLARIFICATIONS_MAX = 2


class Clarification(models.Model):
    """Question ``number`` of a match, from 1. Without ``answered_at`` it waits for the mentee."""

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="clarifications")
    number = models.PositiveSmallIntegerField()
    question = models.TextField(max_length=1000)
    asked_at = models.DateTimeField("asked on")
    answer = models.TextField(max_length=2000, blank=True)
    answered_at = models.DateTimeField("answered on", null=True, blank=True)

    class Meta:
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["match", "number"], name="clarification_once_per_number"),
            models.UniqueConstraint(
                fields=["match"], condition=Q(answered_at__isnull=True), name="clarification_one_open_per_match"
            ),
            models.CheckConstraint(
                condition=Q(number__range=(1, CLARIFICATIONS_MAX)), name="clarification_twice_at_most"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="clarification_has_an_answer_if_and_only_if_answered",
            ),
            models.CheckConstraint(condition=~Q(question=""), name="clarification_asks_something"),
        ]

    def __str__(self) -> str:
        return f"Question {self.number}"
