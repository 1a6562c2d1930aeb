"""What a mentor does without being asked: offer help."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import MentorProfile, User
from matching.exceptions import HelpRequestNotOpen, MentorNotEligible, NotYourTurn, TooManyAsked
from matching.models import HelpRequest, Match
from matching.selectors.suggestions import check_mentor


@transaction.atomic
def offer_help(*, match_id: int, by: User, note: str, now: datetime) -> Match:
    """Offer help for a request that the mentor was proposed for.

    Raises NotYourTurn, HelpRequestNotOpen, MoveNotAllowed, TooManyAsked, MentorNotEligible.
    """
    request_id = Match.objects.values_list("help_request_id", flat=True).get(pk=match_id)
    requests = HelpRequest.objects.select_for_update(of=("self",), no_key=True)
    request = requests.select_related("mentee", "goal__kind", "session_kind").get(pk=request_id)
    match = Match.objects.select_for_update(of=("self",), no_key=True).select_related("mentor").get(pk=match_id)
    if match.mentor.user_id != by.pk:
        raise NotYourTurn("Only the mentor of this match can offer help.")
    if request.status != HelpRequest.Status.OPEN:
        raise HelpRequestNotOpen(f"This help request is {request.status}. Only an open one can be offered help.")
    match.must_allow(Match.Status.OFFERED)
    if request.matches.filter(status__in=Match.WAITING).count() >= settings.ASKED_MAX:
        raise TooManyAsked("As many mentors as may are asked or have offered. Look at another request.")
    mentor = MentorProfile.objects.select_for_update(of=("self",), no_key=True).get(pk=match.mentor_id)
    if rules := [rule for rule in check_mentor(request, mentor, now=now) if rule != "inbox_full"]:
        raise MentorNotEligible(rules[0], "")
    match.offer_note = note
    match.move_to(Match.Status.OFFERED, at=now)
    return match
