"""Limits and deadlines of the community in the admin. Each says what a change affects before it is saved."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone

from accounts.admin.base import ReadOnlyAdmin, attempt, needs
from accounts.affected import effects_for
from accounts.community_settings import SettingKind, all_kinds, known_kind
from accounts.models import CommunitySetting, User
from accounts.models.decision import REASON_MAX
from accounts.services.community_settings import change_setting
from accounts.way_back import list_address


class SettingForm(forms.Form):
    """``was`` is the value that the owner began with, and ``seen`` the one whose effect was shown."""

    value = forms.IntegerField()
    reason = forms.CharField(
        required=False,
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Admins read it. It may stay empty.",
    )
    was = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: SettingKind, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["value"] = forms.IntegerField(
            label=f"New value ({kind.unit})",
            min_value=kind.least,
            max_value=kind.most,
            help_text=f"{kind.least} to {kind.most}. The default is {kind.default()}.",
        )
        self.order_fields(["value", "reason", "was", "seen"])


@admin.register(CommunitySetting)
class CommunitySettingAdmin(ReadOnlyAdmin):
    """Settings by group, and a page for the change of each."""

    list_display = ["code", "value", "set_by", "set_at"]
    list_select_related = ["set_by"]
    ordering = ["code"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("one/<slug:code>/", view(self.one), name="accounts_communitysetting_one"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """List all settings with the values in force, by group."""
        needs(request, "accounts.view_communitysetting")
        stored = self._stored()
        groups: dict[str, list[tuple[SettingKind, int, CommunitySetting | None]]] = {}
        for kind in all_kinds():
            row = stored.get(kind.code)
            groups.setdefault(kind.group, []).append((kind, _in_force(kind, row), row))
        context = self.admin_site.each_context(request) | {
            "title": "Limits and deadlines",
            "opts": self.opts,
            "groups": groups.items(),
            "may_change": cast(User, request.user).has_perm("accounts.change_communitysetting"),
        }
        return render(request, "admin/accounts/communitysetting/list.html", context)

    def one(self, request: HttpRequest, code: str) -> HttpResponse:
        """Change a setting, in two steps: the effect of the new value is shown first, then it is saved."""
        needs(request, "accounts.change_communitysetting")
        kind = known_kind(code)
        if kind is None:
            raise Http404
        stored = self._stored().get(code)
        value = _in_force(kind, stored)
        form = SettingForm(request.POST or None, kind=kind, initial={"value": value, "was": value}, auto_id="%s")
        wanted, status = None, 200
        if request.method == "POST" and form.is_valid():
            wanted = form.cleaned_data["value"]
            if request.POST.get("do") == "save" and form.cleaned_data["seen"] == str(wanted):
                if self._change(request, kind, form):
                    return redirect(list_address(request, self.opts))
                status = 409
            shown = request.POST.copy()
            shown["seen"] = str(wanted)
            if status == 409:
                shown["was"] = str(value)
            form = SettingForm(shown, kind=kind, auto_id="%s")
        context = self.admin_site.each_context(request) | {
            "title": kind.title,
            "opts": self.opts,
            "kind": kind,
            "stored": stored,
            "value": value,
            "default": kind.default(),
            "form": form,
            "wanted": wanted,
            "effects": effects_for(request, self.admin_site, kind, value, wanted, timezone.now())
            if wanted is not None
            else (),
        }
        return render(request, "admin/accounts/communitysetting/one.html", context, status=status)

    def _change(self, request: HttpRequest, kind: SettingKind, form: SettingForm) -> bool:
        """Change a setting as a valid form says. Return False if it is refused, and say why."""
        given, by, now = form.cleaned_data, cast(User, request.user), timezone.now()
        to_default = given["value"] == kind.default()
        value = None if to_default else given["value"]

        def change() -> str:
            change_setting(code=kind.code, value=value, was=given["was"], reason=given["reason"], by=by, now=now)
            now_is = f"{kind.default()} {kind.unit}, the default" if to_default else f"{value} {kind.unit}"
            sentence = f"{kind.title}: {now_is}. It was {given['was']}."
            self.log_change(request, self._stored()[kind.code], sentence)
            return sentence

        return attempt(self, request, None, change)

    def _stored(self) -> dict[str, CommunitySetting]:
        return {row.code: row for row in CommunitySetting.objects.select_related("set_by")}


def _in_force(kind: SettingKind, row: CommunitySetting | None) -> int:
    return kind.default() if row is None or row.value is None else row.value
