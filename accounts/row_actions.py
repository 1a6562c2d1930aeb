"""Actions on rows of a list. Each app registers its own beside its admin pages, so that the worker finds it by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model, QuerySet

from accounts.models import User
from accounts.suggested_actions import Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAction:
    """An action that calls one service for each row, ``act``, which may refuse.

    ``done`` completes "<name of the row> ...", and can have a place ``%(reason)s``. ``watched`` names the fields that
    the reader decided by: a row is refused if one of them changes before the worker comes to it. ``narrow`` leaves out
    rows with which there is nothing to do. ``reader`` says who reads the reason; without it no reason is asked for.
    ``form`` asks for more than a reason, and ``said`` then returns what ``done`` is for others.
    ``verb`` is the title and the button of the page that asks, and ``in_words`` returns the line of a row there.
    ``for_all`` says what happens to {count} rows. ``named`` returns the name of a row.
    ``afterwards`` wakes the worker for what the rows leave to do, once for many rows.
    """

    name: str
    label: str
    act: Callable[[Any, Deed], object]
    watched: tuple[str, ...]
    narrow: Callable[[QuerySet[Any], User], QuerySet[Any]] = lambda rows, by: rows
    done: str = ""
    said: Callable[[Mapping[str, Any]], str] | None = None
    reader: str = ""
    form: Callable[[Any], forms.Form] | None = None
    verb: str = ""
    in_words: Callable[[Any], str] = str
    for_all: str = ""
    named: Callable[[Any], str] = str
    afterwards: Callable[[], object] = lambda: None

    def sentence(self, answers: Mapping[str, Any]) -> str:
        """Return what completes "<name of the row> ..." for the answers of its form."""
        return (
            self.said(answers) if self.said else self.done % {"reason": answers.get("reason", "").strip().rstrip(".")}
        )


_actions: dict[tuple[str, str], RowAction] = {}


def register(model: type[Model], *actions: RowAction) -> None:
    """Add actions of the list of a model. Raises ValueError for a name that is there."""
    for action in actions:
        key = (model._meta.label_lower, action.name)
        if key in _actions:
            raise ValueError(f"the list of {key[0]} has two actions {key[1]!r}")
        _actions[key] = action


def known_action(model: str, name: str) -> RowAction | None:
    """Return an action of the list of a model, such as "accounts.mentorprofile". None for an unknown one."""
    return _actions.get((model, name))


def permission_for(model: str, name: str) -> str:
    """Return the permission that an action needs: "accounts.approve_mentorprofile"."""
    app, _, model_name = model.partition(".")
    return f"{app}.{name}_{model_name}"


def readable_actions(reader: User) -> list[tuple[str, str]]:
    """Return the model and the name of each action that a reader may take."""
    return [key for key in _actions if reader.has_perm(permission_for(*key))]


def seen_values(values: tuple[object, ...]) -> str:
    """Return the values of watched fields as one text, which is compared later."""
    return " | ".join(map(str, values))
