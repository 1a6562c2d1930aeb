"""Vectors of texts, computed when a text is saved, never while ranking."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import MentorProfile
from matching.models.help_request import HelpRequest


class MentorTexts(models.Model):
    """The short texts of a mentor's profile and their vectors, in the same order.

    Database triggers increment ``changes`` with every change of one of the texts. The vectors are those of change
    number ``computed``. ``vectors`` are float32, row after row. ``model`` names the model that computed them: vectors
    of two models do not compare.
    """

    mentor = models.OneToOneField(MentorProfile, on_delete=models.CASCADE, primary_key=True, related_name="texts")
    items = ArrayField(models.TextField(), default=list)
    vectors = models.BinaryField(default=bytes)
    model = models.CharField(max_length=80, blank=True)
    changes = models.PositiveBigIntegerField(default=1)
    computed = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "mentor texts"
        indexes = [
            # The worker: mentors whose vectors are out of date.
            models.Index(fields=["mentor"], condition=~Q(computed=F("changes")), name="mentor_texts_stale"),
        ]

    def __str__(self) -> str:
        return f"texts of {self.mentor_id}"


class RequestText(models.Model):
    """The vector of a request's text. ``digest`` is the hash of model and text: the vector holds for these only."""

    help_request = models.OneToOneField(HelpRequest, on_delete=models.CASCADE, primary_key=True, related_name="text")
    digest = models.CharField(max_length=64)
    vector = models.BinaryField(default=bytes)

    def __str__(self) -> str:
        return f"text of {self.help_request_id}"
