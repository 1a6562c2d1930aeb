"""Words of concerns are kept as long as their form says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.jobs.concerns import forget_words
from accounts.models.concern import WORDS_KEPT
from tests.factories import NOW, ConcernFactory

pytestmark = pytest.mark.django_db


def test_words_are_deleted_a_year_after_the_end():
    closed = ConcernFactory(status="closed", answer="We spoke with both.", outcome="talked_to", more_words="Again.")
    waits = ConcernFactory(created_at=NOW - timedelta(days=900))

    assert forget_words(now=NOW + WORDS_KEPT - timedelta(seconds=1)) == 0
    assert [forget_words(now=NOW + WORDS_KEPT), forget_words(now=NOW + WORDS_KEPT)] == [1, 0]

    closed.refresh_from_db()
    waits.refresh_from_db()
    assert (closed.words, closed.more_words, closed.answer, closed.outcome) == ("", "", "", "talked_to")
    assert waits.words
