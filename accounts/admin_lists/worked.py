"""The admin class of each list: actions on all filtered rows, and the way back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IS_POPUP_VAR
from django.db.models import Field, Model, QuerySet
from django.forms.formsets import BaseFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from accounts.admin_lists.neighbours import neighbours_of
from accounts.admin_lists.saved_views import view_links, views_page
from accounts.affected import PARAMETER as AFFECTED
from accounts.affected import AffectedBySetting
from accounts.figures.row_filters import list_filters_of
from accounts.models import User
from accounts.row_actions import RowAction, known_action
from accounts.services.bulk_actions import begin_bulk_action
from accounts.way_back import PLACE, list_address

# Each row is a transaction with its mails. The worker does more than these.
ROWS_OF_A_REQUEST = 300
NAMED_MAX = 10
# The name of Django's own action. It is there for every list whose rows can be deleted.
DELETE = "delete_selected"
TOO_MANY_TO_DELETE = (
    f"At most {ROWS_OF_A_REQUEST} rows can be deleted at once, and these are {{count}}. Nothing was deleted. "
    "Filter the list, and delete it in parts."
)
# Fields of the forms that are not repeated when an action is asked for again.
NOT_REPEATED = {"csrfmiddlewaretoken", "index", "seen_rows", ACTION_CHECKBOX_NAME}


class NamedFields(BaseFormSet):
    """Rows of fields under the headers of their columns."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", str(field.label or ""))


class WorkedList(admin.ModelAdmin):
    """A list that respects the work of its reader.

    An action on all filtered rows asks first, with their number, and is done for exactly the rows that were counted.
    Every way back leads to the list as it was. Pages of rows lead to the next one.

    ``asks_itself`` names actions that begin something which a page of its own shows with its number before it is done.
    """

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Return the filters of the list, those of the figures that lead to it, and that of a changed setting."""
        filters = [*super().get_list_filter(request), *list_filters_of(self.model)]
        return [*filters, AffectedBySetting] if AFFECTED in request.GET else filters

    # --- actions ------------------------------------------------------------------------------------------

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        action = self._action_of(request)
        if action is None:
            return super().response_action(request, queryset, *args, **kwargs)
        if not _is_for_all(request):
            self._say_who_left(request, queryset)
        if not _is_for_all(request) or action in getattr(self, "asks_itself", ()):
            return super().response_action(request, queryset, *args, **kwargs)
        keys = list(queryset.order_by("pk").values_list("pk", flat=True).distinct())
        asked = request.POST.get("seen_rows", "")
        if not keys:
            self.message_user(request, "No row is in this list any more. Nothing was done.", messages.WARNING)
            return HttpResponseRedirect(request.get_full_path())
        if action == DELETE and is_for_worker(len(keys)):
            # Django's own action shows all rows on one page with what hangs on them, and deletes them at once.
            self.message_user(request, TOO_MANY_TO_DELETE.format(count=len(keys)), messages.WARNING)
            return HttpResponseRedirect(request.get_full_path())
        if asked != seen(keys):
            return self._ask(request, queryset, action, keys, asked)
        return super().response_action(request, queryset.filter(pk__in=keys), *args, **kwargs)

    def _action_of(self, request: HttpRequest) -> str | None:
        """Return the chosen action, as Django finds it. None for one that the reader has not."""
        sent = request.POST.getlist("action")
        try:
            chosen = sent[int(request.POST.get("index", 0))]
        except (ValueError, IndexError):
            chosen = sent[-1] if sent else ""
        return chosen if chosen in self.get_actions(request) else None

    def _say_who_left(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Say how many of the chosen rows are not in the list any more. The action leaves them out."""
        chosen = set(request.POST.getlist(ACTION_CHECKBOX_NAME))
        left = len(chosen) - queryset.filter(pk__in=chosen).order_by().values("pk").distinct().count()
        if left:
            sentence = f"Not in this list any more, so nothing was done with them: {left} of the chosen rows."
            self.message_user(request, sentence, messages.WARNING)

    def _ask(
        self, request: HttpRequest, queryset: QuerySet[Any], action: str, keys: Sequence[Any], asked: str
    ) -> HttpResponse:
        """Show how many rows an action is about, and ask for a second click."""
        count = len(keys)
        for_all = found.for_all if (found := known_action(self.opts.label_lower, action)) else ""
        label = dict(self.get_action_choices(request))[action]
        context = self.admin_site.each_context(request) | {
            "title": f"{label}: all {count}?",
            "label": label,
            "count": count,
            "sentence": for_all.format(count=count),
            "rows": with_related(self, queryset)[:NAMED_MAX],
            "more": max(count - NAMED_MAX, 0),
            "by_worker": is_for_worker(count),
            "was": asked.partition(":")[0] if asked else None,
            "seen": seen(keys),
            "some_row": keys[0],
            "repeated": [
                (name, value)
                for name, values in request.POST.lists()
                if name not in NOT_REPEATED | {"action"}
                for value in values
            ],
            "action": action,
            "opts": self.opts,
        }
        return render(request, "admin/all_rows.html", context)

    # --- views --------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_views"
        return [path("views/", self.admin_site.admin_view(self.views), name=name), *super().get_urls()]

    def views(self, request: HttpRequest) -> HttpResponse:
        return views_page(self, request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the saved views above the list. They are read once the list is known to open."""
        response = super().changelist_view(request, extra_context)
        if "cl" in (shown := getattr(response, "context_data", None) or {}):
            shown["saved_views"] = view_links(self, request)
            shown["views_page"] = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_views")
        return response

    # --- the way back -------------------------------------------------------------------------------------

    def _response_post_save(self, request: HttpRequest, obj: Model) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            return super()._response_post_save(request, obj)  # type: ignore[misc]
        return HttpResponseRedirect(list_address(request, self.opts))

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        response = super().response_delete(request, obj_display, obj_id)
        is_list_left = IS_POPUP_VAR in request.POST or not self.has_view_or_change_permission(request)
        return response if is_list_left else HttpResponseRedirect(list_address(request, self.opts))

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the rows before and after. The address of the form keeps the place in the list."""
        if not form_url and (place := request.GET.get(PLACE)):
            form_url = f"?{urlencode({PLACE: place})}"
        return super().changeform_view(request, object_id, form_url, extra_context)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        response = super().history_view(request, object_id, extra_context)
        if "object" in (shown := getattr(response, "context_data", None) or {}):
            shown["neighbours"] = neighbours_of(self, request, shown["object"].pk)
        return response

    # --- names of fields ----------------------------------------------------------------------------------

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        """Name both inputs of a moment, which have one label."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(getattr(field.widget, "widgets", None), list):
            field.widget.attrs.setdefault("aria-label", str(field.label))
        return field

    def get_formsets_with_inlines(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Name the fields of inner rows, which have a column and no label."""
        for formset, inline in super().get_formsets_with_inlines(request, obj):
            yield type(formset.__name__, (NamedFields, formset), {}), inline

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if (row := kwargs.get("obj")) is not None and row.pk is not None:
            context["neighbours"] = neighbours_of(self, request, row.pk)
        return super().render_change_form(request, context, *args, **kwargs)


def with_related(model_admin: admin.ModelAdmin, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return ``rows`` with what the list of their admin class reads with them."""
    related = model_admin.list_select_related
    return rows.select_related(*related) if isinstance(related, list | tuple) else rows


def is_for_worker(count: int) -> bool:
    """Return whether an action on so many rows is left to the worker."""
    return count > ROWS_OF_A_REQUEST


def in_background(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    rows: QuerySet[Any],
    action: RowAction,
    answers: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Leave an action on ``rows`` to the worker, and lead to the page that shows how far it is."""
    bulk = begin_bulk_action(
        rows=rows,
        action=action,
        answers=answers or {},
        query=request.META.get("QUERY_STRING", ""),
        by=cast(User, request.user),
        now=timezone.now(),
    )
    return HttpResponseRedirect(reverse("admin:accounts_bulkaction_change", args=[bulk.pk]))


def seen(keys: Sequence[Any]) -> str:
    """Return the mark of some rows: their number, and a digest of their sorted keys."""
    digest = hashlib.sha256(",".join(map(str, keys)).encode()).hexdigest()
    return f"{len(keys)}:{digest[:16]}"


def _is_for_all(request: HttpRequest) -> bool:
    return forms.BooleanField(required=False).clean(request.POST.get("select_across"))
