"""JSON of requests. DRF loads it before its views, so it is not in `config/api.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.utils import json

from accounts.fields import shortened


class Parser(JSONParser):
    """JSON in which no object has a key twice: all but the last value would be lost."""

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        encoding = (parser_context or {}).get("encoding", settings.DEFAULT_CHARSET)
        try:
            return json.loads(stream.read().decode(encoding), object_pairs_hook=once_each)
        except ValueError as error:
            raise ParseError(_("JSON parse error - %(error)s") % {"error": error}) from error


def once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object. Raises ParseError if a key is there twice."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ParseError(_("The field “%(name)s” is there twice. Send it once.") % {"name": shortened(key)})
        found[key] = value
    return found
