"""Pages where an admin ends or extends a mentorship, or settles how a session was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import date_format

from accounts.admin.base import needs
from accounts.admin.decide import decision_page
from accounts.models import User
from accounts.models.decision import REASON_MAX
from mentorship.admin.own import besides_own
from mentorship.admin.suggested_actions import AttendanceForm, said_of
from mentorship.models import Mentorship, Session
from mentorship.services.end import end_mentorship
from mentorship.services.extend import extend_mentorship
from mentorship.services.sessions.attend import settle_attendance


class EndForm(forms.Form):
    """The reason of the end, of those that fit its status, and a note that admins read."""

    reason = forms.ChoiceField(
        label="How and why it ends",
        widget=forms.RadioSelect,
        choices=[
            (f"{status}:{reason}", f"{status.label.capitalize()}: {reason.label.lower()}")
            for status, reasons in Mentorship.REASONS.items()
            for reason in reasons
        ],
        help_text="The two read it, except “other”, “we do not fit” and “the other side went silent”.",
    )
    note = forms.CharField(
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stays in the history of the mentorship. The two do not read it.",
    )


class ExtendForm(forms.Form):
    until_on = forms.DateField(label="New planned end", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stays in the history of the mentorship. The two do not read it.",
    )


def end_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    needs(request, "mentorship.end_mentorship")
    mentorship = _mentorship(request, pk)

    def end(answers: Mapping[str, Any]) -> str:
        end_as_admin(mentorship, answers, by=cast(User, request.user), now=timezone.now())
        return f"{mentorship} {end_in_words(answers)}."

    return decision_page(
        model_admin,
        request,
        mentorship,
        EndForm(request.POST or None),
        end,
        title="End it",
        verb="End it, and tell both",
        facts=_facts(mentorship),
        notes=[
            "Both get the usual mail, which says that the organisers ended it and asks how it was. Sessions to come "
            "are cancelled, and the mentor's place is free again. “The goal is reached” settles the goal as well."
        ],
        among=~_own(request),
    )


def end_as_admin(mentorship: Mentorship, answers: Mapping[str, Any], *, by: User, now: datetime) -> None:
    """End a mentorship with the answers of an EndForm. Both read that the organisers ended it."""
    status, _, reason = answers["reason"].partition(":")
    end_mentorship(
        mentorship_id=mentorship.pk,
        by=by,
        status=status,
        reason=reason,
        now=now,
        as_admin=True,
        openly=True,
    )


def end_in_words(answers: Mapping[str, Any]) -> str:
    """Return the end of "<mentorship> ..." for the history, without the last full stop."""
    status, _, reason = answers["reason"].partition(":")
    in_words = f"{Mentorship.Status(status).label}, {Mentorship.EndReason(reason).label}".lower()
    return f"has ended: {in_words}. Both get a mail. Note: {answers['note'].strip().rstrip('.')}"


def extend_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    needs(request, "mentorship.extend_mentorship")
    mentorship = _mentorship(request, pk)

    def extend(answers: Mapping[str, Any]) -> str:
        until_on = answers["until_on"]
        extend_mentorship(
            mentorship_id=mentorship.pk,
            by=cast(User, request.user),
            until_on=until_on,
            now=timezone.now(),
            as_admin=True,
        )
        day = date_format(until_on, "j F Y")
        return f"{mentorship} is planned until {day}. Both get a mail. Reason: {answers['reason'].strip()}"

    return decision_page(
        model_admin,
        request,
        mentorship,
        ExtendForm(request.POST or None),
        extend,
        title="Extend it",
        verb="Plan the later end, and tell both",
        facts=_facts(mentorship),
        notes=["Both get a mail, which says that the organisers planned a later end, and are asked again before it."],
        among=~_own(request),
    )


def settle_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    needs(request, "mentorship.held_session")
    sessions = Session.objects.select_related("mentorship__mentor__user", "mentorship__mentee", "kind")
    session = get_object_or_404(besides_own(sessions, request), pk=pk)

    def settle(answers: Mapping[str, Any]) -> str:
        status = Session.Status(answers["status"])
        settle_attendance(session_id=session.pk, by=cast(User, request.user), status=status, now=timezone.now())
        return f"{session} is settled: {status.label}."

    said = said_of(session)
    starts_at = date_format(timezone.localtime(session.starts_at), "j F Y, H:i") if session.starts_at else ""
    return decision_page(
        model_admin,
        request,
        session,
        AttendanceForm(request.POST or None),
        settle,
        title="Settle how it was",
        verb="Settle it",
        facts=[
            ("Between", session.mentorship),
            ("Planned for", starts_at),
            ("Status", session.get_status_display()),
            *((f"{person} said", answer) for person, answer in said),
        ],
        notes=[] if said else ["Neither of the two has said how it was."],
        among=~(Q(mentorship__mentee=request.user) | Q(mentorship__mentor__user=request.user)),
    )


def _mentorship(request: HttpRequest, pk: int) -> Mentorship:
    """Return a mentorship of two others. Raises Http404."""
    mentorships = Mentorship.objects.select_related("mentor__user", "mentee", "goal__kind")
    return get_object_or_404(mentorships.exclude(_own(request)), pk=pk)


def _own(request: HttpRequest) -> Q:
    return Q(mentee=cast(User, request.user)) | Q(mentor__user=cast(User, request.user))


def _facts(mentorship: Mentorship) -> list[tuple[str, object]]:
    planned = mentorship.planned_end_on
    return [
        ("Mentor", mentorship.mentor),
        ("Mentee", mentorship.mentee),
        ("Goal", mentorship.goal),
        ("Status", mentorship.get_status_display()),
        ("Began", date_format(timezone.localtime(mentorship.started_at), "j F Y")),
        ("Planned end", date_format(planned, "j F Y") if planned else ""),
    ]
