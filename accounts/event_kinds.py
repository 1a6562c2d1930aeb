"""Kinds of events that webhooks tell of. Each app registers its own in ``event_kinds.py``.

Triggers write the events (see the migrations of each app), so no way to change a status is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass

TEST = "webhook.test"


@dataclass(frozen=True, slots=True)
class EventKind:
    """``tells`` is a sentence about it, for admins and docs/api.md. ``data`` names what the event carries."""

    code: str
    tells: str
    data: tuple[str, ...]


_kinds: dict[str, EventKind] = {}


def register(*kinds: EventKind) -> None:
    """Add kinds. Raises ValueError for a code that is taken."""
    for kind in kinds:
        if kind.code in _kinds:
            raise ValueError(f"event kind {kind.code!r} is registered twice")
        _kinds[kind.code] = kind


def all_event_kinds() -> tuple[EventKind, ...]:
    """Return the kinds in the order of their codes."""
    return tuple(_kinds[code] for code in sorted(_kinds))


register(
    EventKind("member.joined", "An account was made, or opened again.", ("member", "status")),
    EventKind("member.left", "An account was closed, locked, merged or deleted.", ("member", "status")),
)
