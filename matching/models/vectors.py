"""Vectors of texts, computed when a text is saved, never while ranking."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import MentorProfile
from matching.models.help_request import HelpRequest


class MentorTexts(models.Model):
    """The vector of a mentor's whole profile, and its sentences with their vectors, in this order.

    Database triggers increment ``changes`` with every change of one of the texts. The vectors are those of change
    number ``computed``. They are float32, row after row; ``whole`` is empty for a profile without a text. ``model``
    names the encoder that computed them: vectors of two encoders do not compare. The first ``quotable`` sentences may
    be quoted. ``languages`` has the code of each sentence's language, "" where nothing tells. It is empty for rows from
    before languages were detected.
    """

    mentor = models.OneToOneField(MentorProfile, on_delete=models.CASCADE, primary_key=True, related_name="texts")
    items = ArrayField(models.TextField(), default=list)
    languages = ArrayField(models.CharField(max_length=8, blank=True), default=list, db_default=[])
    quotable = models.PositiveSmallIntegerField(default=0, db_default=0)
    vectors = models.BinaryField(default=bytes)
    whole = models.BinaryField(default=bytes, db_default=b"")  # triggers insert rows
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
    """The vectors of ``request_texts``, float32, row after row.

    ``digest`` is the hash of the encoder and the texts: the vectors hold for these only.
    """

    help_request = models.OneToOneField(HelpRequest, on_delete=models.CASCADE, primary_key=True, related_name="text")
    digest = models.CharField(max_length=64)
    vectors = models.BinaryField(default=bytes)

    def __str__(self) -> str:
        return f"text of {self.help_request_id}"
