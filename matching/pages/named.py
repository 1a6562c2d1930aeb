"""The page of one mentor: by the link that they share, or from the search. A member asks them from here."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.exceptions import Refusal
from accounts.models import User
from accounts.pages.trouble import trouble_address
from matching.models import HelpRequest
from matching.pages.buttons import posted_uuid
from matching.selectors.finding import is_on_list, requests_to_judge_for
from matching.selectors.fit import fits_of
from matching.selectors.shown import suggested_card
from matching.services.name_mentor import name_mentor
from mentorship.selectors.common_hours import common_hours
from mentorship.selectors.mentors import has_free_place, mentors_open_to, own_page_of


def named(request: HttpRequest, uuid: UUID, member: User) -> HttpResponse:
    """Show a mentor to a member. A click puts them on the list of a request, and leads to that list.

    Mentors see their own page as others do.
    """
    own = own_page_of(member).filter(uuid=uuid).first()
    is_own = own is not None
    mentor = own or get_object_or_404(mentors_open_to(member), uuid=uuid)
    requests = [] if is_own else requests_to_judge_for(member)
    problem, status, chosen = None, 200, _chosen(request, requests)
    if request.method == "POST":
        wanted = posted_uuid(request, "help_request")
        chosen = next((one for one in requests if one.uuid == wanted and one.status == HelpRequest.Status.OPEN), None)
        if chosen is None:
            raise Http404
        try:
            name_mentor(help_request_id=chosen.pk, mentor_id=mentor.pk, by=member, now=timezone.now())
        except Refusal as refusal:
            problem, status = refusal.detail, 409
        else:
            return redirect("request", uuid=chosen.uuid)
    now = timezone.now()
    context = {
        "mentor": mentor,
        "card": suggested_card(mentor),
        "is_own": is_own,
        "trouble_link": "" if is_own else trouble_address(request, "mentor", mentor.uuid, member),
        "has_free_place": has_free_place(mentor),
        "hours": None if is_own else common_hours(member.profile, mentor.user.profile, now=now),
        "requests": requests,
        "chosen": chosen,
        "fit": fits_of(chosen, [mentor], now=now)[mentor.user_id] if chosen else None,
        "is_on_list": chosen is not None and is_on_list(chosen, mentor),
        "problem": problem,
    }
    return render(request, "matching/named.html", context, status=status)


def _chosen(request: HttpRequest, requests: list[HelpRequest]) -> HelpRequest | None:
    """Return the request that the address names, or the first."""
    wanted = request.GET.get("request")
    return next((one for one in requests if str(one.uuid) == wanted), requests[0] if requests else None)
