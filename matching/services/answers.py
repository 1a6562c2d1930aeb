"""Asking a mentor, and what the mentor says. Locks are taken in one order: help request, match, mentor."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.doorbell import ring_after_commit
from accounts.models import MentorProfile, User
from accounts.services.notify import notify
from matching.engine import RULES
from matching.exceptions import HelpRequestNotOpen, MentorNotEligible, NotYourTurn, PairNotAllowed, TooManyAsked
from matching.models import HelpRequest, Match
from matching.selectors.suggestions import check_mentor
from matching.tasks import propose_matches
from mentorship.models import Mentorship
from mentorship.services.mentorships import start_mentorship

# What stands between two people whatever they want.
FORBIDDEN = frozenset({"not_approved", "suspended", "same_person", "excluded"})
SENTENCES = {rule.name: rule.sentence for rule in RULES}


def ask_mentor(*, match_id: int, by: User, why_you: str, now: datetime) -> Match:
    """Ask the mentor of a proposed match, and tell them.

    Raises NotYourTurn, HelpRequestNotOpen, MoveNotAllowed, TooManyAsked at three unanswered ones, and
    MentorNotEligible with the rule's sentence if the mentor cannot be asked any more; then another mentor is
    looked for.
    """
    try:
        return _ask(match_id, by, why_you, now)
    except MentorNotEligible:
        with transaction.atomic():
            _look_for_mentors(_lock(match_id).help_request, now)
        raise


@transaction.atomic
def _ask(match_id: int, by: User, why_you: str, now: datetime) -> Match:
    match = _lock(match_id)
    request = match.help_request
    if request.mentee_id != by.pk:
        raise NotYourTurn("Only the mentee of this help request can ask the mentor.")
    _must_be_open(request)
    match.must_allow(Match.Status.ASKED)
    waiting = request.matches.filter(status__in=Match.WAITING).exclude(pk=match.pk).count()
    if waiting >= settings.ASKED_MAX:
        raise TooManyAsked(
            f"You have asked {settings.ASKED_MAX} mentors. Wait for an answer before you ask another one."
        )
    # The mentor's lock makes the inbox count true until this one is counted in it.
    mentor = MentorProfile.objects.select_for_update(of=("self",), no_key=True).get(pk=match.mentor_id)
    if rules := check_mentor(request, mentor, now=now):
        raise MentorNotEligible(rules[0], SENTENCES[rules[0]])
    match.why_you = why_you
    match.move_to(Match.Status.ASKED, at=now)
    _tell(match.mentor.user, "match_asked", match, now)
    return match


@transaction.atomic
def accept_match(*, match_id: int, by: User, now: datetime) -> Mentorship:
    """Say yes: the mentorship starts, its siblings are superseded, both sides are told. All or nothing.

    Raises NotYourTurn, HelpRequestNotOpen, MoveNotAllowed, PairNotAllowed, MentorAtCapacity.
    """
    match = _lock(match_id)
    _must_be_their_turn(match, by)
    request = match.help_request
    _must_be_open(request)
    match.must_allow(Match.Status.ACCEPTED)
    siblings = list(
        request.matches.select_for_update(of=("self",), no_key=True)
        .filter(status__in=Match.LIVE)
        .exclude(pk=match.pk)
        .select_related("mentor__user")
        .order_by("pk")
    )
    mentor = MentorProfile.objects.select_for_update(of=("self",), no_key=True).get(pk=match.mentor_id)
    _must_be_allowed(match, mentor, now)
    match.mentorship = start_mentorship(
        mentor_id=mentor.pk, mentee=request.mentee, goal=request.goal, format=request.format, now=now
    )
    match.move_to(Match.Status.ACCEPTED, at=now)
    request.move_to(HelpRequest.Status.MATCHED, at=now)
    for sibling in siblings:
        was_waiting = sibling.status in Match.WAITING
        sibling.move_to(Match.Status.SUPERSEDED, at=now)
        if was_waiting:
            _tell(sibling.mentor.user, "match_superseded", sibling, now)
    _tell(request.mentee, "match_accepted", match, now)
    _tell(match.mentor.user, "match_accepted", match, now)
    return match.mentorship


@transaction.atomic
def decline_match(*, match_id: int, by: User, reason: str, note: str, now: datetime) -> Match:
    """Say no, with a reason. The mentee is told, and the next mentor is looked for.

    Raises NotYourTurn, MoveNotAllowed.
    """
    match = _lock(match_id)
    _must_be_their_turn(match, by)
    match.decline_reason, match.decline_note = reason, note
    match.move_to(Match.Status.DECLINED, at=now)
    request = match.help_request
    _look_for_mentors(request, now)
    _tell(request.mentee, "match_declined", match, now)
    return match


def _lock(match_id: int) -> Match:
    """Return the match with its help request, both locked, the help request first."""
    request_id = Match.objects.values_list("help_request_id", flat=True).get(pk=match_id)
    request = HelpRequest.objects.select_for_update(of=("self",), no_key=True).select_related(
        "mentee", "goal__kind", "session_kind"
    )
    locked_request = request.get(pk=request_id)
    match = Match.objects.select_for_update(of=("self",), no_key=True).select_related("mentor__user").get(pk=match_id)
    match.help_request = locked_request
    return match


def _look_for_mentors(request: HelpRequest, now: datetime) -> None:
    if request.status == HelpRequest.Status.OPEN:
        request.mentors_due_at = now
        request.save(update_fields=["mentors_due_at"])
        ring_after_commit(propose_matches, request.pk)


def _must_be_allowed(match: Match, mentor: MentorProfile, now: datetime) -> None:
    """Raise PairNotAllowed for what came between question and answer: a suspension, a block, a closed account.

    Wishes may have changed as well, but who says yes now knows what was asked.
    """
    request = match.help_request
    between = FORBIDDEN.intersection(check_mentor(request, mentor, now=now))
    if between or not request.mentee.is_active:
        raise PairNotAllowed("This request cannot be accepted any more. The admins can tell you more.")


def _must_be_their_turn(match: Match, by: User) -> None:
    turn = match.help_request.mentee_id if match.status == Match.Status.OFFERED else match.mentor.user_id
    if by.pk != turn:
        raise NotYourTurn("It is the other side's turn to answer.")


def _must_be_open(request: HelpRequest) -> None:
    if request.status != HelpRequest.Status.OPEN:
        raise HelpRequestNotOpen(f"This help request is {request.status}. Only an open one can be matched.")


def _tell(person: User, kind: str, match: Match, now: datetime) -> None:
    notify(recipient=person, kind=kind, key=str(match.uuid), payload={"match": str(match.uuid)}, now=now)
