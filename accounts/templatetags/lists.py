"""Template tags for the lists of the admin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

register = template.Library()


@register.simple_tag
def named_cells(headers: Iterable[Mapping[str, Any]], cells: Iterable[str]) -> SafeString:
    """Return the cells of a row, each with the name of its column for a page too narrow for a table.

    A cell without a value is marked, since such a page leaves it out.
    ``cells`` are Django's, and begin with “<td” or “<th”.
    """
    named = []
    for header, cell in zip(headers, cells, strict=True):
        name = capfirst(strip_tags(str(header["text"])).strip())
        empty = " data-empty" if strip_tags(cell) == "-" else ""
        named.append(cell[:3] + format_html(' data-name="{}"{}', name, empty) + cell[3:])
    return mark_safe("".join(named))  # noqa: S308 - the cells are Django's, and the names are escaped
