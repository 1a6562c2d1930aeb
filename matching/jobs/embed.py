"""Computing the vectors of saved texts."""

from __future__ import annotations

import logging
from collections.abc import Collection

import numpy as np
from billiard.exceptions import SoftTimeLimitExceeded
from django.db.models import F, Q

from accounts.models import MentorProfile
from matching.models import HelpRequest, MentorTexts, RequestText
from matching.text.encoder import Encoder, digest_of, encoder, matrix
from matching.text.language import language_of
from matching.text.texts import request_texts, sentences, whole_profile

log = logging.getLogger(__name__)

BATCH = 50


def embed_stale(*, limit: int | None = None, among: Collection[int] | None = None) -> int:
    """Compute the vectors of mentors whose texts or encoder changed, and detect languages. Return how many mentors.

    ``among`` limits it to these users. No lock is held while computing, so that saving a profile never waits. A change
    in the meantime has a higher number, and is computed again. Two runs at once do some work twice. A mentor who fails
    is logged and left to the next run, and the others go on.
    """
    model = encoder()
    if model is None:
        return 0
    without_languages = Q(languages=[]) & ~Q(items=[])
    stale = MentorTexts.objects.filter(~Q(computed=F("changes")) | ~Q(model=model.name) | without_languages)
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
                _embed(row, found.get(row.pk), model)
            except SoftTimeLimitExceeded:
                raise
            except Exception:
                log.exception("mentor %s: the vectors could not be computed", row.pk)
                failed.add(row.pk)
            else:
                done += 1
    return done


def _embed(row: MentorTexts, mentor: MentorProfile | None, model: Encoder) -> None:
    (texts, quotable), whole = (sentences(mentor), whole_profile(mentor)) if mentor else (([], 0), "")
    stored = matrix(row.vectors, len(row.items), model) if row.model == model.name else None
    known = {} if stored is None else dict(zip(row.items, stored, strict=True))
    fresh = [text for text in texts if text not in known]
    known.update(zip(fresh, model.encode(fresh), strict=True))
    vectors = b"".join(known[text].astype(np.float32).tobytes() for text in texts)
    written_in = language_of(whole)
    # The condition keeps the result for a later change.
    MentorTexts.objects.filter(pk=row.pk, computed__lte=row.changes).update(
        items=texts,
        languages=[language_of(text, otherwise=written_in) for text in texts],
        quotable=quotable,
        vectors=vectors,
        whole=model.encode([whole]).tobytes() if whole else b"",
        model=model.name,
        computed=row.changes,
    )


def embed_request(request: HelpRequest) -> None:
    """Compute and store the vectors of a request's texts, unless they are stored already."""
    model, texts = encoder(), list(request_texts(request).values())
    if model is None or RequestText.objects.filter(help_request=request, digest=digest_of(texts)).exists():
        return
    RequestText.objects.update_or_create(
        help_request=request, defaults={"digest": digest_of(texts), "vectors": model.encode(texts).tobytes()}
    )
