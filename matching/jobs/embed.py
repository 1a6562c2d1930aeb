"""Computing the vectors of saved texts."""

from __future__ import annotations

import logging
from collections.abc import Collection

import numpy as np
from billiard.exceptions import SoftTimeLimitExceeded
from django.db.models import F, Q

from accounts.models import MentorProfile
from matching.models import HelpRequest, MentorTexts, RequestText
from matching.text.items import mentor_items, request_text
from matching.text.model import digest_of, matrix, text_model, vector_of

log = logging.getLogger(__name__)

BATCH = 50


def embed_stale(*, limit: int | None = None, among: Collection[int] | None = None) -> int:
    """Compute the vectors of mentors whose texts or model changed. Return how many mentors.

    ``among`` limits it to these users. No lock is held while computing, so that saving a profile never waits. A change
    in the meantime has a higher number, and is computed again. Two runs at once do some work twice. A mentor who fails
    is logged and left to the next run, and the others go on.
    """
    stale = MentorTexts.objects.filter(~Q(computed=F("changes")) | ~Q(model=text_model().name))
    if among is not None:
        stale = stale.filter(mentor__user__in=among)
    done = 0
    failed: set[int] = set()
    while (limit is None or done < limit) and (rows := list(stale.exclude(pk__in=failed).order_by("pk")[:BATCH])):
        mentors = MentorProfile.objects.select_related("user__profile").prefetch_related("user__profile__career")
        # Read after the numbers: texts may be newer than their number says, never older.
        found = {mentor.pk: mentor for mentor in mentors.filter(pk__in=[row.pk for row in rows])}
        for row in rows:
            try:
                _embed(row, mentor_items(found[row.pk]) if row.pk in found else [])
            except SoftTimeLimitExceeded:
                raise
            except Exception:
                log.exception("mentor %s: the vectors could not be computed", row.pk)
                failed.add(row.pk)
            else:
                done += 1
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
