"""The page about how a mentorship goes and goes on, from a mail or logged in.

It has the fit check of the reader, a silence, one-off help that may become ongoing, the outcome, and the planned end.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import MentorProfile, User
from accounts.page_forms import SerializerForm, forms_of
from accounts.signed import Outcome, is_logged_in
from mentorship.links import outcome_link, session_link
from mentorship.models import FitCheck, Mentorship, Session
from mentorship.pages.going import act_on_going, going_forms
from mentorship.pages.moves import FORMS
from mentorship.pages.plan import plan, plan_form
from mentorship.pages.session import MentorshipPage
from mentorship.selectors.fit_checks import latest_fit_check
from mentorship.selectors.mentorships import mentorships_visible_to
from mentorship.selectors.outcomes import outcome_card
from mentorship.selectors.sessions import may_plan
from mentorship.selectors.shown import mentorship_card
from mentorship.selectors.silence import STEPS, is_quiet, with_quiet_since
from mentorship.services.ongoing import usual_end


def page_of(mentorship_page: MentorshipPage, change_page: MentorshipPage) -> Callable[..., HttpResponse]:
    """Return the page, with links to the mentorship, and to the change of its mentor. Another app has these pages.

    ``change_page`` returns an empty address if there is nothing to change the mentor of.
    """

    def ending(request: HttpRequest, uuid: str, person: User) -> HttpResponse:
        """Let one of the two say how the mentorship goes, and how it goes on."""
        now = timezone.now()
        rows = with_quiet_since(mentorships_visible_to(person), now=now)
        row = get_object_or_404(rows, uuid=uuid)
        problem, status = None, 200
        if request.method == "POST":
            (problem, status), next_page = _act(request, row, person)
            if problem is None:
                return redirect(next_page)
            row = rows.get(pk=row.pk)
        context = _context(request, row, person, now=now) | {
            "problem": problem,
            "mentorship_link": mentorship_page(request, row, person),
            "change_link": change_page(request, row, person) if row.mentee_id == person.pk else "",
        }
        return render(request, "mentorship/ending.html", context, status=status)

    return ending


def _context(request: HttpRequest, row: Mentorship, person: User, *, now: datetime) -> dict[str, object]:
    card = mentorship_card(row, to=person)
    is_member = is_logged_in(request, person)
    check = latest_fit_check(row, of=person)
    is_in_contact = card.other.email is not None
    is_active = row.status == Mentorship.Status.ACTIVE and is_in_contact
    forms: dict[str, Callable[..., SerializerForm]] = {**FORMS, **going_forms(check, is_member=is_member)}
    if is_active and may_plan(row):
        forms["plan"] = plan_form(row, person, now=now)
    return {
        "mentorship": row,
        "other": card.other,
        "goal": card.goal,
        "is_apart": card.is_apart,
        "is_mentee": card.to_mentee,
        "is_running": row.status in Mentorship.RUNNING,
        "check": check,
        "is_member": is_member,
        "answers": FitCheck.Answer.choices,
        "quiet_since": row.quiet_since if is_active and is_quiet(row, now=now) else None,  # type: ignore[attr-defined]
        "may_close": is_active and is_quiet(row, now=now, steps=STEPS),
        "may_become_ongoing": is_active and row.format == MentorProfile.Format.ONE_OFF,
        "ongoing_until_on": card.ongoing_until_on,
        "is_mine_to_answer": card.ongoing_waits_for == ("mentee" if card.to_mentee else "mentor"),
        "usual_end": usual_end(row, now=now),
        "forms": forms_of(forms, request.POST, of=row.uuid),
        "outcome": outcome_card(row, to=person, now=now),
        "outcome_link": _outcome_of(request, row, person),
        "posted": request.POST,
    }


def _act(request: HttpRequest, row: Mentorship, person: User) -> tuple[Outcome, str]:
    """Return the outcome, and the address of the page to go to."""
    if request.POST.get("do") != "plan":
        return act_on_going(request, row, person), request.path
    outcome, planned = plan(request, row, person)
    return outcome, _page_of(request, planned, person) if planned else request.path


def _outcome_of(request: HttpRequest, row: Mentorship, person: User) -> str:
    is_member = request.user.pk == person.pk
    return reverse("outcome", args=[row.uuid]) if is_member else outcome_link(row, person)


def _page_of(request: HttpRequest, session: Session, person: User) -> str:
    return reverse("session", args=[session.uuid]) if is_logged_in(request, person) else session_link(session, person)
