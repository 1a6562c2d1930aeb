"""Actions on many rows in the admin: how far each is, what was refused, and the button that stops it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.admin.base import ReadOnlyAdmin, attempt, needs
from accounts.admin.row_page import row_page
from accounts.admin_lists.saved_views import may_open
from accounts.admin_lists.worked import with_related
from accounts.models import BulkAction, BulkActionRow, User
from accounts.of_person import rows_about
from accounts.row_actions import known_action, permission_for, readable_actions
from accounts.services.bulk_actions import stop_bulk_action
from accounts.way_back import row_address

ON_A_PAGE = 100
# Seconds until the page of an action that is under way asks again.
REFRESH = 3
VIEW = "accounts.view_bulkaction"
FOR_OTHERS = "This is about yourself. Other admins read why."


@admin.register(BulkAction)
class BulkActionAdmin(ReadOnlyAdmin):
    """Actions that the worker does row by row. A list begins one if it is about many rows."""

    list_display = ["label", "model", "total", "status", "done", "refused", "by", "created_at"]
    list_select_related = ["by"]
    list_filter = ["status"]
    search_fields = ["label", "by__name"]
    date_hierarchy = "created_at"
    ordering = ["-created_at", "-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[BulkAction]:
        """Return the actions that the reader could take as well."""
        may = Q(pk__in=[])
        for model, name in readable_actions(cast(User, request.user)):
            may |= Q(model=model, action=name)
        return super().get_queryset(request).filter(may)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show how far an action is, and stop it."""
        needs(request, VIEW)
        bulk = cast(BulkAction | None, self.get_object(request, object_id))
        if bulk is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if request.method == "POST":
            return self._stop(request, bulk)
        page = request.GET.get("p", "1")
        if not page.isascii() or not page.isdigit() or len(page) > 6:
            raise BadRequest("The list has no such page.")
        is_running = bulk.status == BulkAction.Status.RUNNING
        refused = bulk.rows.filter(state=BulkActionRow.State.REFUSED).order_by("pk")
        rows = Paginator(refused, ON_A_PAGE).get_page(page)
        own = self._own_rows(request, bulk)
        context = {
            "title": str(bulk),
            "bulk": bulk,
            "is_running": is_running,
            "settled": bulk.done + bulk.refused,
            "things": apps.get_model(bulk.model)._meta.verbose_name_plural,
            "rows": rows,
            "lines": self._lines(request, bulk, list(rows), own),
            "done": self._done(bulk) if bulk.by == request.user or not own else "",
            "source": self._list_of(request, bulk),
        }
        response = row_page(self, request, bulk, "admin/accounts/bulkaction/progress.html", context)
        if is_running:
            # A header, as the page works without script, and shows no timer to programs that read it out.
            response["Refresh"] = str(REFRESH)
        return response

    def _stop(self, request: HttpRequest, bulk: BulkAction) -> HttpResponse:
        if not request.user.has_perm(permission_for(bulk.model, bulk.action)):
            raise PermissionDenied
        if request.POST.get("do") != "stop":
            raise BadRequest("The page has no such button.")

        def stop() -> str:
            stopped = stop_bulk_action(bulk_id=bulk.pk, by=cast(User, request.user), now=timezone.now())
            return f"It is stopped. {stopped.left} rows stay as they are."

        attempt(self, request, bulk, stop)
        return redirect(row_address(request, self.opts, bulk.pk))

    def _done(self, bulk: BulkAction) -> str:
        """Return what completes "Each of them ...", with the reason. Empty for an action without one."""
        action = known_action(bulk.model, bulk.action)
        reason = (bulk.answers.get("note") or bulk.answers.get("reason", "")).strip().rstrip(".")
        if action is None or not reason:
            return ""
        sentence = action.sentence(bulk.answers)
        return sentence if reason in sentence else f"{sentence}. Reason: {reason}"

    def _own_rows(self, request: HttpRequest, bulk: BulkAction) -> set[int]:
        """Return the keys of the rows that are about the reader, also if the list leaves them out."""
        # A list of some rows of a model, such as the waiting list, has the people of the model.
        model = apps.get_model(bulk.model)._meta.concrete_model
        fields = getattr(self.admin_site.get_model_admin(model), "of_person", ())
        rows = model._default_manager.filter(pk__in=bulk.rows.values("key"))
        return set(rows_about(rows, fields, request.user.pk).values_list("pk", flat=True))

    def _lines(
        self, request: HttpRequest, bulk: BulkAction, rows: list[BulkActionRow], own: Collection[int]
    ) -> list[tuple[str, str, str]]:
        """Return the name, the address and the reason of each refused row. Some readers may not see a row: no name."""
        model = apps.get_model(bulk.model)
        model_admin = self.admin_site.get_model_admin(model)
        seen = with_related(model_admin, model_admin.get_queryset(request).filter(pk__in=[row.key for row in rows]))
        things = {thing.pk: thing for thing in seen}
        page = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        return [
            (
                str(things[row.key]) if row.key in things else f"Number {row.key}",
                reverse(page, args=[row.key]) if row.key in things else "",
                FOR_OTHERS if row.key in own else row.says,
            )
            for row in rows
        ]

    def _list_of(self, request: HttpRequest, bulk: BulkAction) -> str:
        """Return the address of the list from which the rows were chosen, with its filters if the reader has them."""
        address = reverse(f"admin:{bulk.model.replace('.', '_')}_changelist")
        model_admin = self.admin_site.get_model_admin(apps.get_model(bulk.model))
        return f"{address}?{bulk.query}" if bulk.query and may_open(model_admin, request, bulk.query) else address
