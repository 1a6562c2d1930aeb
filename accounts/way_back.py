"""The list of the admin from which a reader came: its filters, the place of a row in it, and the rows beside that.

All are in addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

FILTERS = "_changelist_filters"  # Django's own name
PLACE = "_place"  # the row in the list, counted from 1


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The rows before and after a row of a list, as addresses. ``place`` is None for a row that has left the list."""

    before: str | None
    after: str | None
    place: int | None
    total: int


def list_address(request: HttpRequest, opts: Any) -> str:
    """Return the address of the list of a model, with the filters, search, order and page that the reader left."""
    address = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    filters = request.GET.get(FILTERS, "")
    return f"{address}?{filters}" if filters else address


def row_address(request: HttpRequest, opts: Any, key: object, *, page: str = "change") -> str:
    """Return the address of a page about a row, such as its form. It knows the list, as ``with_list`` says."""
    return with_list(request, reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=[key]))


def with_list(request: HttpRequest, address: str) -> str:
    """Return an address of this site that knows the list from which the reader of this page came."""
    query = query_of_list(request.GET.get(FILTERS, ""), request.GET.get(PLACE, ""))
    return address + (query.replace("?", "&", 1) if "?" in address else query)


def query_of_list(filters: str, place: object) -> str:
    """Return the query that says from which list, and from which place in it, a reader comes."""
    said = {name: value for name, value in ((FILTERS, filters), (PLACE, place)) if value}
    return f"?{urlencode(said)}" if said else ""
