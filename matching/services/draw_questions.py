"""Drawing questions from the question bank into a mock interview."""

from __future__ import annotations

import random
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from matching.exceptions import NoMoreQuestions
from matching.selectors.question_bank import bank_entries
from mentorship.exceptions import NoSuchPart
from mentorship.locks import lock_practice
from mentorship.models import PracticeRecord
from mentorship.services.practice.items import add_items

DRAWN = 3


@transaction.atomic
def draw_questions(*, record_id: int, by: User, chance: random.Random, now: datetime, **selected: str) -> list[str]:
    """Add three questions of the bank to a mock interview, and return them. Fewer if the bank has fewer new ones.

    ``selected`` are the filters of ``bank_entries``. Raises PracticeGone, NotYourRecord, NoSuchPart for another kind of
    record, NoMoreQuestions if there is nothing new, TooManyItems at the limit.
    """
    record = lock_practice(record_id, by=by)
    if record.kind != PracticeRecord.Kind.MOCK_INTERVIEW:
        raise NoSuchPart(_("Questions are drawn into a mock interview."))
    there = set(record.items.values_list("text", flat=True))
    fresh = [entry.question for entry in bank_entries(**selected) if entry.question not in there]
    if not fresh:
        raise NoMoreQuestions(_("The question bank has no more questions for this selection."))
    drawn = chance.sample(fresh, min(DRAWN, len(fresh)))
    add_items(record_id=record.pk, by=by, items=[{"text": question} for question in drawn], now=now)
    return drawn
