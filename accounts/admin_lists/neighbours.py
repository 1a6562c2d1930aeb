"""The rows before and after a row of a list, whatever the length of the list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup, DisallowedModelAdminToField
from django.contrib.admin.options import IS_POPUP_VAR, IncorrectLookupParameters
from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import ERROR_FLAG, PAGE_VAR, ChangeList
from django.core.exceptions import BadRequest, FieldDoesNotExist
from django.db import DataError, transaction
from django.db.models import Count, F, Model, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, QueryDict
from django.urls import ResolverMatch, reverse

from accounts.way_back import FILTERS, PLACE, Neighbours, query_of_list


def neighbours_of(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    key: int,
    *,
    among: Q | None = None,
    otherwise: str | None = None,
) -> Neighbours | None:
    """Return the neighbours of a row in the list from which the reader came, as the list is now.

    None without such a list, and for filters that the list does not take. A row that has left the list, as it was
    decided, stands where it was. The addresses are those of the page that is shown, about the other rows. ``among``
    leaves out other rows of the list. ``otherwise`` has the filters of the list for a reader who came from none. Two to
    five queries beside those of the filters, whatever the number of rows.
    """
    route = cast(ResolverMatch, request.resolver_match).view_name
    place, filters = request.GET.get(PLACE, ""), request.GET.get(FILTERS, "")
    if otherwise is not None and not place:
        place, filters = "1", filters or otherwise
    if not (place.isascii() and place.isdecimal()) or len(place) > 9 or int(place) < 1:
        return None
    try:
        # A savepoint: the database may refuse a value of the filters.
        with transaction.atomic():
            rows = list_with(model_admin, request, filters).queryset.filter(among or Q())
            stand = _near(rows, key, int(place)) or _anywhere(rows, key) or _gone(rows, int(place))
    except (
        *(BadRequest, IncorrectLookupParameters, DisallowedModelAdminLookup, DisallowedModelAdminToField),
        *(DataError, ValueError),
    ):
        return None

    def page(other: int | None, at: int) -> str | None:
        if other is None:
            return None
        return reverse(route, args=[quote(other)]) + query_of_list(filters, at)

    before, after, now_at, total = stand
    at = now_at or int(place)
    return Neighbours(page(before, at - 1), page(after, at + 1 if now_at else at), now_at, total)


# The keys before and after, the place of the row itself, and the number of rows.
Stand = tuple[int | None, int | None, int | None, int]


def list_with(model_admin: admin.ModelAdmin, request: HttpRequest, filters: str) -> ChangeList:
    """Return the list of a model with ``filters``, the query of its address. No page of it is read, or counted."""
    listed = copy(request)
    listed.reads_no_page = True  # type: ignore[attr-defined]
    sent = QueryDict(filters, mutable=True)
    if "%00" in sent.urlencode():
        raise BadRequest("A text has a NUL character in it.")
    for name in (PAGE_VAR, IS_POPUP_VAR, ERROR_FLAG):
        sent.pop(name, None)
    listed.GET = sent  # type: ignore[assignment]
    return model_admin.get_changelist_instance(listed)


def _near(rows: QuerySet[Any], key: int, place: int) -> Stand | None:
    """Return where a row stands if it is still at ``place``. The list is read up to there, as its own page reads it."""
    start = max(place - 2, 0)
    keys = list(rows.values_list("pk", flat=True)[start : place + 1])
    at = place - 1 - start
    if len(keys) <= at or keys[at] != key:
        return None
    after = keys[at + 1] if len(keys) > at + 1 else None
    return keys[at - 1] if at else None, after, place, rows.count()


def _anywhere(rows: QuerySet[Any], key: int) -> Stand | None:
    """Return where a row stands in the whole list: its neighbours by the order, and the number of rows before it."""
    order = [replace(column, name=f"order_{number}") for number, column in enumerate(_ordering(rows))]
    listed = rows.annotate(**{column.name: column.expression for column in order})
    names = [column.name for column in order]
    values = listed.filter(pk=key).order_by().values_list(*names).first()
    if values is None:
        return None
    earlier = _beyond([column.reversed() for column in order], values)
    backwards = listed.filter(earlier).order_by(*(column.reversed().order() for column in order))
    onwards = listed.filter(_beyond(order, values)).order_by(*(column.order() for column in order))
    before, after = (found.values_list("pk", flat=True).first() for found in (backwards, onwards))
    numbers = listed.order_by().aggregate(total=Count("pk"), before=Count("pk", filter=earlier))
    return before, after, numbers["before"] + 1, numbers["total"]


def _gone(rows: QuerySet[Any], place: int) -> Stand:
    """Return the rows around the place at which a row was that is not in the list any more."""
    start = max(place - 2, 0)
    keys = list(rows.values_list("pk", flat=True)[start:place])
    before = keys.pop(0) if place > 1 and keys else None
    return before, keys[0] if keys else None, None, rows.count()


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of an order, annotated as ``name``. Nulls come last if ``nulls_last``, else first."""

    expression: Any
    descends: bool
    nulls_last: bool
    has_nulls: bool = True
    name: str = ""

    def reversed(self) -> _Column:
        return replace(self, descends=not self.descends, nulls_last=not self.nulls_last)

    def order(self) -> OrderBy:
        # PostgreSQL's own place of nulls is not named: an index has it.
        is_own = self.nulls_last != self.descends
        nulls: dict[str, Any] = {} if is_own else {"nulls_last" if self.nulls_last else "nulls_first": True}
        return OrderBy(F(self.name), descending=self.descends, **nulls)

    def beyond(self, value: object) -> Q:
        """Return the condition on values that come after ``value``."""
        if value is None:
            return NOTHING if self.nulls_last else self._is("isnull", False)
        return self._with_nulls(self._is("lt" if self.descends else "gt", value))

    def from_there(self, value: object) -> Q:
        """Return the condition on ``value`` and those after it. An index can be read from there on."""
        if value is None:
            return self._is("isnull", True) if self.nulls_last else Q()
        return self._with_nulls(self._is("lte" if self.descends else "gte", value))

    def _with_nulls(self, condition: Q) -> Q:
        return condition | self._is("isnull", True) if self.nulls_last and self.has_nulls else condition

    def _is(self, lookup: str, value: object) -> Q:
        return Q(**{f"{self.name}__{lookup}": value})


NOTHING = Q(pk__in=[])


def _beyond(order: Sequence[_Column], values: Sequence[object]) -> Q:
    """Return the condition on rows that come after one with ``values`` in the columns of ``order``."""
    condition = NOTHING
    for column, value in zip(reversed(order), reversed(values), strict=True):
        condition = column.from_there(value) & (column.beyond(value) | condition)
    return condition


def _ordering(rows: QuerySet[Any]) -> list[_Column]:
    """Return the columns by which ``rows`` are ordered."""
    annotated = set(rows.query.annotations)
    parts = rows.query.order_by or rows.model._meta.ordering
    return [column for part in parts for column in _columns(rows.model, part, annotated=annotated)]


def _columns(model: type[Model], part: Any, *, annotated: Collection[str], prefix: str = "") -> list[_Column]:
    """Return the columns of a part of an order. A relation is ordered as its model is, as Django does it."""
    if not isinstance(part, str):
        ordered = part if isinstance(part, OrderBy) else OrderBy(part)
        nulls_last = bool(ordered.nulls_last or not (ordered.nulls_first or ordered.descending))
        return [_Column(ordered.expression, ordered.descending, nulls_last)]
    name, descends = prefix + part.lstrip("-"), part.startswith("-")
    related = None if name in annotated else _model_ordered_by(model, name)
    if related is None:
        has_nulls = name in annotated or LOOKUP_SEP in name or (name != "pk" and model._meta.get_field(name).null)
        return [_Column(F(name), descends, not descends, has_nulls)]
    inner = [
        column
        for one in related._meta.ordering or ()
        for column in _columns(model, one, annotated=annotated, prefix=name + LOOKUP_SEP)
    ]
    # The order of the relation is turned around as a whole.
    return [column.reversed() for column in inner] if descends else inner


def _model_ordered_by(model: type[Model], name: str) -> type[Model] | None:
    """Return the related model that ``name`` leads to, if it has an order of its own. None for a column."""
    parts = name.split(LOOKUP_SEP)
    for number, part in enumerate(parts):
        if part == "pk":
            return None
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:
            return None
        if number == len(parts) - 1:
            is_relation = field.is_relation and part != getattr(field, "attname", None)
            related = cast(type[Model], field.related_model) if is_relation else None
            return related if related is not None and related._meta.ordering else None
        model = cast(type[Model], field.related_model)
    return None
