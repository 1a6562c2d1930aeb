"""The section “the state of things” of the admin's home: figures with small charts, and the lists behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format

from accounts.figures.charts import Chart, columns, divided_bar
from accounts.figures.registry import Figure, Part, all_figures
from accounts.figures.store import Found, figures_of
from accounts.figures.values import Counted, Period, Unit, duration_in_words, period_called
from accounts.models import User

NOT_SHOWN = "–"
LINES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a figure in words. ``url`` leads to what it counts; it is empty if no list shows that."""

    label: str
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure for a reader. Addresses are empty for lists that the reader may not see, and so is ``more_url``.

    ``charted`` has the numbers that the bar is divided into, in its order, and ``numbers`` the others. Figures that are
    counted more rarely than the others say their ``counted_at``.
    """

    figure: Figure
    n: str
    numbers: list[Number]
    charted: list[Number]
    chart: Chart | None
    lines: list[Number]
    since_at: datetime | None
    counted_at: datetime | None
    url: str
    more_url: str


@dataclass(frozen=True, slots=True)
class PeriodLink:
    label: str
    url: str
    is_chosen: bool


def state_of_things(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the section: a reader without permission for it gets an empty one.

    An unknown period is read as the usual one.
    """
    user, now = cast(User, request.user), timezone.now()
    if not user.has_perm("accounts.view_figures"):
        return {}
    period = period_called(request.GET.get("period", ""))
    found = [one for one in figures_of(period, now=now) if user.has_perm(one.figure.permission)]
    return {
        "figure_groups": [
            (title, [shown(one, period, user) for one in those])
            for title, those in groupby(found, key=lambda one: one.figure.group.title)
        ],
        "figure_periods": [_link(request, each, period) for each in Period],
        "figures_counted_at": min((one.counted_at for one in found if not one.figure.is_slow), default=None),
        "figures_are_counted": len([one for one in found if not one.figure.is_slow]) < _usual_number(user),
    }


def _usual_number(user: User) -> int:
    """Return how many figures ``user`` reads, unless one is counted for the first time."""
    return len([figure for figure in all_figures() if not figure.is_slow and user.has_perm(figure.permission)])


def shown(found: Found, period: Period, user: User) -> Shown:
    """Return a figure as ``user`` reads it."""
    figure, counted = found.figure, found.counted

    def number(part: Part) -> Number:
        return Number(part.label, in_words(part, counted), figure.url_of_part(part, period, reader=user))

    return Shown(
        figure=figure,
        n=number_format(counted.n, use_l10n=True, force_grouping=True),
        numbers=[number(part) for part in figure.parts if not part.in_chart],
        charted=[number(part) for part in figure.parts if part.in_chart],
        chart=_chart(figure, counted),
        lines=[
            Number("", line.text, figure.url_of_line(line, period, reader=user)) for line in counted.lines[:LINES_SHOWN]
        ],
        since_at=found.since_at,
        counted_at=found.counted_at if figure.is_slow else None,
        url=figure.url(period, reader=user),
        more_url=reverse(f"admin:{figure.more.page}") if figure.more and user.has_perm(figure.more.permission) else "",
    )


def in_words(part: Part, counted: Counted) -> str:
    """Return the number of a part with its unit."""
    number = counted.numbers.get(part.code)
    if number is None:
        return NOT_SHOWN
    match part.unit:
        case Unit.SHARE:
            return f"{number:.0%}"
        case Unit.SECONDS:
            return duration_in_words(number)
        case _:
            return number_format(int(number), use_l10n=True, force_grouping=True)


def _chart(figure: Figure, counted: Counted) -> Chart | None:
    """Return the trend, else the bar of the parts. None if a part is not shown."""
    if counted.trend:
        return columns(counted.trend)
    sizes = {part.label: counted.numbers.get(part.code) for part in figure.parts if part.in_chart}
    known = [(label, size) for label, size in sizes.items() if size is not None]
    return divided_bar(known) if len(known) == len(sizes) else None


def _link(request: HttpRequest, each: Period, chosen: Period) -> PeriodLink:
    query = request.GET.copy()
    query["period"] = each.value
    return PeriodLink(each.label, f"?{query.urlencode()}#the-state-of-things", each == chosen)
