"""Answers of the API that a program may ask for again, with the key of its request."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class KeptAnswer(models.Model):
    """The answer to a POST with an Idempotency-Key, written in the transaction of what the POST did."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request = models.CharField(max_length=64, help_text="SHA-256 of the method, the address and the body.")
    status = models.PositiveSmallIntegerField()
    # It holds what the person may read, also secrets that are shown once.
    sealed_body = models.TextField()
    answered_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="kept_answer_one_for_each_key"),
        ]
        indexes = [
            # The sweep over old answers.
            models.Index(fields=["answered_at"], name="kept_answer_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.status}, {timezone.localtime(self.answered_at):%Y-%m-%d %H:%M}"
