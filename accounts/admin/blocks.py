"""Blocks between people in the admin."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from accounts.admin.worded_filters import is_there
from accounts.exceptions import TooManyBlocks
from accounts.models import (
    Block,
    User,
)
from accounts.models.relations import BLOCKS_MAX
from accounts.services.blocks import block_or_room, block_person


class BlockForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        # The page is one transaction: the room stays until it is saved.
        data = super().clean() or self.cleaned_data
        if data.get("blocker") and data.get("blocked"):
            try:
                block_or_room(by=data["blocker"], person=data["blocked"])
            except TooManyBlocks as refusal:
                sentence = f"{data['blocker']} blocks {BLOCKS_MAX} people already. Delete one of these blocks first."
                raise forms.ValidationError(sentence, code=refusal.code) from refusal
        return data


@admin.register(Block)
class BlockAdmin(admin.ModelAdmin):
    """Blocks by people's own wish, and those of concerns, which end with their concern."""

    form = BlockForm
    list_display = ["blocker", "blocked", "created_at", "concern"]
    list_select_related = ["blocker", "blocked", "concern"]
    list_filter = [is_there("concern", "concern", yes="raised with one", no="without one")]
    of_person = ("blocker", "blocked")
    search_fields = ["blocker__email", "blocker__name", "blocked__email", "blocked__name"]
    autocomplete_fields = ["blocker", "blocked"]
    ordering = ["-created_at", "-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Block]:
        # Nobody reads or deletes a block against themselves.
        return super().get_queryset(request).exclude(blocked=cast(User, request.user).pk)

    def has_change_permission(self, request: HttpRequest, obj: Block | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Block | None = None) -> bool:
        return (obj is None or obj.concern_id is None) and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        # The action would delete those of concerns as well.
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def save_model(self, request: HttpRequest, obj: Block, form: ModelForm, change: bool) -> None:
        stored = block_person(by=obj.blocker, person=obj.blocked, now=timezone.now())
        obj.pk, obj.uuid = stored.pk, stored.uuid
