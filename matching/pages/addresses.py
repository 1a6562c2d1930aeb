"""Addresses of pages that members open by their login, and readers of a mail by a signed link."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from accounts.signed import is_logged_in


def address_for(request: HttpRequest, person: User, route: str, uuid: UUID, link: Callable[[], str]) -> str:
    """Return the address of a page for ``person``: that for members if they are logged in, else the signed ``link``."""
    return reverse(route, args=[uuid]) if is_logged_in(request, person) else link()
