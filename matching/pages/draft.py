"""Pages of a help request that is not submitted yet: a new one, and a draft."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.exceptions import Refusal, UnknownButton
from accounts.member_pages import way_back
from accounts.models import User
from accounts.signed import DONE, Outcome
from matching.exceptions import HelpRequestGone, HelpRequestTooVague
from matching.models import HelpRequest
from matching.pages.request_form import RequestForm, form_page, help_while_writing
from matching.selectors import visibility
from matching.selectors.cohorts.members import current_request
from matching.services.draft import create_draft, delete_draft, update_draft
from matching.services.submit import submit_help_request
from mentorship.selectors.cohorts import cohorts_to_ask_in
from mentorship.selectors.mentorships import goals_of


def new_request(request: HttpRequest, member: User) -> HttpResponse:
    """Let a mentee write a new request, for the goal or the cohort in the query. The first "save" makes the draft.

    The address has the identifier that the request will get, so "back" leads to what was stored, and to no second one.
    """
    wanted_key = _key(request)
    key = wanted_key or uuid4()
    written = visibility.help_requests_of(member).filter(uuid=key).first()
    if written is not None:
        # A second click, or "back" after the draft was stored.
        here = reverse("request", args=[written.uuid])
        is_draft = written.status == HelpRequest.Status.DRAFT
        return write(request, member, written, here=here) if is_draft else redirect(here)
    cohort, initial = None, {}
    if wanted := request.POST.get("cohort") or request.GET.get("cohort"):
        cohort = get_object_or_404(cohorts_to_ask_in(member), uuid=_uuid(wanted))
        there = current_request(cohort.pk, member)
        if there is not None:
            return redirect("request", uuid=there.uuid)
    if wanted := request.GET.get("goal"):
        initial["goal"] = str(get_object_or_404(goals_of(member), uuid=_uuid(wanted)).uuid)
    form = RequestForm(request.POST or None, mentee=member, cohort=cohort, initial=initial)
    if not form.goals:
        return render(request, "matching/no_goal.html", {"here": request.get_full_path()})
    if wanted_key is None and request.method != "POST":
        query = request.GET.copy()
        query["key"] = str(key)
        return redirect(f"{request.path}?{query.urlencode()}")
    return _write(request, form, None, key=key, here=request.path)


def write(request: HttpRequest, mentee: User, draft: HelpRequest, *, here: str) -> HttpResponse:
    """Let a mentee change a draft and submit it. ``here`` is the address of its page."""
    form = RequestForm(request.POST or None, mentee=mentee, help_request=draft)
    return _write(request, form, draft, key=draft.uuid, here=here)


def _write(request: HttpRequest, form: RequestForm, draft: HelpRequest | None, *, key: UUID, here: str) -> HttpResponse:
    page = partial(
        form_page, request, "matching/draft.html", draft=draft, key=key, here=here, next=way_back(request, "")
    )
    if (answer := help_while_writing(request, form, page, here=here)) is not None:
        return answer
    if request.method != "POST":
        return page(form)
    do = request.POST.get("do")
    if do not in ("save", "submit") and (do != "delete" or draft is None):
        return page(form, problem=str(UnknownButton()), status=400)
    if do == "delete" and draft is not None:
        with suppress(HelpRequestGone):
            delete_draft(help_request_id=draft.pk, by=form.mentee)
        messages.success(request, _("The draft is thrown away."))
        return redirect("request-new")
    if not form.is_valid():
        return page(form, problem=_("Nothing is stored yet: correct what is marked below."), status=400)
    stored, problem, status = _store(form, draft, key, submit=do == "submit", cohort=request.POST.get("cohort", ""))
    if stored is None and draft is not None:
        # It was deleted meanwhile. What was typed can be saved anew.
        here, key = reverse("request-new"), uuid4()
    elif stored is not None and draft is None:
        here = reverse("request", args=[stored.uuid])
    if problem is None:
        next_page = way_back(request, "")
        return redirect(f"{here}?{urlencode({'next': next_page})}" if next_page and do != "submit" else here)
    return page(form, draft=stored, key=key, here=here, problem=problem, status=status)


def _store(
    form: RequestForm, draft: HelpRequest | None, key: UUID, *, submit: bool, cohort: str
) -> tuple[HelpRequest | None, str | None, int]:
    """Store the texts, and ``submit`` them. They stay stored if they cannot be submitted yet.

    ``cohort``: the one that the page named. Without it meanwhile, nothing is submitted to the whole community.

    Return the draft, None if it is deleted or was not stored, with the problem and the status of the page.
    """
    gone = _("This draft was thrown away meanwhile. Your words are kept below: save them as a new one.")
    try:
        if draft is None:
            fields = form.checked | {"cohort": form.cohort}
            draft = create_draft(mentee=form.mentee, fields=fields, uuid=key)
        else:
            draft = update_draft(help_request_id=draft.pk, changes=form.checked)
    except HelpRequestGone:
        return None, gone, 409
    except Refusal as refusal:
        return draft, *_done_or(refusal, draft, submit=submit)
    if not submit:
        return draft, *DONE
    if cohort and draft.cohort_id is None:
        problem = _(
            "The cohort is over, or you have left it, so this is an ordinary draft now. Submit it once more if you "
            "want to ask the whole community."
        )
        return draft, problem, 409
    try:
        submit_help_request(help_request_id=draft.pk, now=timezone.now())
    except HelpRequestTooVague:
        problem = _(
            "A mentor could not yet tell what to do. Your words are kept; see below what to say, and submit again."
        )
        return draft, problem, 409
    except HelpRequestGone:
        return None, gone, 409
    except Refusal as refusal:
        return draft, *_done_or(refusal, draft, submit=submit)
    return draft, *DONE


def _done_or(refusal: Refusal, draft: HelpRequest | None, *, submit: bool) -> Outcome:
    """Return that it is done if the draft is open, as after a second click on "submit". Else the problem."""
    if submit and draft and HelpRequest.objects.filter(pk=draft.pk, status=HelpRequest.Status.OPEN).exists():
        return DONE
    return refusal.detail, 409


def _key(request: HttpRequest) -> UUID | None:
    """Return the identifier that the form of a new request was shown with. None for a first visit."""
    try:
        return UUID(request.POST.get("key") or request.GET.get("key") or "")
    except ValueError:
        return None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
