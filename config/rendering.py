"""JSON of the API. DRF loads it before its views, so it is not in `config/api.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import JSONRenderer


class Renderer(JSONRenderer):
    """JSON whose numbers have two decimals at most: 1.9999999999999996 points are 2.0."""

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        return super().render(rounded(data), *args, **kwargs)


def rounded(data: Any) -> Any:
    """Return ``data`` with each float rounded to two decimals."""
    if isinstance(data, float):
        return round(data, 2) + 0.0  # -0.0 becomes 0.0
    if isinstance(data, Mapping):
        return {key: rounded(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [rounded(item) for item in data]
    return data
