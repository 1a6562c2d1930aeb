"""The registry of figures: the one place where each is defined, with its count and the list behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise

from accounts.figures.values import Counted, Line, Period, Unit
from accounts.models import User

# In the query of a list they stand for the period, and for the code of a line.
PERIOD, LINE = "{period}", "{line}"

Query = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """Figures about one subject. Groups are shown by ``position``."""

    title: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One number of a figure. ``query`` leads to the things of this part, in the list behind the figure.

    Parts with ``in_chart`` have no thing in common, so that a bar can be divided into them.
    """

    code: str
    label: str
    unit: Unit = Unit.COUNT
    in_chart: bool = False
    query: Query | None = None


MEDIAN = Part(code="median", label="median", unit=Unit.SECONDS)
P90 = Part(code="p90", label="90% within", unit=Unit.SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """The list of the admin that has the rows that a figure counts, and the permission to see it.

    ``of_line`` is the query of a line.
    """

    label: str
    page: str
    permission: str
    query: Query = field(default_factory=dict)
    of_line: Query = field(default_factory=dict)

    def url(self, period: Period, query: Query | None = None, *, line: str = "") -> str:
        """Return the address of the list, with its own query or another one."""
        wanted = self.query if query is None else query
        stands_for = {PERIOD: period.value, LINE: line}
        said = {name: stands_for.get(value, value) for name, value in wanted.items()}
        return f"{reverse(f'admin:{self.page}')}{'?' if said else ''}{urlencode(said)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class More:
    """A page of the admin that has more about a figure, and the permission to see it."""

    label: str
    page: str
    permission: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure. ``definition`` says in whole sentences what is counted; ``of`` names the things, in plural.

    One that ``is_state`` tells how it is now, for each period the same. So does one that ``is_slow``: its count takes
    seconds, so the home never waits for it. ``permission``: to see the figure, besides that to see figures.

    One that ``is_private`` counts answers that nobody but their authors reads. It has no list ``behind`` it: where all
    gave the same answer, the list would name them. Every other figure has one.
    """

    code: str
    group: FigureGroup
    title: str
    definition: str
    of: str
    count: Callable[[Period, datetime], Counted]
    parts: tuple[Part, ...] = ()
    is_state: bool = False
    is_slow: bool = False
    is_private: bool = False
    behind: Behind | None = None
    more: More | None = None
    permission: str = "accounts.view_figures"

    def url(self, period: Period, *, reader: User) -> str:
        """Return the address of the list of what is counted. Empty for a reader who may not see it."""
        behind = self._list_for(reader)
        return behind.url(period) if behind else ""

    def url_of_part(self, part: Part, period: Period, *, reader: User) -> str:
        behind = self._list_for(reader)
        return behind.url(period, part.query) if behind and part.query is not None else ""

    def url_of_line(self, line: Line, period: Period, *, reader: User) -> str:
        behind = self._list_for(reader)
        return behind.url(period, behind.of_line, line=line.code) if behind else ""

    def _list_for(self, reader: User) -> Behind | None:
        return self.behind if self.behind and reader.has_perm(self.behind.permission) else None


def in_english(label: str | Promise) -> str:
    """Return a label of a model as figures show it: the admin is in English, whoever reads."""
    with translation.override("en"):
        return str(label).lower()


_figures: dict[str, Figure] = {}


def register(*figures: Figure) -> None:
    """Add figures. Raises ValueError if a code is taken, or if a figure has no list and is not private."""
    for figure in figures:
        if figure.is_private == (figure.behind is not None):
            raise ValueError(f"figure {figure.code!r} must have a list behind it, or be private")
        if figure.code in _figures:
            raise ValueError(f"figure {figure.code!r} is registered twice")
        _figures[figure.code] = figure


def all_figures() -> tuple[Figure, ...]:
    """Return all figures by group, and within a group in the order of registration."""
    return tuple(sorted(_figures.values(), key=lambda figure: figure.group.position))
