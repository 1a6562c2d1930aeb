"""The search for a mentor among those who are listed, with their fit for one request of the member."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.filters import SearchFilter
from rest_framework.request import Request
from rest_framework.settings import api_settings

from accounts.models import MentorProfile, User
from accounts.page_forms import sentences
from matching.models import HelpRequest
from matching.selectors.finding import mentors_of, requests_to_judge_for, users_in_order, values_that_find
from matching.selectors.fit import Fit, fits_of
from matching.selectors.shown import MentorCard, suggested_card
from mentorship.filters import SEARCH_FIELDS, MentorFilter
from mentorship.selectors.mentors import has_free_place, listed_mentors

PAGE_SIZE = 12
NO_REQUEST = "none"
Choices = Sequence[tuple[str, Any]]


class FindForm(forms.Form):
    """The fields of the search. It draws them only: the filters of ``GET mentors/`` have the rules."""

    search = forms.CharField(
        label=_("Words"),
        help_text=_("a name, a role, a field, or something they teach"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    goal_kind = forms.ChoiceField(label=_("Goal"))
    field = forms.ChoiceField(label=_("Field they worked in"))
    country = forms.ChoiceField(label=_("Country they worked in"))
    language = forms.ChoiceField(label=_("Language"))
    free = forms.ChoiceField(label=_("Places"))
    paid = forms.ChoiceField(label=_("Price"))

    def __init__(self, choices: dict[str, Choices], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name, values in choices.items():
            label, shown = self.fields[name].label, [("", _("any")), *values]
            self.fields[name] = forms.ChoiceField(label=label, choices=shown, required=False)


@dataclass(frozen=True, slots=True)
class Found:
    mentor: MentorProfile
    card: MentorCard
    fit: Fit | None
    has_free_place: bool
    link: str


def find(request: HttpRequest, member: User) -> HttpResponse:
    """Show listed mentors by the filters in the address, and their fit for one request."""
    listed = listed_mentors(member)
    requests = requests_to_judge_for(member)
    chosen = _chosen(request, requests)
    problem, mentors = _filtered(request, listed)
    page = Paginator(users_in_order(mentors, chosen, now=timezone.now()), PAGE_SIZE).get_page(request.GET.get("page"))
    asked_for = request.GET.copy()
    asked_for.pop("page", None)
    context = {
        "form": FindForm(_choices(), initial=request.GET.dict()),
        "requests": requests,
        "chosen": chosen,
        "no_request": NO_REQUEST,
        "page": page,
        "found": _found(mentors_of(list(page), listed), chosen),
        "query": asked_for.urlencode(),
        "is_filtered": any(request.GET.get(name) for name in FindForm.base_fields),
        "problem": problem,
    }
    return render(request, "matching/find.html", context, status=400 if problem else 200)


def _chosen(request: HttpRequest, requests: Iterable[HelpRequest]) -> HelpRequest | None:
    """Return the request that the address names, or the newest open one. None if the member wants none."""
    wanted = request.GET.get("request")
    if wanted:
        return next((one for one in requests if str(one.uuid) == wanted), None)
    return next((one for one in requests if one.status == HelpRequest.Status.OPEN), None)


def _filtered(request: HttpRequest, listed: QuerySet[MentorProfile]) -> tuple[str | None, QuerySet[MentorProfile]]:
    """Return the problem of the filters, if any, and the mentors by the rules of ``GET mentors/``."""
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in request.GET.dict().items() if str(value).strip()})
    filters = MentorFilter(query, queryset=listed)
    if not filters.is_valid():
        return " ".join(sentences(filters.errors)), listed.none()
    backends: Iterable[Any] = api_settings.DEFAULT_FILTER_BACKENDS
    search = next(backend for backend in backends if issubclass(backend, SearchFilter))
    try:
        return None, search().filter_queryset(Request(request), filters.qs, _Searched)
    except ValidationError as error:
        return " ".join(sentences(error.detail)), listed.none()


class _Searched:
    """The part of a view that the search of the API reads."""

    search_fields = SEARCH_FIELDS


def _found(mentors: list[MentorProfile], chosen: HelpRequest | None) -> list[Found]:
    fits = fits_of(chosen, mentors, now=timezone.now()) if chosen and mentors else {}
    return [
        Found(
            mentor=mentor,
            card=suggested_card(mentor),
            fit=fits.get(mentor.user_id),
            has_free_place=has_free_place(mentor),
            link=address_of(mentor.uuid, chosen),
        )
        for mentor in mentors
    ]


def address_of(mentor: UUID, chosen: HelpRequest | None) -> str:
    """Return the address of a mentor's page, with the request that they are judged for."""
    page = reverse("named-mentor", args=[mentor])
    return f"{page}?request={chosen.uuid}" if chosen else page


def _choices() -> dict[str, Choices]:
    return values_that_find() | {
        "free": [("true", _("with a free place"))],
        "paid": [("false", _("free of charge")), ("true", _("paid"))],
    }
