"""Pages of lists, by keyset: a page begins after the last row of the page before, in the total order of the list."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import DataError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework import exceptions, pagination
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

CURSOR_MAX = 2000  # characters


@dataclass(frozen=True)
class Edge:
    """The edge of a page: the sort values of a row, or None for the end of the list."""

    values: tuple[Any, ...] | None
    backward: bool = False

    def encode(self) -> str:
        return urlsafe_b64encode(json.dumps([int(self.backward), self.values]).encode()).decode()

    @classmethod
    def decode(cls, text: str, *, width: int) -> Edge:
        """Raises ValueError for any text that ``encode`` cannot have written for an order of ``width`` columns."""
        if len(text) > CURSOR_MAX:
            raise ValueError
        backward, values = json.loads(urlsafe_b64decode(text))
        if values is None and backward == 1:
            return cls(None, backward=True)
        plain = isinstance(values, list) and all(
            value is None or isinstance(value, str | int | float) for value in values
        )
        if not plain or len(values) != width or backward not in (0, 1):
            raise ValueError
        return cls(tuple(values), backward=bool(backward))


def sort_values(row: Model, order: tuple[str, ...]) -> tuple[Any, ...]:
    """Return the values of ``row`` in the columns of ``order``, as JSON can hold them without loss."""
    return tuple(_plain(_value(row, column.removeprefix("-"))) for column in order)


def _value(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = None if row is None else getattr(row, name)
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()  # with microseconds
    return str(value) if isinstance(value, Decimal | UUID) else value


def after(order: tuple[str, ...], values: tuple[Any, ...]) -> Q:
    """Return the condition for rows that follow the row with ``values``. PostgreSQL sorts NULL as the largest value."""
    found = Q(pk__in=[])
    equal = Q()
    for column, value in zip(order, values, strict=True):
        name, descends = column.removeprefix("-"), column.startswith("-")
        if value is None:
            beyond = Q(**{f"{name}__isnull": False}) if descends else Q(pk__in=[])
            same = Q(**{f"{name}__isnull": True})
        else:
            beyond = (
                Q(**{f"{name}__lt": value})
                if descends
                else Q(**{f"{name}__gt": value}) | Q(**{f"{name}__isnull": True})
            )
            same = Q(**{name: value})
        found |= equal & beyond
        equal &= same
    return found


def turned(order: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(column.removeprefix("-") if column.startswith("-") else f"-{column}" for column in order)


class CursorPagination(pagination.CursorPagination):
    """Pages in the order that the selector decides.

    Each row is on one page, also if many rows are equal in the first columns, and if rows come or go meanwhile.
    """

    page_size = 25
    max_page_size = 100
    page_size_query_param = "page_size"

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        cursor, size = super().get_schema_operation_parameters(view)
        return [cursor, size | {"schema": {"type": "integer", "minimum": 1}}]

    def get_ordering(self, request: Request, queryset: QuerySet, view: APIView | None) -> tuple[str, ...]:
        columns = queryset.query.order_by
        order = tuple(column for column in columns if isinstance(column, str))
        if len(order) < len(columns) or not order or order[-1] not in ("pk", "-pk"):
            raise ImproperlyConfigured(f"{type(view).__name__}: the list has no total order; its selector decides it.")
        return order

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return self.page_size
        if not (asked.isascii() and asked.isdigit()) or not int(asked[:9]):
            raise exceptions.ValidationError({"page_size": _("Give a number from 1 on; at most 100 rows are sent.")})
        return min(int(asked[:9]), self.max_page_size)

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list:
        self.request = request
        self.address = request.build_absolute_uri()
        size = self.get_page_size(request)
        self.order = self.get_ordering(request, queryset, view)
        try:
            self.edge = self._edge(request)
            rows = list(self._rows(queryset)[: size + 1])
        except (ValidationError, ValueError, TypeError, RecursionError, OverflowError, DataError):
            if not request.query_params.get(self.cursor_query_param):
                raise
            fault = _("Follow the links `next` and `previous` as they are.")
            raise exceptions.ValidationError({"cursor": fault}) from None
        backward = self.edge is not None and self.edge.backward
        more, rows = len(rows) > size, rows[:size]
        self.page = rows[::-1] if backward else rows
        self.has_previous = more if backward else self.edge is not None
        self.has_next = backward or more
        return self.page

    def _rows(self, queryset: QuerySet) -> QuerySet:
        """Return the rows from the cursor on, nearest first."""
        if self.edge is None:
            return queryset
        order = turned(self.order) if self.edge.backward else self.order
        values = self.edge.values
        return (queryset if values is None else queryset.filter(after(order, values))).order_by(*order)

    def _edge(self, request: Request) -> Edge | None:
        text = request.query_params.get(self.cursor_query_param)
        return Edge.decode(text, width=len(self.order)) if text else None

    def get_next_link(self) -> str | None:
        if not self.has_next:
            return None
        if not self.page:  # nothing is left before the cursor
            return remove_query_param(self.address, self.cursor_query_param)
        return self._link(Edge(sort_values(self.page[-1], self.order)))

    def get_previous_link(self) -> str | None:
        if not self.has_previous:
            return None
        values = sort_values(self.page[0], self.order) if self.page else None
        return self._link(Edge(values, backward=True))

    def _link(self, edge: Edge) -> str:
        return replace_query_param(self.address, self.cursor_query_param, edge.encode())
