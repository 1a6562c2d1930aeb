"""The rows about one person in each list of the admin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst

from accounts.models import User
from accounts.way_back import query_of_list

PERSON = "person"
VIEW_USER = "accounts.view_user"


class PersonFilter(admin.SimpleListFilter):
    """The rows about one person. A list shows it if its address names somebody.

    An admin class says in ``of_person`` by which fields its rows are about a person.
    """

    title, parameter_name = "person", PERSON

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        value = request.GET.get(PERSON)
        if value is None:
            return []
        person = User.objects.filter(pk=value).first() if value.isascii() and value.isdecimal() else None
        if person is None:
            raise IncorrectLookupParameters
        self.about = _about(model_admin.model, model_admin.of_person, person.pk)
        # Others would learn the names of all accounts.
        if not request.user.has_perm(VIEW_USER) and not model_admin.get_queryset(request).filter(self.about).exists():
            raise IncorrectLookupParameters
        return [(value, str(person))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(self.about) if self.value() else queryset


def is_about(row: Model, fields: Sequence[str], person_id: int | None) -> bool:
    """Return whether a row is about a person, by ``of_person`` of its admin class."""
    return rows_about(type(row)._default_manager.filter(pk=row.pk), fields, person_id).exists()


def rows_about(rows: QuerySet[Any], fields: Sequence[str], person_id: int | None) -> QuerySet[Any]:
    """Return those of ``rows`` that are about a person, by ``of_person`` of their admin class."""
    return rows.filter(_about(rows.model, fields, person_id)) if fields else rows.none()


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows of one list about a person. One row alone is opened at once."""

    name: str
    count: int
    url: str


def listed_about(site: admin.AdminSite, request: HttpRequest, person: User) -> Iterator[Listed]:
    """Yield the lists that have rows about ``person``, as far as the reader may see them."""
    for model, model_admin in site._registry.items():
        fields = getattr(model_admin, "of_person", ())
        if not fields or not model_admin.has_view_permission(request):
            continue
        rows = model_admin.get_queryset(request).filter(_about(model, fields, person.pk))
        keys = rows.values_list("pk", flat=True).order_by("pk")[:2]
        if not keys:
            continue
        opts = model._meta
        name, filters = f"{opts.app_label}_{opts.model_name}", f"{PERSON}={person.pk}"
        if len(keys) == 1:
            address = reverse(f"admin:{name}_change", args=list(keys)) + query_of_list(filters, 1)
            yield Listed(capfirst(str(opts.verbose_name)), 1, address)
        else:
            address = f"{reverse(f'admin:{name}_changelist')}?{filters}"
            yield Listed(capfirst(str(opts.verbose_name_plural)), rows.count(), address)


def _about(model: type[Model], fields: Sequence[str], person: int | None) -> Q:
    """Return a condition: one of the ``fields`` leads to the person. Each is a search with an index of its own."""
    if len(fields) == 1:
        return Q((fields[0], person))
    found = (model._default_manager.filter((field, person)).order_by().values("pk") for field in fields)
    return Q(*(("pk__in", keys) for keys in found), _connector=Q.OR)
