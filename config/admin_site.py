"""The admin site: for admins with a second factor, and with the models of this project only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.core.internal.httpkit import add_query_params
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.second_factor import has_second_factor, may_act_as_admin
from config.admin_input import StrictAdminSite

APPS = {"accounts", "mentorship", "matching"}


class CommunityAdminSite(StrictAdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        return may_act_as_admin(request.user, request.session)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead to the step that is missing: the login, the first authenticator app, or its code."""
        wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
        if not url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
            wanted = reverse("admin:index")
        user = request.user
        if not user.is_authenticated:
            step = "account_login"
        elif not user.is_staff:
            raise PermissionDenied
        elif self.has_permission(request):
            return HttpResponseRedirect(wanted)
        else:
            step = "mfa_reauthenticate" if has_second_factor(user) else "mfa_activate_totp"
        return HttpResponseRedirect(add_query_params(reverse(step), {REDIRECT_FIELD_NAME: wanted}))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Lead to the page of accounts, which tells the person of the new password by mail."""
        return HttpResponseRedirect(reverse("account_change_password"))

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[admin.ModelAdmin] | None = None,
        **options: Any,
    ) -> None:
        """Register the models of this project. Libraries would show secrets and change accounts past the services."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        super().register([model for model in models if model._meta.app_label in APPS], admin_class, **options)
