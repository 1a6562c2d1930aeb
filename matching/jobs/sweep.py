"""Going through what is due, one row at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from billiard.exceptions import SoftTimeLimitExceeded
from django.db.models import QuerySet

log = logging.getLogger(__name__)

BATCH = 200


def each_due(due: QuerySet[Any], act: Callable[[int], bool]) -> int:
    """Do ``act`` with the primary key of every row of ``due``, in its order, and return for how many it was done.

    ``act`` is a transaction of its own. It returns False if nothing is due there any more, or if somebody else holds
    the row. One that fails is logged and left to the next sweep; the others go on.
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
