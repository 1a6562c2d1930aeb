"""The page where an owner gives, changes or takes away a role."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from accounts.admin.base import attempt, needs
from accounts.admin.reasons import ReasonForm
from accounts.admin.row_page import row_page
from accounts.models import User
from accounts.notification_kinds import DUTIES
from accounts.roles import SET_ROLE
from accounts.services.roles import change_role
from accounts.way_back import row_address


class RoleForm(ReasonForm):
    role = forms.ChoiceField(choices=[("", "No role: a member"), *User.Role.choices], required=False)

    field_order = ["role", "reason"]


def role_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show who a person is among the admins, and change it with a reason."""
    needs(request, SET_ROLE)
    person = get_object_or_404(User, pk=pk, is_service=False)
    form = RoleForm(
        request.POST if request.method == "POST" else None,
        initial={"role": person.role},
        reader="They read it in the mail.",
    )
    if form.is_valid():
        answers = form.cleaned_data

        def change() -> str:
            changed = change_role(user_id=person.pk, by=cast(User, request.user), now=timezone.now(), **answers)
            return f"Role: {changed}. They get a mail with the reason: {changed.reason}"

        attempt(model_admin, request, person, change)
        return redirect(row_address(request, model_admin.opts, person.pk))
    context = {
        "title": f"Role of {person}",
        "crumb": "Role",
        "person": person,
        "form": form,
        "duties": [(role.label, DUTIES[role]) for role in User.Role],
        "changes": person.role_changes.select_related("by").order_by("-changed_at", "-pk"),
    }
    return row_page(model_admin, request, person, "admin/accounts/user/role.html", context)
