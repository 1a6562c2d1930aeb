"""Template tags for pages of the admin that lead back to the list from which their reader came."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template

from accounts import way_back

register = template.Library()


@register.simple_tag(takes_context=True)
def list_address(context: Any, opts: Any) -> str:
    return way_back.list_address(context["request"], opts)


@register.simple_tag(takes_context=True)
def with_list(context: Any, address: str, **query: object) -> str:
    """Return an address that knows the list, with ``query`` in it."""
    return way_back.with_list(context["request"], f"{address}?{urlencode(query)}" if query else address)


@register.simple_tag(takes_context=True)
def list_left(context: Any) -> list[tuple[str, str]]:
    """Return the fields by which a form that is sent by GET knows the list."""
    sent = context["request"].GET
    return [(name, sent[name]) for name in (way_back.FILTERS, way_back.PLACE) if sent.get(name)]


@register.simple_tag(takes_context=True)
def group_of_menu(context: Any, opts: Any) -> dict[str, Any] | None:
    """Return the group of the menu with the list of a model. None for a reader who has no such list."""
    name = getattr(opts, "object_name", "")
    groups = context.get("available_apps", ())
    return next((group for group in groups if any(one["object_name"] == name for one in group["models"])), None)
