"""Turning texts into vectors when they were saved."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

import numpy as np
from django.db import transaction
from django.db.models import Q

from accounts.models import MentorProfile
from matching.models import HelpRequest, MentorTexts, RequestText
from matching.text.items import mentor_items, request_text
from matching.text.model import text_model

BATCH = 50


def embed_stale(*, limit: int | None = None, among: Collection[int] | None = None) -> int:
    """Compute the vectors of mentors whose texts changed, or were made by another model; return how many mentors.

    ``among``: these users only. Two at once share the work. What changes while it is computed is stale again, and
    is computed again.
    """
    done = 0
    while (limit is None or done < limit) and (count := _embed_batch(among)):
        done += count
    return done


def _embed_batch(among: Collection[int] | None) -> int:
    model = text_model()
    with transaction.atomic():
        stale = (
            MentorTexts.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(Q(stale=True) | ~Q(model=model.name))
            .order_by("pk")
        )
        if among is not None:
            stale = stale.filter(mentor__user__in=among)
        rows = {row.pk: row for row in stale[:BATCH]}
        mentors = MentorProfile.objects.filter(pk__in=rows).select_related("user__profile")
        for mentor in mentors.prefetch_related("user__profile__career"):
            row, items = rows[mentor.pk], mentor_items(mentor)
            known = (
                dict(zip(row.items, _matrix(row.vectors, len(row.items)), strict=True))
                if row.model == model.name
                else {}
            )
            fresh = [item for item in items if item not in known]
            known.update(zip(fresh, model.encode(fresh), strict=True))
            row.items = items
            row.vectors = b"".join(known[item].astype(np.float32).tobytes() for item in items)
            row.model, row.stale = model.name, False
            row.save()
    return len(rows)


def embed_request(request: HelpRequest) -> None:
    """Compute and store the vector of a request's text, unless it is there already."""
    model, text = text_model(), request_text(request)
    digest = hashlib.sha256(f"{model.name}\n{text}".encode(errors="replace")).hexdigest()
    if RequestText.objects.filter(help_request=request, digest=digest).exists():
        return
    vector = model.encode([text])[0].tobytes() if text else b""
    RequestText.objects.update_or_create(help_request=request, defaults={"digest": digest, "vector": vector})


def _matrix(raw: bytes | memoryview, rows: int) -> np.ndarray:
    return np.frombuffer(raw, dtype=np.float32).reshape(rows, -1) if rows else np.empty((0, 0), dtype=np.float32)
