"""Imports in the admin: upload, columns, report, apply, undo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from accounts.admin.base import NotDeletedHere, attempt, needs
from accounts.admin.row_page import row_page
from accounts.exceptions import Refusal
from accounts.models import User
from accounts.models.addresses import AddressField
from accounts.way_back import row_address
from matching.imports.columns import columns_of
from matching.imports.reading import FILE_MAX
from matching.models import Import
from matching.services.imports import apply_import, map_columns, undo_import, upload_import
from mentorship.models import Cohort

ROWS_A_PAGE = 100
SAMPLES = 3
# Seconds until a page about work in progress asks again.
REFRESH = 2
SHOW = {"bad": "rows with a fault", "good": "rows without a fault", "all": "all rows", "kept": "rows that stay"}


ADD = "matching.add_import"
# The buttons of the page of an import.
MOVES = {"apply": (apply_import, "It is being applied."), "undo": (undo_import, "It is being undone.")}


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label="What is in it", choices=Import.Kind.choices)
    file = forms.FileField(
        label="File",
        help_text=f"CSV for the first five, else JSON. At most {FILE_MAX // 1_000_000} MB. In Excel: “CSV UTF-8”.",
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
    )
    cohort = forms.ModelChoiceField(
        label="Cohort",
        queryset=Cohort.objects.exclude(status=Cohort.Status.ARCHIVED).order_by("-starts_on", "-pk"),
        required=False,
        empty_label="none",
        help_text="For people of a cohort only.",
    )
    email = cast(forms.EmailField, AddressField(blank=True).formfield(label="Address of the person"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["email"].help_text = "For a résumé only, if it has no address or another one."

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("kind") == Import.Kind.COHORT and not data.get("cohort") and "cohort" not in self.errors:
            self.add_error("cohort", "Choose the cohort of these people.")
        return data

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > FILE_MAX:
            raise forms.ValidationError(f"The file has more than {FILE_MAX // 1_000_000} MB. Split it.")
        return file


class ColumnsForm(forms.Form):
    """A choice for each column of the file, and whether it replaces what is stored. Fields are named by number."""

    def __init__(self, one: Import, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.one = one
        self.known = columns_of(one.kind)
        choices = [("", "leave out"), *((column.name, column.title) for column in self.known.values())]
        for i, name in enumerate(one.header):
            chosen = one.columns[i]
            self.fields[f"column_{i}"] = forms.ChoiceField(label=name, choices=choices, required=False, initial=chosen)
            self.fields[f"overwrite_{i}"] = forms.BooleanField(
                label=f"{name} replaces", required=False, initial=chosen in one.overwrite
            )

    def rows(self) -> list[dict[str, Any]]:
        """Return, for each column of the file, its name, its first cells, and the two fields."""
        cells = list(self.one.rows.order_by("place").values_list("cells", flat=True)[:SAMPLES])
        return [
            {
                "name": name,
                "samples": [row[i] for row in cells if i < len(row) and row[i]],
                "column": self[f"column_{i}"],
                "overwrite": self[f"overwrite_{i}"],
            }
            for i, name in enumerate(self.one.header)
        ]

    def chosen(self) -> list[str]:
        return [self.cleaned_data[f"column_{i}"] for i in range(len(self.one.header))]

    def overwritten(self) -> list[str]:
        return [
            self.cleaned_data[f"column_{i}"]
            for i in range(len(self.one.header))
            if self.cleaned_data[f"overwrite_{i}"] and self.cleaned_data[f"column_{i}"]
        ]


@admin.register(Import)
class ImportAdmin(NotDeletedHere):
    """Files that admins import. The page of one leads through its steps: columns, report, apply, undo."""

    list_display = [
        "file_name",
        "kind",
        "status",
        "uploaded_by",
        "created_at",
        "created",
        "changed",
        "bad",
        "applied_at",
    ]
    list_select_related = ["uploaded_by"]
    list_filter = ["kind", "status"]
    search_fields = ["file_name"]
    date_hierarchy = "created_at"
    ordering = ["-created_at", "-pk"]
    fields = ["file_name"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/columns/", view(self.columns), name="matching_import_columns"),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Take a file, and lead to its columns, or to its report if it has none."""
        needs(request, ADD)
        self.get_changeform_initial_data(request)  # refuses values in the address
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                one = upload_import(
                    kind=form.cleaned_data["kind"],
                    file_name=file.name,
                    data=file.read(),
                    email=form.cleaned_data["email"],
                    cohort=form.cleaned_data["cohort"],
                    by=cast(User, request.user),
                    now=timezone.now(),
                )
            except Refusal as refusal:
                form.add_error("file", refusal.detail)
            else:
                return _to(request, "columns" if one.kind in Import.TABLES else "change", one)
        context = self.admin_site.each_context(request) | {"opts": self.opts, "title": "Import a file", "form": form}
        return render(request, "admin/matching/import/upload.html", context)

    def columns(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask what each column of the file fills. The answer is remembered for the next file like it."""
        needs(request, ADD)
        one = self._one(request, pk)
        if one.kind not in Import.TABLES or one.status not in (Import.Status.UPLOADED, Import.Status.CHECKED):
            return _to(request, "change", one)
        form = ColumnsForm(one, request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                map_columns(import_id=one.pk, columns=form.chosen(), overwrite=form.overwritten(), now=timezone.now())
            except Refusal as refusal:
                form.add_error(None, refusal.detail)
            else:
                return _to(request, "change", one)
        context = {
            "title": "Which column is what?",
            "crumb": "Columns",
            "one": one,
            "form": form,
            "columns": form.known.values(),
        }
        return row_page(self, request, one, "admin/matching/import/columns.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show how far an import is, its report row by row, and the next step."""
        needs(request, "matching.view_import")
        one = self.get_object(request, object_id)
        if one is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if request.method == "POST":
            return self._move(request, one)
        show = SHOW if one.kept else {value: label for value, label in SHOW.items() if value != "kept"}
        shown = request.GET.get("show", "kept" if one.kept else "bad" if one.bad else "all")
        page = request.GET.get("p", "1")
        if shown not in SHOW or not page.isascii() or not page.isdigit() or len(page) > 6:
            raise BadRequest("The report has no such rows.")
        context = {
            "title": f"Import of {one.file_name}",
            "one": one,
            "may_act": self.has_add_permission(request),
            "can_undo": one.can_undo(timezone.now()),
            "good": one.created + one.changed,
            "rows": None if one.is_working else Paginator(_rows(one, shown), ROWS_A_PAGE).get_page(page),
            "shown": shown,
            "show": show,
            "columns_page": reverse("admin:matching_import_columns", args=[one.pk]),
        }
        response = row_page(self, request, one, "admin/matching/import/import.html", context)
        if one.is_working:
            # A header, as the page works without script, and shows no timer to programs that read it out.
            response["Refresh"] = str(REFRESH)
        return response

    def _move(self, request: HttpRequest, one: Import) -> HttpResponse:
        needs(request, ADD)
        if (do := request.POST.get("do", "")) not in MOVES:
            raise BadRequest("The page has no such button.")
        move, done = MOVES[do]
        report = {"seen": _seen(request)} if move is apply_import else {}

        def act() -> str:
            move(import_id=one.pk, by=cast(User, request.user), now=timezone.now(), **report)
            return done

        attempt(self, request, one, act)
        return _to(request, "change", one)

    def _one(self, request: HttpRequest, pk: int) -> Import:
        one = self.get_object(request, str(pk))
        if one is None:
            raise Http404
        return one


def _rows(one: Import, shown: str) -> Any:
    rows = one.rows.order_by("place")
    match shown:
        case "bad":
            return rows.filter(outcome="bad")
        case "good":
            return rows.filter(outcome__in=["create", "change"])
        case "kept":
            return rows.filter(state="kept")
    return rows


def _seen(request: HttpRequest) -> datetime:
    """Return the time of the report on the page whose button was pressed."""
    try:
        seen = datetime.fromisoformat(request.POST.get("seen", ""))
    except ValueError as error:
        raise BadRequest("The button names no report.") from error
    if timezone.is_naive(seen):
        raise BadRequest("The button names no report.")
    return seen


def _to(request: HttpRequest, name: str, one: Import) -> HttpResponse:
    return redirect(row_address(request, Import._meta, one.pk, page=name))
