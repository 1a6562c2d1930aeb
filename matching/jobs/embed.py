"""Computing the vectors of saved texts."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from django.db.models import F, Q

from accounts.models import MentorProfile
from matching.models import HelpRequest, MentorTexts, RequestText
from matching.text.items import mentor_items, request_text
from matching.text.model import digest_of, matrix, text_model, vector_of

BATCH = 50


def embed_stale(*, limit: int | None = None, among: Collection[int] | None = None) -> int:
    """Compute the vectors of mentors whose texts or model changed. Return how many mentors.

    ``among`` limits it to these users. No lock is held while computing, so that saving a profile never waits. A change
    in the meantime has a higher number, and is computed again. Two runs at once do some work twice.
    """
    stale = MentorTexts.objects.filter(~Q(computed=F("changes")) | ~Q(model=text_model().name))
    if among is not None:
        stale = stale.filter(mentor__user__in=among)
    done = 0
    while (limit is None or done < limit) and (rows := list(stale.order_by("pk")[:BATCH])):
        mentors = MentorProfile.objects.select_related("user__profile").prefetch_related("user__profile__career")
        # Read after the numbers: texts may be newer than their number says, never older.
        texts_of = {mentor.pk: mentor_items(mentor) for mentor in mentors.filter(pk__in=[row.pk for row in rows])}
        for row in rows:
            _embed(row, texts_of.get(row.pk, []))
        done += len(rows)
    return done


def _embed(row: MentorTexts, items: list[str]) -> None:
    model = text_model()
    known = dict(zip(row.items, matrix(row.vectors, len(row.items)), strict=True)) if row.model == model.name else {}
    fresh = [item for item in items if item not in known]
    known.update(zip(fresh, model.encode(fresh), strict=True))
    vectors = b"".join(known[item].astype(np.float32).tobytes() for item in items)
    # The condition keeps the result for a later change.
    MentorTexts.objects.filter(pk=row.pk, computed__lte=row.changes).update(
        items=items, vectors=vectors, model=model.name, computed=row.changes
    )


def embed_request(request: HelpRequest) -> None:
    """Compute and store the vector of a request's text, unless it is stored already."""
    text = request_text(request)
    digest = digest_of(text)
    if RequestText.objects.filter(help_request=request, digest=digest).exists():
        return
    RequestText.objects.update_or_create(
        help_request=request, defaults={"digest": digest, "vector": vector_of(text).tobytes()}
    )
