"""Queries that several figures share: rows of a period, trends and percentiles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, Count, DateTimeField, DurationField, F, Func, IntegerField, Q, QuerySet, Value

from accounts.figures.values import TREND_PARTS, Period
from accounts.models import User


class MedianAndP90(Aggregate):
    """The median and the 90th percentile of durations, interpolated. None without a row."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = ArrayField(DurationField())


def within(field: str, period: Period, now: datetime) -> Q:
    """Return the condition that ``field`` is in the period."""
    return Q(**{f"{field}__gte": period.start(now), f"{field}__lt": now})


def began(period: Period, now: datetime) -> datetime:
    """Return the beginning of the period. ALL begins when the first member joined. One query at most."""
    if period is not Period.ALL:
        return period.start(now)
    return User.objects.order_by("joined_at").values_list("joined_at", flat=True).first() or now


def trend(rows: QuerySet[Any], field: str, period: Period, now: datetime) -> tuple[int, ...]:
    """Return how many ``rows`` there are in each of TREND_PARTS equal parts of the period, by ``field``.

    Rows before the beginning count for the first part. Two queries at most.
    """
    start = began(period, now)
    bounds = [start + (now - start) / TREND_PARTS * number for number in range(1, TREND_PARTS)]
    part = Func(
        F(field),
        Value(bounds, output_field=ArrayField(DateTimeField())),
        function="width_bucket",
        output_field=IntegerField(),
    )
    found = rows.filter(within(field, period, now)).order_by().annotate(part=part)
    counts = Counter(dict(found.values("part").annotate(count=Count("pk")).values_list("part", "count")))
    return tuple(counts[number] for number in range(TREND_PARTS))


def median_and_p90(durations: Sequence[timedelta] | None) -> dict[str, float | None]:
    """Return the numbers of a MedianAndP90 in seconds."""
    median, p90 = durations or (None, None)
    return {
        "median": None if median is None else median.total_seconds(),
        "p90": None if p90 is None else p90.total_seconds(),
    }
