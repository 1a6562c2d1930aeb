"""The kinds of goals and sessions as choices of a form, in the language of the reader."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.text import capfirst

from mentorship.models import GoalKind, SessionKind


def session_kinds() -> QuerySet[SessionKind]:
    return SessionKind.objects.order_by("position", "pk")


def goal_kind_choices() -> list[tuple[str, str]]:
    return [(kind.code, str(kind)) for kind in GoalKind.objects.order_by("position", "pk")]


def session_kind_choices() -> list[tuple[str, str]]:
    return [(kind.code, capfirst(str(kind))) for kind in session_kinds()]
