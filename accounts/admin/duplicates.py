"""People who may have two accounts: the list of suggestions, and the page on which two accounts become one."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.admin.base import attempt, needs
from accounts.admin.reads import note_reads_of
from accounts.admin.reasons import ReasonForm
from accounts.admin.row_page import row_page
from accounts.duplicates import conflicts, denied, denied_pairs, duplicates, lookalikes_of
from accounts.merge_registry import all_rules, reasons_against
from accounts.models import MentorProfile, Profile, StaffRead, User
from accounts.services.merge import against_accounts, maybe_same_person, merge_accounts, not_same_person, read_merge
from accounts.way_back import row_address, with_list

MERGE = "accounts.merge_user"
PAGE_ROWS = 25
PAGES_MAX = 1000


class MergeForm(ReasonForm):
    stays = forms.ChoiceField(widget=forms.RadioSelect, label="The account that stays")

    field_order = ["stays", "reason"]

    def __init__(self, *args: Any, people: list[User], **options: Any) -> None:
        super().__init__(*args, reader="The other admins read it.", **options)
        stays = cast(forms.ChoiceField, self.fields["stays"])
        stays.choices = [(str(person.uuid), f"{person.name}, {person.email}") for person in people]


# --- suggestions ------------------------------------------------------------------------------------------


def duplicates_page(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Show pairs who may be one person, or those of whom an admin said that they are not."""
    needs(request, MERGE)
    if request.method == "POST":
        return _say(request)
    reader = cast(User, request.user)
    number = _page_number(request)
    first = (number - 1) * PAGE_ROWS
    shows_denied = request.GET.get("show") == "denied"
    if shows_denied:
        rows: list[Any] = list(denied_pairs(reader=reader)[first : first + PAGE_ROWS + 1])
    else:
        rows = duplicates(reader=reader, limit=PAGE_ROWS + 1, offset=first)
    shown = rows[:PAGE_ROWS]
    pairs = [(row.first, row.second) if shows_denied else row.people for row in shown]
    note_reads_of(request, (person.pk for pair in pairs for person in pair), StaffRead.What.CONTACT)
    context = model_admin.admin_site.each_context(request) | {
        "title": "People who may have two accounts",
        "crumb": "Duplicates",
        "opts": model_admin.opts,
        "rows": shown,
        "shows_denied": shows_denied,
        "number": number,
        "before": number - 1,
        "after": number + 1 if len(rows) > PAGE_ROWS else 0,
    }
    return render(request, "admin/accounts/user/duplicates.html", context)


def _page_number(request: HttpRequest) -> int:
    """Return the page that the address names, and 1 for any other text."""
    text = request.GET.get("page", "")
    return min(max(int(text), 1), PAGES_MAX) if text.isascii() and text.isdecimal() and len(text) < 6 else 1


def _say(request: HttpRequest) -> HttpResponse:
    """Note that two people are two, or take it back."""
    pair = [_person_with(request.POST.get(name, "")) for name in ("one", "other")]
    one, other = pair
    by = cast(User, request.user)
    if one is None or other is None or one == other or by in pair or request.POST.get("do") not in ("deny", "again"):
        messages.warning(request, "This pair is not there any more. Load the page again.")
    elif request.POST["do"] == "deny":
        not_same_person(one=one, other=other, by=by, now=timezone.now())
        messages.success(request, f"{one} and {other} are not suggested again.")
    else:
        maybe_same_person(one=one, other=other)
        messages.success(request, f"{one} and {other} may be suggested again.")
    return HttpResponseRedirect(request.get_full_path())


def _person_with(uuid: str) -> User | None:
    try:
        return User.objects.filter(uuid=UUID(uuid), merged_into=None, is_service=False).first()
    except ValueError:
        return None


# --- one merge --------------------------------------------------------------------------------------------


def merge_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show two accounts side by side, and make them one. Without a second one, offer some to choose from."""
    needs(request, MERGE)
    person = get_object_or_404(User.objects.select_related("profile", "mentor"), pk=pk, is_service=False)
    other = _person_with(request.GET.get("with", ""))
    if person.merged_into_id is not None:
        messages.warning(request, f"{person} was merged into another account already.")
        return redirect(row_address(request, model_admin.opts, person.merged_into_id))
    by = cast(User, request.user)
    if by in (person, other):
        # The page says who blocks or reports one of the two.
        messages.warning(request, "One of the two is your own account. Another admin has to merge it.")
        return redirect(row_address(request, model_admin.opts, person.pk))
    if other is None or other == person:
        return _choose(model_admin, request, person)
    people = [person, other]
    form = MergeForm(request.POST if request.method == "POST" else None, people=people)
    status = 200
    if form.is_valid():
        stays = next(one for one in people if str(one.uuid) == form.cleaned_data["stays"])
        if _merge(model_admin, request, people, stays, form.cleaned_data["reason"]):
            return redirect(row_address(request, model_admin.opts, stays.pk))
        status = 409
    elif request.method == "POST":
        status = 400
    note_reads_of(request, (one.pk for one in people), StaffRead.What.CONTACT)
    merge = read_merge(gone_id=other.pk, stays_id=person.pk, by=by, reason="", now=timezone.now())
    context = {
        "title": "Two accounts of one person?",
        "crumb": "Merge",
        "person": person,
        "other": other,
        "people": people,
        "against": [*against_accounts(merge), *reasons_against(merge)],
        "conflict": conflicts([person.pk, other.pk]).get(frozenset((person.pk, other.pk)), ""),
        "denied": denied(person, other),
        "rows": _rows(people),
        "form": form,
    }
    return row_page(model_admin, request, person, "admin/accounts/user/merge.html", context, status=status)


def _merge(model_admin: admin.ModelAdmin, request: HttpRequest, people: list[User], stays: User, reason: str) -> bool:
    """Merge two people into ``stays``. Return False if it is refused, and say why."""
    gone = next(one for one in people if one != stays)

    def merge() -> str:
        by = cast(User, request.user)
        merged = merge_accounts(gone_id=gone.pk, stays_id=stays.pk, by=by, reason=reason, now=timezone.now())
        return f"{merged.gone_email} was merged into this account. They read it in a mail."

    return attempt(model_admin, request, stays, merge)


def _choose(model_admin: admin.ModelAdmin, request: HttpRequest, person: User) -> HttpResponse:
    """Offer people to merge with: those who look alike, and the one with an address that the admin writes."""
    address = request.GET.get("address", "")
    email = User.objects.normalize_email(address.replace("\0", ""))
    found = User.objects.filter(email=email, merged_into=None, is_service=False)
    if address and (other := found.exclude(pk=person.pk).first()) is not None:
        merge = reverse("admin:accounts_user_merge", args=[person.pk])
        return redirect(with_list(request, f"{merge}?with={other.uuid}"))
    alike = list(lookalikes_of(person, reader=cast(User, request.user)))
    note_reads_of(request, (one.pk for one in (person, *alike)), StaffRead.What.CONTACT)
    context = {
        "title": f"Merge {person} with another account",
        "crumb": "Merge",
        "person": person,
        "alike": alike,
        "address": address,
    }
    return row_page(model_admin, request, person, "admin/accounts/user/merge_with.html", context)


def _rows(people: list[User]) -> list[tuple[str, int, int, str]]:
    """Return what each of the two has, and what becomes of it in the account that goes. One query for each rule."""
    ends: dict[type[Model], list[Any]] = {
        User: people,
        Profile: [person.profile for person in people],
        MentorProfile: [getattr(person, "mentor", None) for person in people],
    }
    rows = []
    for rule in all_rules():
        one, other = rule.counts(*ends[rule.root])
        if one or other:
            rows.append((rule.label, one, other, rule.words))
    return sorted(rows)
