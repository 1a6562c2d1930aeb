"""Counting private answers of closed weeks, once, for the figures of the admins."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from mentorship.models import AnswerStep
from mentorship.models.outcome import ANSWER_WITHIN
from mentorship.selectors.answer_steps import asked_before, last_monday, steps_of

LOCK = 0x73746570  # an advisory lock: any number that no other code uses


def close_answer_steps(*, now: datetime) -> int:
    """Count the answers of the weeks that ended ANSWER_WITHIN ago, in steps. Return how many steps."""
    return sum(_close(question, now=now) for question in AnswerStep.Question.values)


@transaction.atomic
def _close(question: str, *, now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = AnswerStep.objects.filter(question=question).order_by("-end_at").first()
    since, until = last.end_at if last else None, last_monday(now - ANSWER_WITHIN)
    asked = asked_before(until, question, since=since)
    return len(AnswerStep.objects.bulk_create(steps_of(asked, question, since=since, until=until)))
