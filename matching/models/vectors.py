"""Vectors of texts, computed when a text is saved, never while ranking."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import MentorProfile
from matching.models.help_request import HelpRequest


class MentorTexts(models.Model):
    """The short texts of a mentor's profile and their vectors, in one order.

    ``changes`` is counted up by database triggers whenever one of the texts changes, whoever changes it; the vectors
    are those of change number ``computed``. ``vectors`` are float32, row after row; ``model`` says whose, since those
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
            # The worker: what is to be computed.
            models.Index(fields=["mentor"], condition=~Q(computed=F("changes")), name="mentor_texts_stale"),
        ]

    def __str__(self) -> str:
        return f"texts of {self.mentor_id}"


class RequestText(models.Model):
    """The vector of a request's text. ``digest`` is of model and text: another text has another vector."""

    help_request = models.OneToOneField(HelpRequest, on_delete=models.CASCADE, primary_key=True, related_name="text")
    digest = models.CharField(max_length=64)
    vector = models.BinaryField(default=bytes)

    def __str__(self) -> str:
        return f"text of {self.help_request_id}"
