"""Tables of moves: the statuses that may follow each status."""

from __future__ import annotations

from typing import ClassVar

from accounts.exceptions import MoveNotAllowed


class Moves:
    """Mixin for models with a ``status``. ``MOVES`` maps each status to those that may follow it."""

    MOVES: ClassVar[dict[str, set[str]]]
    status: str

    def must_allow(self, status: str) -> None:
        """Raise MoveNotAllowed unless ``status`` may follow the current one."""
        if status not in self.MOVES[self.status]:
            raise MoveNotAllowed(self._meta.verbose_name, self.status, status)  # type: ignore[attr-defined]
