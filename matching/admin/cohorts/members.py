"""The people of a cohort in the admin: names, sides and what a draft reads of them. Nothing else about anybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.admin.base import attempt, needs
from accounts.admin.decide import decision_page
from accounts.admin.row_page import row_page
from accounts.models import User
from accounts.models.mentor import CAPACITY_MAX
from accounts.way_back import with_list
from matching.admin.cohorts.run import cohort_for
from matching.models import HelpRequest
from matching.services.cohorts.add import add_and_tell
from matching.services.cohorts.leave import take_out
from mentorship.models import Cohort, CohortMember
from mentorship.services.cohorts.members import change_member, person_with
from mentorship.services.cohorts.organise import must_organise

ON_A_PAGE = 100
SEARCH_MAX = 200
SHOWN = {"": "everybody", "mentee": "mentees", "mentor": "mentors", "left": "those who left"}
ADD, CHANGE, TAKE_OUT = (f"mentorship.{verb}_cohortmember" for verb in ("add", "change", "take_out"))


class AddForm(forms.Form):
    address = forms.EmailField(label="Address", help_text="Of a member who has confirmed it.")
    side = forms.ChoiceField(choices=CohortMember.Side.choices)
    places = forms.IntegerField(
        min_value=1, max_value=CAPACITY_MAX, required=False, help_text="Mentees in this cohort, for a mentor."
    )


class MemberForm(forms.Form):
    places = forms.IntegerField(min_value=1, max_value=CAPACITY_MAX, help_text="Mentees in this cohort.")
    manager = forms.EmailField(label="Address of their manager", required=False, help_text="Empty: it stays as it is.")
    no_manager = forms.BooleanField(label="Nobody here manages them", required=False)


def members_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """List the people of a cohort, and add one by their address."""
    needs(request, "mentorship.view_cohortmember")
    cohort = cohort_for(model_admin, request, pk)
    form, status = AddForm(), 200
    if request.method == "POST":
        needs(request, ADD)
        form = AddForm(request.POST)
        if form.is_valid():
            if attempt(model_admin, request, cohort, lambda: _add(cohort, form.cleaned_data, cast(User, request.user))):
                return redirect(request.get_full_path())
            status = 409
        else:
            status = 400
    shown, words = request.GET.get("shown", ""), request.GET.get("q", "").strip()
    page = request.GET.get("p", "1")
    if shown not in SHOWN or len(words) > SEARCH_MAX or not (page.isascii() and page.isdigit() and len(page) < 7):
        raise BadRequest("The list has no such filter or page.")
    rows = Paginator(_members(cohort, shown, words), ON_A_PAGE).get_page(page)
    context = {
        "title": "People",
        "cohort": cohort,
        "rows": rows,
        "lines": _with_requests(cohort, rows.object_list),
        "shown": shown,
        "choices": SHOWN.items(),
        "words": words,
        "form": form if cohort.status != Cohort.Status.ARCHIVED and request.user.has_perm(ADD) else None,
    }
    return row_page(model_admin, request, cohort, "admin/mentorship/cohort/members.html", context, status=status)


def member_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Show one person of a cohort, and change their places and their manager."""
    needs(request, "mentorship.view_cohortmember")
    cohort = cohort_for(model_admin, request, pk)
    one = _member(cohort, member)
    form = MemberForm(request.POST if request.method == "POST" else None, initial={"places": one.places})
    if one.side == CohortMember.Side.MENTEE:
        del form.fields["places"]
    by = cast(User, request.user)

    def change(answers: Mapping[str, Any]) -> str:
        manager = None if answers["no_manager"] else one.manager
        if answers["manager"] and not answers["no_manager"]:
            must_organise(by, cohort)
            manager = person_with(answers["manager"])
        changed = change_member(member_id=one.pk, by=by, places=answers.get("places"), manager=manager)
        places = f", {changed.places} places" if changed.places else ""
        return f"{one.person}{places}, managed by {manager or 'nobody here'}."

    may_change = one.left_at is None and cohort.status != Cohort.Status.ARCHIVED and by.has_perm(CHANGE)
    if request.method == "POST":
        needs(request, CHANGE)
    [(_, asked)] = _with_requests(cohort, [one])
    return decision_page(
        model_admin,
        request,
        cohort,
        form if may_change or request.method == "POST" else None,
        change,
        title=f"{one.person} in the cohort",
        verb="Save",
        facts=[
            ("Side", one.get_side_display()),
            ("Department", one.person.profile.department),
            ("Places", one.places or ""),
            ("Manager", one.manager or ""),
            ("Joined on", date_format(timezone.localtime(one.joined_at), "j F Y")),
            ("Left on", date_format(timezone.localtime(one.left_at), "j F Y") if one.left_at else ""),
            ("Request in the cohort", asked),
        ],
        leads_to=_members_address(request, cohort),
    )


def take_out_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Ask before a person is taken out of a cohort."""
    needs(request, TAKE_OUT)
    cohort = cohort_for(model_admin, request, pk)
    one = _member(cohort, member)
    by = cast(User, request.user)

    def end(answers: Mapping[str, Any]) -> str:
        take_out(member_id=one.pk, by=by, now=timezone.now())
        return f"{one.person} is not in the cohort any more ({one.get_side_display().lower()})."

    is_in = one.left_at is None
    return decision_page(
        model_admin,
        request,
        cohort,
        forms.Form(request.POST if request.method == "POST" else None) if is_in or request.method == "POST" else None,
        end,
        title=f"Take {one.person} out",
        verb="Take them out",
        facts=[("Side", one.get_side_display()), ("Department", one.person.profile.department)],
        notes=[
            "They are not matched in the cohort any more. An open request for it is withdrawn, and pairs that wait for "
            "an answer end. Mentorships go on."
        ]
        if is_in
        else ["They left already."],
        leads_to=_members_address(request, cohort),
    )


def _add(cohort: Cohort, answers: Mapping[str, Any], by: User) -> str:
    member = add_and_tell(cohort_id=cohort.pk, by=by, now=timezone.now(), **answers)
    return f"{member.person} is in the cohort ({member.get_side_display().lower()})."


def _members(cohort: Cohort, shown: str, words: str) -> QuerySet[CohortMember]:
    members = CohortMember.objects.filter(cohort=cohort, left_at__isnull=shown != "left")
    if shown in CohortMember.Side.values:
        members = members.filter(side=shown)
    for word in words.split():
        members = members.filter(person__name__icontains=word)
    return members.select_related("person__profile", "manager").order_by("person__name", "pk")


def _member(cohort: Cohort, pk: int) -> CohortMember:
    return get_object_or_404(cohort.members.select_related("person__profile", "manager"), pk=pk)


def _with_requests(cohort: Cohort, members: Iterable[CohortMember]) -> list[tuple[CohortMember, str]]:
    """Return the members, each with the status of the mentee's newest request for the cohort in words."""
    listed = list(members)
    mentees = [member.person_id for member in listed if member.side == CohortMember.Side.MENTEE]
    asked = HelpRequest.objects.filter(cohort=cohort, mentee__in=mentees).order_by("pk")
    status = {mentee: HelpRequest.Status(found).label for mentee, found in asked.values_list("mentee", "status")}

    def words(member: CohortMember) -> str:
        return str(status.get(member.person_id, "none yet")) if member.side == CohortMember.Side.MENTEE else ""

    return [(member, words(member)) for member in listed]


def _members_address(request: HttpRequest, cohort: Cohort) -> str:
    return with_list(request, reverse("admin:mentorship_cohort_members", args=[cohort.pk]))
