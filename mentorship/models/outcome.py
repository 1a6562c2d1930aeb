"""The outcome of a mentorship: a scale in the mentee's words, the questions about it, and the ratings of both.

Goal-attainment scaling: Kiresuk and Sherman, "Goal attainment scaling", Community Mental Health Journal 4 (1968).
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from mentorship.models.mentorship import Mentorship

# A rating of one alone is shown to the other so long after the question. Until then silence is not "no answer".
ANSWER_WITHIN = timedelta(days=14)


class GoalScale(models.Model):
    """The place where a mentee begins, and what less, as hoped and better would be, in their words.

    A trigger refuses new words once the mentorship is over: success is not defined after the fact.
    """

    mentorship = models.OneToOneField(Mentorship, on_delete=models.CASCADE, related_name="goal_scale")
    start = models.TextField()
    less = models.TextField()
    as_hoped = models.TextField()
    better = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(start="") & ~Q(less="") & ~Q(as_hoped="") & ~Q(better=""),
                name="goal_scale_has_all_its_words",
            ),
        ]

    def __str__(self) -> str:
        return f"scale of mentorship {self.mentorship_id}"


class Occasion(models.TextChoices):
    """The two times at which both rate the outcome."""

    END = "end", gettext_lazy("at the end")
    LATER = "later", gettext_lazy("some time later")


class OutcomeQuestion(models.Model):
    """The question about the outcome, to both. Without ``asked_at`` it waits for its day, ``asks_at``.

    Those who have not rated are reminded once.
    """

    mentorship = models.ForeignKey(Mentorship, on_delete=models.CASCADE, related_name="outcome_questions")
    when = models.CharField(max_length=5, choices=Occasion)
    asks_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mentorship", "when"], name="outcome_question_once_an_occasion"),
            models.CheckConstraint(condition=Q(when__in=["end", "later"]), name="outcome_question_occasion_is_known"),
            # A null would make the comparison true.
            models.CheckConstraint(
                condition=Q(asked_at__isnull=True) | Q(asked_at__gte=F("asks_at")),
                name="outcome_question_is_asked_from_its_day_on",
            ),
            models.CheckConstraint(
                condition=Q(reminded_at__isnull=True) | Q(asked_at__isnull=False, reminded_at__gt=F("asked_at")),
                name="outcome_question_is_asked_before_the_reminder",
            ),
        ]
        indexes = [
            # The sweep over questions whose day has come.
            models.Index(fields=["asks_at", "id"], condition=Q(asked_at__isnull=True), name="outcome_question_to_ask"),
            # The sweep over questions that nobody was reminded of.
            models.Index(
                fields=["asked_at", "id"],
                condition=Q(asked_at__isnull=False, reminded_at__isnull=True),
                name="outcome_question_to_remind_of",
            ),
        ]

    def __str__(self) -> str:
        return f"outcome of mentorship {self.mentorship_id}, {self.when}"


class OutcomeRating(models.Model):
    """The outcome as one of the two sees it, from -2 (much less than hoped) to 2 (much more)."""

    class Level(models.IntegerChoices):
        MUCH_LESS = -2, gettext_lazy("Much less than hoped")
        LESS = -1, gettext_lazy("Less than hoped")
        AS_HOPED = 0, gettext_lazy("As hoped")
        BETTER = 1, gettext_lazy("More than hoped")
        MUCH_BETTER = 2, gettext_lazy("Much more than hoped")

    mentorship = models.ForeignKey(Mentorship, on_delete=models.CASCADE, related_name="outcome_ratings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    when = models.CharField(max_length=5, choices=Occasion)
    level = models.SmallIntegerField(choices=Level)
    rated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mentorship", "person", "when"], name="outcome_rating_once_a_person_and_occasion"
            ),
            models.CheckConstraint(condition=Q(when__in=["end", "later"]), name="outcome_rating_occasion_is_known"),
            models.CheckConstraint(condition=Q(level__range=(-2, 2)), name="outcome_rating_is_from_minus_2_to_2"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.level}, {self.when}"
