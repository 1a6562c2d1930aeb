"""Admin pages answer 400 to input that none of their own links and forms sends."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR, IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import BadRequest, ValidationError
from django.db import DataError
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.admin_lists.changelist import PlacedChangeList

# Parameters of the page that adds a row: the admin's own links have these.
ADD_VARS = {IS_POPUP_VAR, TO_FIELD_VAR, "_changelist_filters", "_source_model"}

SEARCH_MAX = 200  # characters; each word costs a condition for each field
NEW_ROWS_MAX = 50  # inner rows that one form can add


class StrictChangeList(PlacedChangeList):
    """A list that takes the parameters of its filters, its search, its columns and its dates, and no others."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet:
        try:
            return super().get_queryset(request, exclude_parameters)
        except IncorrectLookupParameters as error:
            raise BadRequest("A filter of this list has no such value.") from error

    def get_filters(self, request: HttpRequest) -> Any:
        try:
            found = super().get_filters(request)
        except (ValueError, OverflowError) as error:
            raise BadRequest("A filter of this list has no such value.") from error
        specs, _, remaining, *_ = found
        if set(remaining) - self._bounds_of_dates():
            raise BadRequest("This list has no such filter.")
        for spec in specs:
            if isinstance(spec, admin.SimpleListFilter) and spec.value() is not None:
                offered = {str(value) for value, _ in spec.lookup_choices}
                if spec.value() not in offered:
                    raise BadRequest("A filter of this list has no such value.")
        return found

    def _bounds_of_dates(self) -> set[str]:
        """Return the lookups that Django makes of a chosen year, month or day."""
        chosen = self.date_hierarchy and f"{self.date_hierarchy}__year" in self.params
        return {f"{self.date_hierarchy}__gte", f"{self.date_hierarchy}__lt"} if chosen else set()


def check_key(model: type[Model], text: str) -> None:
    """Raise BadRequest if ``text`` cannot be a primary key of ``model``."""
    key: Field = model._meta.pk
    while key.remote_field:
        key = key.target_field  # type: ignore[attr-defined]
    try:
        key.run_validators(key.to_python(text))
    except ValidationError as error:
        raise BadRequest("A chosen row has no such number.") from error


class StrictModelAdmin(admin.ModelAdmin):
    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return StrictChangeList

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        if len(search_term) > SEARCH_MAX:
            raise BadRequest("The search is too long. Search for fewer words.")
        return super().get_search_results(request, queryset, search_term)

    def response_action(
        self, request: HttpRequest, queryset: QuerySet, *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        for chosen in request.POST.getlist(ACTION_CHECKBOX_NAME):
            check_key(self.model, chosen)
        return super().response_action(request, queryset, *args, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check the choices of fields that complete themselves: their widget looks up each one to show it again."""
        for part in (self, *self.get_inline_instances(request)) if request.method == "POST" else ():
            for name in part.get_autocomplete_fields(request):
                related = part.model._meta.get_field(name).related_model
                for sent, values in request.POST.lists():
                    if sent == name or sent.endswith(f"-{name}"):
                        for value in filter(None, values):
                            check_key(related, value)
        return super().changeform_view(request, *args, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        if set(request.GET) - ADD_VARS:
            raise BadRequest("A new row begins empty.")
        return {}

    def _create_formsets(self, request: HttpRequest, obj: Model | None, change: bool) -> Any:
        formsets, inlines = super()._create_formsets(request, obj, change)  # type: ignore[misc]
        if request.method == "POST":
            try:
                for formset in formsets:
                    # Each form costs milliseconds, so the number is checked before they are made.
                    if formset.total_form_count() > len(formset.get_queryset()) + NEW_ROWS_MAX:
                        raise BadRequest("The form has too many inner rows. Save some first.")
                    len(formset.forms)  # made on first use
            except (KeyError, IndexError, ValueError, OverflowError) as error:
                raise BadRequest("An inner row of the form does not belong to this page.") from error
        return formsets, inlines


def readable(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return ``view`` for requests without NUL, and without values that PostgreSQL has no room for."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        sent = [request.path, *kwargs.values()]
        for data in (request.GET, request.POST):
            sent += [text for name, values in data.lists() for text in (name, *values)]
        if any("\x00" in text for text in sent if isinstance(text, str)):
            raise BadRequest("A text has a NUL character in it.")
        try:
            return view(request, *args, **kwargs)
        except DataError as error:
            raise BadRequest("The database cannot hold such a value.") from error

    return checked


class StrictAdminSite(admin.AdminSite):
    """An admin site whose pages are all strict, also those that libraries register."""

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return super().admin_view(readable(view), cacheable)

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[admin.ModelAdmin] | None = None,
        **options: Any,
    ) -> None:
        found = admin_class or admin.ModelAdmin
        strict = type(found.__name__, (StrictModelAdmin, found), {"__doc__": found.__doc__})
        super().register(model_or_iterable, strict, **options)
