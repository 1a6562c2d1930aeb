"""The kinds of messages: each app lists its own in ``notification_kinds.py``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import Notification

Context = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NotificationKind:
    """One kind of message.

    ``context`` reads what the templates in ``notifications/<code>/`` need; None means that the message is no
    longer true and is not sent. It is called when the row is written, for the title, and again before sending.
    """

    code: str
    context: Callable[[Notification], Context | None]
    # Holds a secret, such as a code: the payload is emptied when the row is done with, and it is not shown in the app.
    secret: bool = False


_kinds: dict[str, NotificationKind] = {}


def register(*kinds: NotificationKind) -> None:
    for kind in kinds:
        if kind.code in _kinds:
            raise ValueError(f"notification kind {kind.code!r} is registered twice")
        _kinds[kind.code] = kind


def kind_of(code: str) -> NotificationKind:
    """Return the kind, or raise LookupError with the codes that exist."""
    try:
        return _kinds[code]
    except KeyError:
        raise LookupError(f"no notification kind {code!r}; there are {', '.join(sorted(_kinds))}") from None
