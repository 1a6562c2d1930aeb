"""Deleting the words of concerns that were closed long ago."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Concern
from accounts.models.concern import WORDS_KEPT
from accounts.retention import is_held


def forget_words(*, now: datetime) -> int:
    """Delete the words of both sides WORDS_KEPT after a concern was closed. The outcome stays. Return how many."""
    old = Concern.objects.exclude(words="", answer="").filter(closed_at__lte=now - WORDS_KEPT)
    old = old.exclude(is_held("raised_by", "about"))
    return old.update(words="", more_words="", answer="")
