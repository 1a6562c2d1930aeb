"""The page where an admin decides about an application to mentor: the whole application, and the buttons."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import BadRequest
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from accounts.admin.base import attempt, needs
from accounts.admin.reads import note_concerns, note_read
from accounts.admin.reasons import ReasonForm
from accounts.admin.row_page import row_page
from accounts.admin_lists.neighbours import neighbours_of
from accounts.models import MentorProfile, StaffRead, User
from accounts.models.profile import clock
from accounts.readiness import missing
from accounts.roles import CONTACT
from accounts.selectors import blocks_around, concerns_about, is_for_another, profile_in_full
from accounts.services.mentors import approve_mentor, reject_mentor
from accounts.way_back import FILTERS, Neighbours, list_address
from accounts.words import country_labels, language_name, price_in_words, weekday_name
from accounts.zones import zone_in_words

# The list for a reader who comes from none: waiting applications, the oldest first. "o" counts its columns.
WAITING = "status__exact=applied&o=3"
APPROVE, REJECT = "accounts.approve_mentorprofile", "accounts.reject_mentorprofile"
READER = "They read it in the mail."
EARLIER_MAX = 20


def application_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show an application, as far as the role may see it. Approve or reject it, and go to the next one that waits."""
    needs(request, "accounts.view_mentorprofile")
    mentor = get_object_or_404(MentorProfile.objects.select_related("user"), pk=pk)
    waits = mentor.status == MentorProfile.Status.APPLIED
    others = neighbours_of(
        model_admin,
        request,
        pk,
        among=Q(status=MentorProfile.Status.APPLIED) if waits else None,
        otherwise=WAITING,
    )
    form = None
    if request.method == "POST":
        do = request.POST.get("do", "")
        if do not in ("approve", "reject"):
            raise BadRequest("The page has no such button.")
        needs(request, f"accounts.{do}_mentorprofile")
        form = ReasonForm(request.POST, reader=READER)
        if do == "approve" or form.is_valid():
            return _decide(model_admin, request, mentor, do, form, others)
    return _page(model_admin, request, mentor, form or ReasonForm(reader=READER), others)


def _decide(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    mentor: MentorProfile,
    do: str,
    form: ReasonForm,
    others: Neighbours | None,
) -> HttpResponse:
    """Decide, and lead to the next application, as the list was before the decision."""
    by, now = cast(User, request.user), timezone.now()

    def decide() -> str:
        if do == "approve":
            approve_mentor(mentor_id=mentor.pk, by=by, now=now)
            return f"{mentor} is approved and gets a mail."
        reject_mentor(mentor_id=mentor.pk, by=by, reason=form.cleaned_data["reason"], now=now)
        return f"{mentor} is rejected and gets a mail."

    if not attempt(model_admin, request, mentor, decide, about=f"{mentor}: "):
        return redirect(request.get_full_path())
    if others and (following := others.after or others.before):
        return redirect(following)
    return redirect(list_address(request, model_admin.opts) if FILTERS in request.GET else "admin:index")


def _page(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    mentor: MentorProfile,
    form: ReasonForm,
    others: Neighbours | None,
) -> HttpResponse:
    reader, person = cast(User, request.user), mentor.user
    may = reader.has_perm
    concerns = list(concerns_about(person, to=reader)[:EARLIER_MAX]) if may("accounts.view_concern") else []
    decisions = mentor.decisions.select_related("by").order_by("-decided_at", "-pk")
    note_concerns(request, concerns)
    if may(CONTACT):
        note_read(request, person, StaffRead.What.CONTACT)
    if may("accounts.view_profile"):
        note_read(request, person, StaffRead.What.PROFILE)
    context: dict[str, Any] = {
        "title": f"Application of {person}",
        "crumb": "Application",
        "mentor": mentor,
        "waits": mentor.status == MentorProfile.Status.APPLIED,
        "address": person.email if may(CONTACT) else "",
        "offer": _offer(mentor),
        "about": _about(person) if may("accounts.view_profile") else (),
        "missing": missing(mentor),
        "sees_decisions": may("accounts.view_mentordecision"),
        "decisions": decisions[:EARLIER_MAX] if may("accounts.view_mentordecision") else (),
        "concerns": concerns,
        "blocks": blocks_around(person, to=reader)[:EARLIER_MAX] if may("accounts.view_block") else (),
        "may_approve": _may_decide(reader, mentor, APPROVE),
        "may_reject": _may_decide(reader, mentor, REJECT),
        "is_own": mentor.user_id == reader.pk,
        "may_open_people": may("accounts.view_user"),
        "form": form,
        "neighbours": others,
        "now": timezone.now(),
    }
    return row_page(model_admin, request, mentor, "admin/accounts/mentorprofile/decide.html", context)


def _may_decide(reader: User, mentor: MentorProfile, permission: str) -> bool:
    return reader.has_perm(permission) and not is_for_another(mentor, by=reader, permission=permission)


def _offer(mentor: MentorProfile) -> list[tuple[str, str]]:
    """Return the offer of a mentor: the name and the words of each fact."""
    formats = dict(MentorProfile.Format.choices)
    places = "1 person" if mentor.capacity == 1 else f"{mentor.capacity} people"
    elsewhere = f", and mentors {mentor.active_elsewhere} outside of the community" if mentor.active_elsewhere else ""
    return [
        ("Teaches", ", ".join(mentor.teaches)),
        ("Wants to explore", ", ".join(mentor.explores)),
        ("Formats", ", ".join(str(formats[one]) for one in mentor.formats)),
        ("Time", f"{places} at once, {mentor.monthly_hours} hours a month{elsewhere}"),
        ("Price", price_in_words(mentor.rate)),
    ]


def _about(person: User) -> list[tuple[str, str]]:
    """Return the profile of a person: the name and the words of each fact."""
    profile, countries = profile_in_full(person), country_labels()
    career = [
        f"{step.start_year} to {step.end_year or 'now'}: {step.role}, {step.field} ({step.get_sector_display()}, "
        f"{countries.get(str(step.country), step.country)}, {step.get_level_display()})"
        for step in profile.career.all()
    ]
    languages = [f"{language_name(row.code)} ({row.get_level_display().lower()})" for row in profile.languages.all()]
    hours = [f"{weekday_name(weekday)}, {clock(start)} to {clock(end)}" for weekday, start, end in profile.windows]
    return [
        ("Headline", profile.headline),
        ("About them", profile.bio),
        ("Employer", ", ".join(filter(None, [profile.employer, profile.department]))),
        ("Career", "\n".join(reversed(career))),
        ("Skills", ", ".join(profile.skills)),
        ("Languages", ", ".join(languages)),
        ("Time zone", zone_in_words(profile.timezone, now=timezone.now())),
        ("Free in the week", "\n".join(hours)),
    ]
