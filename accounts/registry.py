"""The kinds of messages: each app lists its own in ``notification_kinds.py``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

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
    # About the recipient's own account: goes to an address that bounces, too.
    account: bool = False
    # What is done with a message that may have arrived, as nobody knows: shown to the admins, or, where a duplicate
    # is better than a loss, sent once more. A server that honours EMAIL_IDEMPOTENCY_HEADER makes the question idle.
    if_in_doubt: Literal["hold", "resend"] = "hold"


_kinds: dict[str, NotificationKind] = {}


def register(*kinds: NotificationKind) -> None:
    for kind in kinds:
        if kind.code in _kinds:
            raise ValueError(f"notification kind {kind.code!r} is registered twice")
        _kinds[kind.code] = kind


def known_kind(code: str) -> NotificationKind | None:
    """Return the kind, or None for a row of a version that had others."""
    return _kinds.get(code)


def kind_of(code: str) -> NotificationKind:
    """Return the kind, or raise LookupError with the codes that exist."""
    try:
        return _kinds[code]
    except KeyError:
        raise LookupError(f"no notification kind {code!r}; there are {', '.join(sorted(_kinds))}") from None


def forgotten(code: str) -> dict[str, object]:
    """Return what changes in a row of this kind when it is done with: a secret is not kept."""
    kind = known_kind(code)
    return {"payload": {}} if kind and kind.secret else {}
