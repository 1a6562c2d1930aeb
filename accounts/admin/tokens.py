"""Access tokens and service accounts in the admin. No page shows the text of a token, but for the one that makes it."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.admin.acting import on_rows
from accounts.admin.base import ReadOnlyAdmin, needs
from accounts.admin.row_page import row_page
from accounts.exceptions import Refusal
from accounts.models import AccessToken, ServiceAccount, User
from accounts.models.access_token import TOKEN_NAME_MAX
from accounts.row_actions import RowAction
from accounts.scopes import SERVICE_SCOPES
from accounts.selectors import access_tokens_of
from accounts.services.tokens import (
    DAYS_MAX,
    add_service_account,
    create_token,
    revoke_token,
    switch_service_account,
)
from accounts.way_back import row_address

REVOKE = RowAction(
    name="revoke",
    label="Revoke",
    act=lambda token, deed: revoke_token(token_id=token.pk, by=deed.by, now=deed.now),
    done="is revoked",
    watched=("revoked_at",),
    narrow=lambda tokens, by: tokens.filter(revoked_at=None),
)


@admin.register(AccessToken)
class AccessTokenAdmin(ReadOnlyAdmin):
    """The tokens of people and of service accounts."""

    list_display = ["name", "user", "scopes", "ends_with", "expires_at", "last_used_at", "revoked_at"]
    list_select_related = ["user"]
    list_filter = ["user__is_service"]
    of_person = ("user",)
    search_fields = ["name", "user__name", "ends_with"]
    ordering = ["-created_at", "-pk"]
    fields = ["user", "name", "scopes", "ends_with", "created_at", "created_by", "expires_at"]
    fields += ["last_used_at", "revoked_at", "revoked_by"]
    actions = on_rows(AccessToken, REVOKE)


class ServiceAccountForm(forms.ModelForm):
    class Meta:
        model = ServiceAccount
        fields = ["name"]
        help_texts = {"name": "The program that acts by it."}


class ServiceTokenForm(forms.Form):
    name = forms.CharField(label="What is the token for?", max_length=TOKEN_NAME_MAX)
    scopes = forms.MultipleChoiceField(
        label="It may", choices=[(scope, scope) for scope in SERVICE_SCOPES], widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(label="It works for so many days", min_value=1, max_value=DAYS_MAX, initial=90)


@admin.register(ServiceAccount)
class ServiceAccountAdmin(ReadOnlyAdmin):
    """Accounts without a person. Owners add them, make their tokens, and lock them."""

    list_display = ["name", "is_active", "joined_at"]
    fields = ["name", "is_active", "joined_at"]
    list_filter = ["is_active"]
    search_fields = ["name"]
    ordering = ["-joined_at", "-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ServiceAccount]:
        return super().get_queryset(request).filter(is_service=True)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("accounts.add_serviceaccount"))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Make a service account."""
        needs(request, "accounts.add_serviceaccount")
        form = ServiceAccountForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            account = add_service_account(name=form.cleaned_data["name"], by=cast(User, request.user))
            self.log_addition(request, account, "It was made.")
            return redirect(row_address(request, self.opts, account.pk))
        context = self.admin_site.each_context(request) | {
            "title": "Add a service account",
            "opts": self.opts,
            "form": form,
            "says": "Nobody can log in with it. It is not matched, gets no mail, and counts as no member.",
        }
        return render(request, "admin/accounts/add_by_form.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show an account with its tokens, make a token, or lock the account."""
        needs(request, "accounts.view_serviceaccount")
        account = cast(ServiceAccount | None, self.get_object(request, object_id))
        if account is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        form, secret = ServiceTokenForm(), ""
        if request.method == "POST":
            needs(request, "accounts.change_serviceaccount")
            match request.POST.get("do"):
                case "make":
                    form = ServiceTokenForm(request.POST)
                    secret = self._make(request, account, form) if form.is_valid() else ""
                    form = ServiceTokenForm() if secret else form
                case "lock" | "open" as deed:
                    switch_service_account(user_id=account.pk, is_on=deed == "open")
                    self.log_change(request, account, "It is open." if deed == "open" else "It is locked.")
                    return redirect(row_address(request, self.opts, account.pk))
                case _:
                    raise BadRequest("The page has no such button.")
        now = timezone.now()
        context = {
            "title": account.name,
            "account": account,
            "form": form,
            "secret": secret,
            "tokens": [(token, token.is_in_force(now)) for token in access_tokens_of(account)],
            "scopes": list(SERVICE_SCOPES.items()),
            "may_change": request.user.has_perm("accounts.change_serviceaccount"),
        }
        return row_page(self, request, account, "admin/accounts/serviceaccount/one.html", context)

    def _make(self, request: HttpRequest, account: ServiceAccount, form: ServiceTokenForm) -> str:
        """Return the text of a new token. Empty if it was refused, with the reason in the form."""
        by, given = cast(User, request.user), form.cleaned_data
        try:
            token, secret = create_token(user=account, by=by, now=timezone.now(), **given)
        except Refusal as refusal:
            form.add_error(None, refusal.detail)
            return ""
        self.log_change(request, account, f"The token {token.name}, which ends in {token.ends_with}, was made.")
        return secret
