"""The life of a cohort in the admin: where it stands, and buttons that open, close, archive and copy it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from accounts.admin.base import attempt, needs
from accounts.admin.decide import decision_page
from accounts.admin.row_page import row_page
from accounts.doorbell import ring_after_commit
from accounts.models import User
from accounts.way_back import row_address
from matching.links import join_link
from matching.models import CohortPair, HelpRequest
from matching.selectors.cohorts.places import pairs_of
from matching.tasks import tend_cohorts
from mentorship.models import Cohort
from mentorship.services.cohorts.organise import must_organise
from mentorship.services.cohorts.run import archive_cohort, close_cohort, copy_cohort, open_cohort, renew_key

VIEW = "mentorship.view_cohort"
Status = Cohort.Status


def cohort_for(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> Cohort:
    """Return a cohort that the reader runs, with its counts. Raises Http404 for any other.

    Each page of a cohort begins with it.
    """
    needs(request, VIEW)
    return cast(Cohort, get_object_or_404(model_admin.get_queryset(request), pk=pk))


def number_in(text: str) -> int:
    """Return a key or a number of an address or a form. Raises BadRequest."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise BadRequest("There is no such number.")
    return int(text)


def buttons_of(cohort: Cohort, reader: User) -> list[tuple[str, str]]:
    """Return the name and the label of each button that the reader may press now."""
    moves = Cohort.MOVES[Status(cohort.status)]
    was_open = cohort.opened_at is not None
    shown = {
        "open": ("Open it again" if was_open else "Open it, so that people can join", Status.OPEN in moves),
        "close": ("Close it, so that nobody joins any more", Status.CLOSED in moves),
        "renew": ("Make a new invitation link", cohort.status != Status.ARCHIVED),
        "copy": ("Copy it, without its people", True),
    }
    return [
        (name, label)
        for name, (label, is_possible) in shown.items()
        if is_possible and reader.has_perm(f"mentorship.{name}_cohort")
    ]


def run_context(request: HttpRequest, cohort: Cohort) -> dict[str, Any]:
    """Return what the section about a cohort shows: where it stands, its link and its buttons.

    ``cohort`` has the counts of ``with_counts``.
    """
    reader = cast(User, request.user)
    return {
        "cohort": cohort,
        "invitation": join_link(cohort) if cohort.status != Status.ARCHIVED else "",
        "takes_people": cohort.takes_people(timezone.now()),
        "buttons": buttons_of(cohort, reader),
        "may_archive": Status.ARCHIVED in Cohort.MOVES[Status(cohort.status)]
        and reader.has_perm("mentorship.archive_cohort"),
    }


def run_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show where a cohort stands, and do what one of its buttons says."""
    cohort = cohort_for(model_admin, request, pk)
    if request.method != "POST":
        context = {"title": "Where it stands"} | run_context(request, cohort)
        return row_page(model_admin, request, cohort, "admin/mentorship/cohort/run.html", context)
    do = request.POST.get("do", "")
    if do not in ("open", "close", "renew", "copy"):
        raise BadRequest("The page has no such button.")
    needs(request, f"mentorship.{do}_cohort")
    if do == "copy":
        return _copy(model_admin, request, cohort)
    attempt(model_admin, request, cohort, _deed(cohort, do, by=cast(User, request.user), now=timezone.now()))
    return redirect(row_address(request, model_admin.opts, cohort.pk))


def archive_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Ask before a cohort is put away for good."""
    cohort = cohort_for(model_admin, request, pk)
    needs(request, "mentorship.archive_cohort")
    by = cast(User, request.user)

    def archive(answers: Mapping[str, Any]) -> str:
        must_organise(by, cohort)
        archive_cohort(cohort_id=cohort.pk, now=timezone.now())
        # Ends what waits in it.
        ring_after_commit(tend_cohorts)
        return "It is archived."

    is_possible = Status.ARCHIVED in Cohort.MOVES[Status(cohort.status)]
    counted = cast(Any, cohort)
    return decision_page(
        model_admin,
        request,
        cohort,
        forms.Form(request.POST if request.method == "POST" else None) if is_possible or request.POST else None,
        archive,
        title="Archive it",
        verb="Archive it for good",
        facts=[
            ("Status", cohort.get_status_display()),
            ("Mentees", counted.mentees),
            ("Mentors", counted.mentors),
            ("Open requests", HelpRequest.objects.filter(cohort=cohort, status=HelpRequest.Status.OPEN).count()),
            ("Pairs that wait for an answer", pairs_of(cohort).filter(status__in=CohortPair.LIVE).count()),
        ],
        notes=[
            "Mentorships go on. Nobody joins it or is matched in it any more. Pairs that wait for an answer are taken "
            "back, and open requests expire. Everybody whom it is about gets a mail. This cannot be undone; a copy can "
            "be made."
        ]
        if is_possible
        else ["Close it first." if cohort.status == Status.OPEN else "It is archived already."],
    )


def _deed(cohort: Cohort, do: str, *, by: User, now: datetime) -> Callable[[], str]:
    def act() -> str:
        must_organise(by, cohort)
        match do:
            case "open":
                open_cohort(cohort_id=cohort.pk, now=now)
                return "It is open. Send its invitation link."
            case "close":
                close_cohort(cohort_id=cohort.pk, now=now)
                return "It is closed. Nobody joins it any more."
            case _:
                renew_key(cohort_id=cohort.pk)
                return "It has a new invitation link. Those that were sent lead nowhere."

    return act


def _copy(model_admin: admin.ModelAdmin, request: HttpRequest, cohort: Cohort) -> HttpResponse:
    copied = copy_cohort(cohort_id=cohort.pk, today=timezone.now().date())
    model_admin.log_addition(request, copied, f"It is a copy of the cohort {cohort.pk}.")
    model_admin.message_user(request, "This is the copy. Give it its name and its days, and open it.")
    return redirect(row_address(request, model_admin.opts, copied.pk))
