"""Milestones on the way to a goal."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Deferrable, Q

from mentorship.models.goal import Goal

MILESTONES_MAX = 12
TITLE_MAX = 160  # characters


class Milestone(models.Model):
    """A milestone of a goal. The milestones of a goal are numbered from 1, in the order that the mentee gives them."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="milestones")
    position = models.PositiveSmallIntegerField("number")
    title = models.CharField(max_length=TITLE_MAX)
    by_on = models.DateField("planned by", null=True, blank=True)
    created_at = models.DateTimeField("written on")
    reached_at = models.DateTimeField("reached on", null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            # Deferred: two milestones change places in one transaction.
            models.UniqueConstraint(
                fields=["goal", "position"], name="milestone_position_once_a_goal", deferrable=Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=Q(position__range=(1, MILESTONES_MAX)), name="milestone_position_1_to_12"),
            models.CheckConstraint(condition=~Q(title=""), name="milestone_has_a_title"),
        ]

    def __str__(self) -> str:
        return f"Milestone {self.position} of {self.goal.mentee}: {self.goal.kind}"
