"""ETag and If-Match (RFC 9110): a change is refused if the thing changed since it was read."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from config.api import Refused
from config.rendering import Renderer

HEADER = "If-Match"
# Actions that answer with the thing itself.
SHOWN_BY = ("retrieve", "partial_update")


def is_versioned(view: Any) -> bool:
    """Return whether the view shows one thing that has versions: it says how to lock it."""
    return getattr(view, "lock_version", None) is not None and getattr(view, "detail", True) is not False


def has_condition(view: Any, request: Request) -> bool:
    return HEADER in request.headers and request.method not in SAFE_METHODS and is_versioned(view)


def must_match(view: Any, request: Request) -> None:
    """Lock the thing of ``view`` until the end of the transaction. Raises Refused unless the version is the one sent.

    A version is a hash of what GET answers, so it changes with whatever the person could have read. Fields that the
    serializer names in ``moved_by_others`` are left out: they change while the thing does not.
    """
    wanted = parse_etags(request.headers[HEADER])
    view.lock_version(view.get_object())
    # The part of a view that makes a move may have a serializer of its own.
    serializer = type(view).serializer_class
    shown = serializer(view.get_object(), context=view.get_serializer_context()).data
    if "*" not in wanted and _etag(view, shown) not in wanted:
        detail = _("This changed since you read it. Read it again, then decide whether your change still fits.")
        raise Refused(status.HTTP_412_PRECONDITION_FAILED, "changed_since_read", detail)


def shows(view: Any, method: str) -> bool:
    """Return whether the answer to ``method`` is the thing itself."""
    action = getattr(view, "action", None)
    return action in SHOWN_BY if action else method in ("GET", "HEAD", "PATCH")


def add_etag(view: Any, response: Response) -> None:
    """Add the ETag to an answer that shows the thing."""
    if response.status_code == status.HTTP_200_OK and is_versioned(view) and shows(view, view.request.method):
        response["ETag"] = _etag(view, response.data)


def _etag(view: Any, data: dict[str, Any]) -> str:
    left_out = getattr(type(view).serializer_class, "moved_by_others", ())
    own = {name: value for name, value in data.items() if name not in left_out}
    return f'"{sha256(Renderer().render(own)).hexdigest()[:32]}"'
