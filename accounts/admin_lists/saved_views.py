"""Views of a list that admins have saved: the links above the list, and the page that saves, changes and deletes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR, IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG, IGNORED_PARAMS, PAGE_VAR, SEARCH_VAR
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import DataError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.admin_lists.neighbours import list_with
from accounts.exceptions import Refusal
from accounts.models import SavedView, User
from accounts.models.saved_view import NAME_MAX, QUERY_MAX
from accounts.roles import CONTACT
from accounts.services.saved_views import change_view, save_view
from accounts.way_back import FILTERS, list_address


@dataclass(frozen=True, slots=True)
class ViewLink:
    """A view above its list. ``owner`` is None for one's own."""

    name: str
    query: str
    owner: User | None
    is_now: bool


class ViewForm(forms.Form):
    name = forms.CharField(max_length=NAME_MAX)
    is_shared = forms.BooleanField(label="Share it with colleagues who see this list", required=False)


def view_links(model_admin: admin.ModelAdmin, request: HttpRequest) -> list[ViewLink]:
    """Return the reader's views of a list, and those that colleagues share and the reader may open. One query."""
    reader = cast(User, request.user)
    readable = Q(owner=reader)
    if reader.role != User.Role.PROGRAMME:  # a name or a search of a colleague may tell of a cohort that is not theirs
        readable |= Q(is_shared=True, owner__is_active=True) & ~Q(owner__role="")
    found = SavedView.objects.filter(readable, model=model_admin.opts.label_lower)
    now = _without_page(request.GET.urlencode())
    return [
        ViewLink(view.name, view.query, None if view.owner_id == reader.pk else view.owner, view.query == now)
        for view in found.select_related("owner").order_by("name", "pk")
        if view.owner_id == reader.pk or may_open(model_admin, request, view.query)
    ]


def views_page(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Save the list as it was left, and rename, share or delete one's own views of it."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    owner = cast(User, request.user)
    query = _without_page(request.GET.get(FILTERS, ""))
    views = SavedView.objects.filter(owner=owner, model=model_admin.opts.label_lower).order_by("name", "pk")
    new, status = ViewForm(auto_id="new_%s"), 200
    if request.method == "POST":
        do = request.POST.get("do", "")
        if do not in ("save", "change", "delete"):
            raise BadRequest("The page has no such button.")
        form = ViewForm(request.POST, auto_id="new_%s")
        if do == "save":
            new = form
        if _do(model_admin, request, do, form, query):
            return redirect(list_address(request, model_admin.opts) if do == "save" else request.get_full_path())
        status = 400
    context = model_admin.admin_site.each_context(request) | {
        "title": f"Views of {model_admin.opts.verbose_name_plural}",
        "crumb": "Saved views",
        "opts": model_admin.opts,
        "query": query,
        "new": new,
        "views": [
            (view, ViewForm(initial={"name": view.name, "is_shared": view.is_shared}, auto_id=f"view_{view.pk}_%s"))
            for view in views
        ],
    }
    return render(request, "admin/saved_views_page.html", context, status=status)


def _do(model_admin: admin.ModelAdmin, request: HttpRequest, do: str, form: ViewForm, query: str) -> bool:
    """Do what a button says. Return False if it is refused, and say why."""
    owner, model = cast(User, request.user), model_admin.opts.label_lower
    view = None if do == "save" else get_object_or_404(SavedView, owner=owner, model=model, pk=_key(request))
    if do == "delete" and view is not None:
        view.delete()
        messages.success(request, f"The view “{view.name}” is deleted.")
        return True
    if not form.is_valid():
        messages.warning(request, f"Give it a name of {NAME_MAX} characters at most.")
        return False
    try:
        if view is None:
            _must_be_of(model_admin, request, query)
            save_view(owner=owner, model=model, query=query, now=timezone.now(), **form.cleaned_data)
        else:
            change_view(view=view, **form.cleaned_data)
    except Refusal as refusal:
        messages.warning(request, refusal.detail)
        return False
    messages.success(request, f"The view “{form.cleaned_data['name']}” is saved.")
    return True


def _must_be_of(model_admin: admin.ModelAdmin, request: HttpRequest, query: str) -> None:
    """Raise BadRequest unless the list takes these filters."""
    if len(query) > QUERY_MAX:
        raise BadRequest("The filters are too long to be saved.")
    try:
        list_with(model_admin, request, query)
    except (IncorrectLookupParameters, SuspiciousOperation, DataError, ValueError) as error:
        raise BadRequest("The list does not take such filters.") from error


def may_open(model_admin: admin.ModelAdmin, request: HttpRequest, query: str) -> bool:
    """Return whether the reader's role has the filters of a list. Some read no addresses: none in a search either."""
    sent = QueryDict(query)
    if "@" in sent.get(SEARCH_VAR, "") and not request.user.has_perm(CONTACT):
        return False
    names = set(sent) - set(IGNORED_PARAMS)
    return all(model_admin.lookup_allowed(name, sent[name], request) for name in names)


def _without_page(query: str) -> str:
    """Return the query of a list without the page: it is another one tomorrow."""
    sent = QueryDict(query, mutable=True)
    for name in (PAGE_VAR, ERROR_FLAG, IS_POPUP_VAR):
        sent.pop(name, None)
    return sent.urlencode()


def _key(request: HttpRequest) -> int:
    sent: Any = request.POST.get("view", "")
    if not (sent.isascii() and sent.isdecimal() and len(sent) < 19):
        raise BadRequest("The page has no such view.")
    return int(sent)
