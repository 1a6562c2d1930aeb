"""The sweep loop: one transaction for each row that is due."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from billiard.exceptions import SoftTimeLimitExceeded
from django.db.models import QuerySet

log = logging.getLogger(__name__)

BATCH = 200


def each_due(due: QuerySet[Any], act: Callable[[int], bool]) -> int:
    """Call ``act`` with the primary key of every row of ``due``, in its order. Return how often it returned True.

    ``act`` opens its own transaction. It returns False if its row is no longer due or is locked. A row that fails is
    logged and left to the next sweep, and the sweep goes on with the next row.
    """
    done = 0
    seen: set[int] = set()
    while ids := list(due.exclude(pk__in=seen).values_list("pk", flat=True)[:BATCH]):
        seen.update(ids)
        for pk in ids:
            try:
                done += act(pk)
            except SoftTimeLimitExceeded:
                raise
            except Exception:
                log.exception("%s %s: the sweep could not do its work", due.model._meta.verbose_name, pk)
    return done
