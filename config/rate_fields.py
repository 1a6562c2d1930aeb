"""Fields that tell a program how many requests it has left (draft-ietf-httpapi-ratelimit-headers)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from rest_framework.throttling import BaseThrottle


def add_rate_fields(response: HttpResponse, throttles: Iterable[BaseThrottle]) -> None:
    """Add the quota of each limit that counted the request, what is left of it, and when more of it comes free."""
    # Limits that do not apply to the view have counted nothing.
    counted: list[Any] = [limit for limit in throttles if getattr(limit, "history", None)]
    if not counted:
        return
    response["RateLimit-Policy"] = ", ".join(
        f'"{limit.scope}";q={limit.num_requests};w={limit.duration}' for limit in counted
    )
    response["RateLimit"] = ", ".join(
        f'"{limit.scope}";r={max(0, limit.num_requests - len(limit.history))}'
        # The window slides: the oldest request in it is the first that no longer counts.
        f";t={math.ceil(limit.duration - (limit.now - limit.history[-1]))}"
        for limit in counted
    )
