"""Numbers of private answers, for figures. They move in steps, so that no change of a number is one person's."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

# A step of fewer people who answered would tell too much about each.
STEP_FROM = 5


class AnswerStep(models.Model):
    """The answers to what was asked in some closed weeks, counted once.

    Every figure of private answers is a sum of whole steps. A step never changes, whatever becomes of its answers. So
    two readings of a figure differ by the answers of STEP_FROM people at least, or not at all. In no step are all
    answers the same. No answer counts as an answer here.
    """

    class Question(models.TextChoices):
        FIT_CHECK = "fit_check"
        END = "end"
        LATER = "later"

    question = models.CharField(max_length=10, choices=Question)
    start_at = models.DateTimeField(help_text="The end of the step before, or a Monday.")
    end_at = models.DateTimeField(help_text="A Monday, 00:00 UTC. The interval is half-open.")
    people = models.PositiveIntegerField(help_text="Those who answered.")
    asked = models.PositiveIntegerField(help_text="The questions, also those without an answer.")
    numbers = models.JSONField(help_text="The number of each answer.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "start_at"], name="answer_step_begins_once"),
            models.UniqueConstraint(fields=["question", "end_at"], name="answer_step_ends_once"),
            models.CheckConstraint(condition=Q(start_at__lt=F("end_at")), name="answer_step_begins_before_its_end"),
            models.CheckConstraint(condition=Q(people__gte=STEP_FROM), name="answer_step_is_of_five_people"),
            models.CheckConstraint(
                condition=Q(question__in=["fit_check", "end", "later"]), name="answer_step_question_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"answers on {self.question}, until {self.end_at:%Y-%m-%d}"
