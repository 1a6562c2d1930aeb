"""The page of a mentorship, for both: its sessions, contact, the agenda, and how it goes on.

Each part of the page is a template of ``matching/mentorship/``, or of ``mentorship/`` if another page has it as well.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.exceptions import Refusal
from accounts.models import MentorProfile, User
from accounts.page_forms import SerializerForm, choice, forms_of, problem_of
from accounts.pages.trouble import trouble_address
from accounts.signed import Outcome, is_logged_in
from matching.links import choose_link, mentorship_link
from matching.models import HelpRequest
from matching.pages.addresses import address_for
from matching.selectors.handovers import back_on, is_pause, notes_brought_to, open_handover_of
from matching.selectors.mentorships import request_of
from matching.serializers.help_requests import ChangeMentorSerializer
from matching.services.change_mentor import change_mentor
from mentorship.links import ending_link, outcome_link, session_link, steps_link
from mentorship.models import Mentorship, Session
from mentorship.pages.moves import FORMS, act
from mentorship.pages.plan import plan, plan_form
from mentorship.selectors.fit_checks import fit_checks_of
from mentorship.selectors.mentorships import mentorships_visible_to
from mentorship.selectors.outcomes import outcome_card
from mentorship.selectors.practice import asks_what_to_take_along
from mentorship.selectors.sessions import may_plan, sessions_in_order
from mentorship.selectors.shown import mentorship_card
from mentorship.selectors.silence import is_quiet, with_quiet_since
from mentorship.selectors.steps import progress_of

REASONS_TO_CHANGE = [
    (reason.value, capfirst(reason.label)) for reason in Mentorship.REASONS[Mentorship.Status.ENDED_EARLY]
]


class ChangeForm(SerializerForm):
    serializer_class = ChangeMentorSerializer

    reason = choice(
        [("", gettext_lazy("Choose a reason")), *REASONS_TO_CHANGE],
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("“We do not fit” and “the other side went silent” stay with you."),
    )


def mentorship(request: HttpRequest, uuid: str, person: User) -> HttpResponse:
    """Show a mentorship to one of the two, and let them pause, extend or end it, or change the mentor."""
    now = timezone.now()
    rows = with_quiet_since(mentorships_visible_to(person), now=now)
    row = get_object_or_404(rows, uuid=uuid)
    request_of_it = request_of(row)
    problem: str | None = None
    status = 200
    if request.method == "POST":
        next_page = ""
        if request.POST.get("do") == "change":
            (problem, status), opened = _change(request, row, person)
            next_page = _list_of(request, opened, person) if opened else ""
        elif request.POST.get("do") == "plan":
            (problem, status), planned = plan(request, row, person)
            next_page = _page_of(request, planned, person) if planned else ""
        else:
            problem, status = act(request, row, person)
        if next_page:
            return redirect(next_page)
        if problem is None:
            return redirect(request.path)
        row = rows.get(pk=row.pk)
    card = mentorship_card(row, to=person)
    is_member = is_logged_in(request, person)
    # The link of a mail may be in other hands: there stands what both may read.
    end_reason = row.end_reason_for(person) if is_member or row.end_reason_for(row.other_of(person)) else ""
    is_running = row.status in Mentorship.RUNNING
    sessions = sessions_in_order(row, to=person, now=now)
    open_handover = open_handover_of(row) if card.to_mentee and is_running else None
    plans = row.status == Mentorship.Status.ACTIVE and card.other.email is not None
    forms: dict[str, Callable[..., SerializerForm]] = {**FORMS, "change": ChangeForm}
    if plans and may_plan(row):
        forms["plan"] = plan_form(row, person, now=now)
    context = {
        "mentorship": row,
        "person": person,
        "other": card.other,
        "goal": card.goal,
        "is_apart": card.is_apart,
        "is_mentee": card.to_mentee,
        "is_running": is_running,
        "help_request": request_of_it if card.goal else None,
        # Pages of the mentee alone open by a login only, whoever holds the link to this one.
        "list_link": reverse("request", args=[request_of_it.uuid]) if request_of_it and card.to_mentee else "",
        "handover": open_handover,
        "is_pause": open_handover is not None and is_pause(open_handover),
        "back_on": back_on(open_handover) if open_handover else None,
        "handover_link": reverse("handover", args=[row.uuid]) if open_handover else "",
        "brought_notes": notes_brought_to(row, to=person if is_member else row.mentor.user),
        "next_session": sessions.next,
        "sessions_ahead": [(one, _page_of(request, one.session, person)) for one in sessions.ahead],
        "sessions_over": [(one, _page_of(request, one.session, person)) for one in sessions.over],
        "next_link": _page_of(request, sessions.next.session, person) if sessions.next else "",
        "progress": progress_of(row, to=person),
        "steps_link": steps_page(request, row, person),
        "plans": plans,
        "outcome": outcome_card(row, to=person, now=now),
        "is_member": is_member,
        "outcome_link": _outcome_of(request, row, person),
        "end_reason": Mentorship.EndReason(end_reason).label if end_reason else "",
        "forms": forms_of(forms, request.POST, of=row.uuid),
        "asks_what_to_take_along": is_member and card.to_mentee and asks_what_to_take_along(row),
        "may_change": card.to_mentee and request_of_it,
        "problem": problem,
        "trouble_link": trouble_address(request, "mentorship", row.uuid, person),
        "posted": request.POST,
        "shows": request.GET.get("show"),
        **_going(request, row, person, now=now),
    }
    return render(request, "matching/mentorship.html", context, status=status)


def mentorship_page(request: HttpRequest, row: Mentorship, person: User) -> str:
    """Return the address of the page of a mentorship for ``person``."""
    return address_for(request, person, "mentorship", row.uuid, lambda: mentorship_link(row, person))


def change_page(request: HttpRequest, row: Mentorship, person: User) -> str:
    """Return the address where the mentee changes the mentor. Empty without a request to look with."""
    if row.status not in Mentorship.RUNNING or request_of(row) is None:
        return ""
    return f"{mentorship_page(request, row, person)}?show=change#another-mentor"


def _going(request: HttpRequest, row: Mentorship, person: User, *, now: datetime) -> dict[str, object]:
    """Return what the page says about how it goes, with the link to the page that has more."""
    card = mentorship_card(row, to=person)
    is_active = row.status == Mentorship.Status.ACTIVE and card.other.email is not None
    return {
        "is_asked": is_logged_in(request, person) and fit_checks_of(person).open().filter(mentorship=row).exists(),
        "ongoing_until_on": card.ongoing_until_on,
        "is_mine_to_answer": card.ongoing_waits_for == ("mentee" if card.to_mentee else "mentor"),
        "may_become_ongoing": is_active and row.format == MentorProfile.Format.ONE_OFF,
        "quiet_since": row.quiet_since if is_active and is_quiet(row, now=now) else None,  # type: ignore[attr-defined]
        "going_link": address_for(request, person, "mentorship-going-on", row.uuid, lambda: ending_link(row, person)),
    }


def steps_page(request: HttpRequest, row: Mentorship, person: User) -> str:
    """Return the address of the steps of a mentorship for ``person``."""
    return address_for(request, person, "steps", row.uuid, lambda: steps_link(row, person))


def _page_of(request: HttpRequest, session: Session, person: User) -> str:
    return address_for(request, person, "session", session.uuid, lambda: session_link(session, person))


def _outcome_of(request: HttpRequest, row: Mentorship, person: User) -> str:
    return address_for(request, person, "outcome", row.uuid, lambda: outcome_link(row, person))


def _list_of(request: HttpRequest, help_request: HelpRequest, person: User) -> str:
    return address_for(request, person, "request", help_request.uuid, lambda: choose_link(help_request))


def _change(request: HttpRequest, row: Mentorship, person: User) -> tuple[Outcome, HelpRequest | None]:
    form = ChangeForm(request.POST)
    if not form.is_valid():
        return (problem_of(form), 400), None
    if request_of(row) is None:
        return (_("There is no request to look for another mentor with. End the mentorship, and write one."), 409), None
    try:
        opened = change_mentor(mentorship_id=row.pk, by=person, now=timezone.now(), **form.checked)
    except Refusal as refusal:
        return (refusal.detail, 409), None
    return (None, 302), opened
