"""The kinds of goals and sessions as choices of a form, in the language of the reader.

A kind that is not offered any more is a choice only where it is stored: ``stored`` has the codes.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.utils.text import capfirst

from mentorship.models import GoalKind, SessionKind


def session_kinds(stored: Collection[str] = ()) -> QuerySet[SessionKind]:
    return SessionKind.objects.filter(_can_be_chosen(stored)).order_by("position", "pk")


def goal_kinds(stored: Collection[str] = ()) -> QuerySet[GoalKind]:
    return GoalKind.objects.filter(_can_be_chosen(stored)).order_by("position", "pk")


def goal_kind_choices(stored: Collection[str] = ()) -> list[tuple[str, str]]:
    return [(kind.code, str(kind)) for kind in goal_kinds(stored)]


def session_kind_choices(stored: Collection[str] = ()) -> list[tuple[str, str]]:
    return [(kind.code, capfirst(str(kind))) for kind in session_kinds(stored)]


def _can_be_chosen(stored: Collection[str]) -> Q:
    return Q(is_offered=True) | Q(code__in=list(stored))
