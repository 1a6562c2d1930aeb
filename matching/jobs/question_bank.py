"""The question bank of the worker: vectors of shared questions, and their groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from matching.engine.question_groups import group_questions
from matching.models import BankQuestion
from matching.text.encoder import Encoder, encoder
from mentorship.models import PracticeItem

# Questions that one run embeds. The next run goes on.
LIMIT = 500


@dataclass(frozen=True, slots=True)
class Tended:
    """How many questions left the bank, and how many entered it."""

    removed: int
    added: int


def tend_question_bank() -> Tended:
    """Take questions out that are no longer shared or were changed, add new ones, and group them if anything changed.

    Nothing happens without an encoder. Readers do not wait for it: the selector counts present consent only.
    """
    model = encoder()
    if model is None:
        return Tended(0, 0)
    shared = Q(item__record__shares_questions=True, text=F("item__text"), model=model.name)
    removed = BankQuestion.objects.exclude(shared).delete()[0]
    added = _add(model)
    if removed or added or BankQuestion.objects.filter(group=None).exists():
        _group(model)
    return Tended(removed, added)


def _add(model: Encoder) -> int:
    known = BankQuestion.objects.filter(item=OuterRef("pk"))
    items = PracticeItem.objects.filter(~Exists(known), record__shares_questions=True).order_by("pk")
    texts = list(items.values_list("pk", "text")[:LIMIT])
    vectors = model.encode([text for _pk, text in texts])
    added = 0
    for (pk, text), vector in zip(texts, vectors, strict=True):
        with transaction.atomic():
            # Locked: a question that is deleted meanwhile does not enter.
            if PracticeItem.objects.select_for_update(no_key=True).filter(pk=pk).exists():
                values = {"text": text, "model": model.name, "vector": vector.astype(np.float32).tobytes()}
                added += BankQuestion.objects.get_or_create(item_id=pk, defaults=values)[1]
    return added


@transaction.atomic
def _group(model: Encoder) -> None:
    rows = list(BankQuestion.objects.select_for_update(of=("self",)).select_related("item__record").order_by("pk"))
    if not rows:
        return
    vectors = np.frombuffer(b"".join(bytes(row.vector) for row in rows), dtype=np.float32)
    found = group_questions(vectors.reshape(len(rows), model.dimensions), [row.item.record.owner_id for row in rows])
    for row, centre, central in zip(rows, found.group, found.central, strict=True):
        row.group, row.central = rows[centre].pk, central
    BankQuestion.objects.bulk_update(rows, ["group", "central"], batch_size=500)
