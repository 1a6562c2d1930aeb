"""The one action that is suggested for each kind of escalation. Each app registers its own beside its admin pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms

from accounts.models import StaffRead, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """An admin does something now, with the answers of the form, if there is one."""

    by: User
    now: datetime
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedAction:
    """A button for the escalations of ``kind``. ``act`` calls a service for the row, and may refuse.

    Without ``act`` the button leads to the page behind the row, which has the decision.

    ``label`` is on the button, and ``done`` says in words what was done then. ``form`` asks for more before, on a page
    that shows ``facts`` of the row. ``reads`` names private data among the facts: each look goes on record for
    the people whom the escalation is about. If its cause is still there afterwards, it rests for ``rests_for``.
    """

    kind: str
    label: str
    done: str = ""
    permission: str
    act: Callable[[Any, Deed], object] | None = None
    form: type[forms.Form] | None = None
    facts: Callable[[Any], Sequence[tuple[str, str]]] = lambda row: ()
    reads: StaffRead.What | None = None
    rests_for: timedelta = timedelta(days=7)

    @property
    def is_behind(self) -> bool:
        """Whether it is done on the page behind the row."""
        return self.act is None


_actions: dict[str, SuggestedAction] = {}


def register(*actions: SuggestedAction) -> None:
    """Add actions. Raises ValueError if a kind has one already."""
    for action in actions:
        if action.kind in _actions:
            raise ValueError(f"escalation kind {action.kind!r} has two suggested actions")
        _actions[action.kind] = action


def action_for(kind: str) -> SuggestedAction | None:
    return _actions.get(kind)
