"""Exports, erasures and legal holds in the admin: two lists, and a page of each person."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from accounts.admin.base import ReadOnlyAdmin, attempt, needs
from accounts.admin.reasons import ReasonForm
from accounts.admin.row_page import row_page
from accounts.models import DataExport, Erasure, User
from accounts.models.privacy import TIME_TO_CHANGE_ONES_MIND
from accounts.roles import HOLD
from accounts.selectors import erasure_of, exports_of, is_kept_by_law
from accounts.services.privacy import ask_erasure, cancel_erasure, lift_hold, set_hold
from accounts.way_back import row_address

ERASE = "accounts.erase_user"


@admin.register(DataExport)
class DataExportAdmin(ReadOnlyAdmin):
    """The files that people asked for, and how far each is. Nobody but the person opens a file."""

    fields = ["person", "status", "requested_at", "attempts", "ready_at", "fetched_at", "expires_at"]
    list_display = ["person", "status", "requested_at", "ready_at", "fetched_at", "expires_at"]
    list_select_related = ["person"]
    list_filter = ["status"]
    of_person = ("person",)
    search_fields = ["person__email", "person__name"]
    ordering = ["-requested_at", "-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DataExport]:
        return super().get_queryset(request).defer("file")


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """The people who are to be erased, and those who were: by whose wish, and when it is due."""

    fields = ["person", "status", "by", "reason", "asked_at", "due_at", "cancelled_at", "erased_at"]
    list_display = ["person", "status", "by", "asked_at", "due_at", "erased_at"]
    list_select_related = ["person", "by"]
    list_filter = ["status"]
    of_person = ("person",)
    search_fields = ["person__email", "person__name"]
    ordering = ["-asked_at", "-pk"]


def data_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the exports, erasures and holds of a person. Erase them with a reason; owners set and lift a hold."""
    needs(request, ERASE)
    person = get_object_or_404(User, pk=pk, is_service=False)
    by = cast(User, request.user)
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        reader="Of an erasure the person reads it in the mail. Of a hold it stays on record.",
    )
    status = 200
    if request.method == "POST":
        if by == person:
            messages.warning(request, "This is your own account. Use your settings, or ask another admin.")
            return redirect(row_address(request, model_admin.opts, person.pk))
        act = _act(request.POST.get("do", ""), person, by, form)
        if act is not None:
            attempt(model_admin, request, person, act)
            return redirect(request.get_full_path())
        status = 400
    context = {
        "title": f"Data of {person}",
        "crumb": "Data",
        "person": person,
        "form": form,
        "days": TIME_TO_CHANGE_ONES_MIND.days,
        "waits": erasure_of(person),
        "is_kept_by_law": is_kept_by_law(person),
        "may_hold": by.has_perm(HOLD),
        "exports": exports_of(person),
        "erasures": person.erasures.select_related("by").order_by("-asked_at", "-pk"),
        "holds": person.legal_holds.select_related("set_by", "lifted_by").order_by("-set_at", "-pk"),
    }
    return row_page(model_admin, request, person, "admin/accounts/user/data.html", context, status=status)


def _act(do: str, person: User, by: User, form: ReasonForm) -> Callable[[], str] | None:
    """Return what a button does. None without a reason, or for an unknown button."""
    now = timezone.now()
    if do == "keep":

        def keep() -> str:
            cancel_erasure(person=person, by=by, now=now)
            return "The account is not erased."

        return keep
    if not form.is_valid():
        return None
    reason = form.cleaned_data["reason"]

    def erase() -> str:
        erasure = ask_erasure(person=person, by=by, reason=reason, now=now)
        return f"The account is erased on {timezone.localdate(erasure.due_at):%-d %B %Y}. The person gets a mail."

    def hold() -> str:
        set_hold(person=person, by=by, reason=reason, now=now)
        return "A legal hold stands: nothing of this person is erased until it is lifted."

    def lift() -> str:
        lift_hold(person=person, by=by, reason=reason, now=now)
        return "The legal hold is lifted."

    return {"erase": erase, "hold": hold, "lift": lift}.get(do)
