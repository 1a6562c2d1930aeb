"""One change of an open help request by its mentee."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from matching.models.help_request import HelpRequest


class Correction(models.Model):
    """Correction ``number`` of a request, from 1. A proposal from before ``corrected_at`` was judged by the old text.

    ``before`` and ``after`` have the fields that changed. Mentors read some of them, see ``readable_by``.
    ``was_told``: at least one mentor got a message about it.
    """

    help_request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="corrections")
    number = models.PositiveSmallIntegerField()
    corrected_at = models.DateTimeField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    was_told = models.BooleanField(default=False)

    class Meta:
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["help_request", "number"], name="correction_once_per_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="correction_numbers_begin_at_1"),
        ]

    def __str__(self) -> str:
        return f"correction {self.number} of {self.help_request_id}"
