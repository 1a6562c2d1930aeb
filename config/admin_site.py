"""The admin site: for admins with a second factor, by their roles, and with the models of this project only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from allauth.core.internal.httpkit import add_query_params
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.admin_lists.worked import WorkedList
from accounts.models import User
from accounts.needs_somebody import needs_somebody
from accounts.second_factor import has_second_factor, may_act_as_admin
from accounts.state_of_things import state_of_things
from config.admin_input import StrictAdminSite
from config.admin_menu import menu_of
from config.admin_roles import RoleModelAdmin
from matching.own_cohorts import own_cohorts

APPS = {"accounts", "mentorship", "matching"}


class Choices(AutocompleteJsonView):
    """The choices of a field that completes itself. Somebody who was erased is no choice."""

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset()
        return rows.filter(erased_at=None) if rows.model is User else rows


class CommunityAdminSite(StrictAdminSite):
    index_title = "Home"

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

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return the menu. The page of one app lists its models as Django does."""
        apps = super().get_app_list(request, app_label)
        return apps if app_label else menu_of(apps)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show the sections of the home, each with a context of its own, above the lists of models."""
        sections = own_cohorts(request) | needs_somebody(request) | state_of_things(request)
        return super().index(request, sections | (extra_context or {}))

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return cast(HttpResponse, Choices.as_view(admin_site=self)(request))

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
        found = admin_class or admin.ModelAdmin
        by_role = type(found.__name__, (RoleModelAdmin, WorkedList, found), {"__doc__": found.__doc__})
        super().register([model for model in models if model._meta.app_label in APPS], by_role, **options)
