"""Rows that a change of a limit or a deadline affects: their lists, and the filter of these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.community_settings import Effect, SettingKind, known_kind

PARAMETER = "affected"


@dataclass(frozen=True, slots=True)
class ShownEffect:
    """An effect as one admin reads it: the sentence counts the rows of the list behind ``url``."""

    words: str
    url: str = ""


def effects_for(
    request: HttpRequest, site: admin.AdminSite, kind: SettingKind, old: int, new: int, now: datetime
) -> list[ShownEffect]:
    """Return what a change does, with the rows that the reader sees in the lists. One query for each effect."""
    shown = []
    for number, effect in enumerate(kind.affects(old, new, now)):
        if effect.rows is None:
            shown.append(ShownEffect(effect.one))
            continue
        model = effect.rows.model
        visible = site.get_model_admin(model).get_queryset(request)
        counted = replace(effect, rows=visible.filter(pk__in=keys_of(effect.rows)).order_by())
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        shown.append(ShownEffect(counted.words, f"{address}?{PARAMETER}={kind.code}.{number}.{old}.{new}"))
    return shown


def keys_of(rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    return rows.order_by().values("pk")


class AffectedBySetting(admin.SimpleListFilter):
    """The rows of one effect of a change. Its value is code, number of the effect, old and new value."""

    title = "affected by a change of a setting"
    parameter_name = PARAMETER

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        value = self.used_parameters.get(PARAMETER, "")
        self._found = _effect_of(value, model_admin) if _may_read(request) else None
        if self._found is None:
            return []
        kind, _effect, new = self._found
        return [(value, f"{kind.title}: {new}")]

    def has_output(self) -> bool:
        return True

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self._found is None:
            return queryset.none()
        rows = self._found[1].rows
        return queryset if rows is None else queryset.filter(pk__in=keys_of(rows))


def _may_read(request: HttpRequest) -> bool:
    return request.user.has_perm("accounts.view_communitysetting")


def _effect_of(value: str, model_admin: admin.ModelAdmin) -> tuple[SettingKind, Effect, int] | None:
    """Return kind, effect and new value that a filter names. None if no page of a setting links to it."""
    code, *numbers = value.split(".")
    kind = known_kind(code)
    if kind is None or len(numbers) != 3 or not all(part.isascii() and part.isdecimal() for part in numbers):
        return None
    if any(len(part) > 4 for part in numbers):
        return None
    number, old, new = map(int, numbers)
    if not all(kind.least <= part <= kind.most for part in (old, new)):
        return None
    effects: Sequence[Effect] = kind.affects(old, new, timezone.now())
    effect = effects[number] if number < len(effects) else None
    if effect is None or effect.rows is None or effect.rows.model != model_admin.model:
        return None
    return kind, effect, new
