"""How long each kind of personal data is kept. The one place that states it, and docs/privacy.md repeats it.

A person whom a legal hold keeps is left out of every sweep here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q

from accounts.models import LegalHold


@dataclass(frozen=True, slots=True)
class Period:
    """Data, in the words of ``what``, are kept for ``length`` from ``since`` on. The task ``sweep`` removes them."""

    what: str
    length: timedelta
    since: str
    sweep: str


_periods: list[Period] = []


def keeps(what: str, length: timedelta, *, since: str, sweep: str) -> None:
    _periods.append(Period(what, length, since, sweep))


def all_periods() -> tuple[Period, ...]:
    return tuple(sorted(_periods, key=lambda one: one.what))


def is_held(*people: str) -> Q:
    """Return the condition that a legal hold keeps one of the people of a row, given by their paths."""
    condition = Q()
    for path in people:
        holds = LegalHold.objects.filter(Q(person=OuterRef(path)) | Q(person__merged_from=OuterRef(path)))
        condition |= Q(Exists(holds.filter(lifted_at__isnull=True)))
    return condition
