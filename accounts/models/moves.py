"""Tables of moves: which states follow which. Nothing else changes a status."""

from __future__ import annotations

from typing import ClassVar

from accounts.exceptions import MoveNotAllowed


class Moves:
    """For models with a ``status`` and a table ``MOVES`` from each status to those that may follow."""

    MOVES: ClassVar[dict[str, set[str]]]
    status: str

    def must_allow(self, status: str) -> None:
        """Raise MoveNotAllowed if the table has no way to ``status`` from here."""
        if status not in self.MOVES[self.status]:
            raise MoveNotAllowed(self._meta.verbose_name, self.status, status)  # type: ignore[attr-defined]
