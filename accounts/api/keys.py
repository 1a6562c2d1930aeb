"""The key of the row that a URL names."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.generics import GenericAPIView, get_object_or_404


def key_in_url(view: GenericAPIView, rows: QuerySet[Any]) -> int:
    """Return the primary key of the row among ``rows`` that the URL names. Raises Http404 without one.

    A move needs no more. It reads the row itself, under its lock.
    """
    keys = view.filter_queryset(rows).values_list("pk", flat=True)
    return int(get_object_or_404(keys, **{view.lookup_field: view.kwargs[view.lookup_field]}))
