"""Drafting, submitting and withdrawing a help request, and asking again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.doorbell import ring_after_commit
from accounts.models import Profile, User
from accounts.models.profile import LanguageLevel
from matching.exceptions import (
    DuplicateHelpRequest,
    HelpRequestIncomplete,
    HelpRequestNotADraft,
    HelpRequestNotOver,
    HelpRequestTooVague,
    TooManyOpenHelpRequests,
)
from matching.models import HelpRequest, Match
from matching.selectors.concreteness import concreteness_of
from matching.services.moving import (
    lock_live_matches,
    lock_mentee,
    lock_request,
    must_be_mentee,
    plain_words,
    tell,
)
from matching.tasks import propose_due, propose_matches
from mentorship.models import Mentorship
from mentorship.services.goals import settle_goal

# What a mentee wrote, and is written again when they ask again.
CONTENT = (
    "goal",
    "situation",
    "gap",
    "ask",
    "why",
    "needs",
    "format",
    "session_kind",
    "minutes",
    "languages",
    "accepts_paid",
    "max_rate_amount",
    "max_rate_currency",
    "max_rate_per",
)


def create_draft(*, mentee: User, fields: Mapping[str, Any]) -> HelpRequest:
    """Store a help request that nobody else sees yet."""
    return HelpRequest.objects.create(mentee=mentee, **fields)


@transaction.atomic
def update_draft(*, help_request_id: int, changes: Mapping[str, Any]) -> HelpRequest:
    """Change a draft. Raises HelpRequestNotADraft once it is submitted: mentors may have read it."""
    draft = lock_request(help_request_id)
    _must_be_a_draft(draft)
    for name, value in changes.items():
        setattr(draft, name, value)
    # Each half was checked by itself; two changes at once may not fit each other.
    if draft.max_rate and not draft.accepts_paid:
        raise HelpRequestIncomplete("A highest rate is given, but paid mentors are not accepted. Change one of them.")
    draft.save()
    return draft


@transaction.atomic
def delete_draft(*, help_request_id: int, by: User) -> None:
    """Throw a draft away. Raises NotYourTurn, HelpRequestNotADraft once it is submitted: withdraw it then."""
    draft = lock_request(help_request_id)
    must_be_mentee(draft, by)
    _must_be_a_draft(draft)
    draft.delete()


@transaction.atomic
def submit_help_request(*, help_request_id: int, now: datetime) -> HelpRequest:
    """Open a drafted help request and have mentors proposed once it is committed.

    Raises MoveNotAllowed if it is not a draft, HelpRequestIncomplete if no mentor could be found for what is
    missing, HelpRequestTooVague with what to say better, TooManyOpenHelpRequests at the mentee's limit, and
    DuplicateHelpRequest if another open one asks for the same.
    """
    request = lock_request(help_request_id)
    request.must_allow(HelpRequest.Status.OPEN)
    # Judged is what mentors will read: a change of the goal comes before, or is refused.
    request.goal = settle_goal(goal_id=request.goal_id, now=now)
    # Two submissions at once must count one after the other.
    profile = lock_mentee(request.mentee_id)
    _must_be_complete(request, profile)
    found = concreteness_of(request)
    if found.verdict == "vague":
        raise HelpRequestTooVague([asdict(part) for part in found.missing])
    _must_have_room(request)
    request.move_to(HelpRequest.Status.OPEN, at=now)
    ring_after_commit(propose_matches, request.pk)
    return request


@transaction.atomic
def withdraw_help_request(*, help_request_id: int, by: User, now: datetime) -> HelpRequest:
    """Stop looking for a mentor. Mentors who were asked or had offered are told.

    Raises NotYourTurn, MoveNotAllowed unless it is open.
    """
    request = lock_request(help_request_id)
    must_be_mentee(request, by)
    request.must_allow(HelpRequest.Status.WITHDRAWN)
    matches = lock_live_matches(request)
    request.move_to(HelpRequest.Status.WITHDRAWN, at=now)
    for match in matches:
        was_waiting = match.status in Match.WAITING
        match.move_to(Match.Status.WITHDRAWN, at=now)
        if was_waiting:
            tell(match.mentor.user, "match_withdrawn", match, now)
    return request


@transaction.atomic
def ask_again(*, help_request_id: int, by: User, now: datetime) -> HelpRequest:
    """Return a new draft that says what the mentee's earlier request said, to be changed and submitted.

    Mentors who were tried for its goal are not proposed again. Raises NotYourTurn, HelpRequestNotOver for a request
    that is a draft or open, or whose mentorship runs.
    """
    earlier = lock_request(help_request_id)
    must_be_mentee(earlier, by)
    if earlier.matches.filter(mentorship__status__in=Mentorship.RUNNING).exists():
        raise HelpRequestNotOver(
            "This help request has its mentor, and the mentorship runs. Change the mentor to look for another one, or "
            "end the mentorship first."
        )
    if earlier.status in (HelpRequest.Status.DRAFT, HelpRequest.Status.OPEN):
        raise HelpRequestNotOver(
            f"This help request is {earlier.status}. Change a draft, or withdraw an open request before you ask again."
        )
    content = {name: getattr(earlier, name) for name in CONTENT}
    return HelpRequest.objects.create(mentee=earlier.mentee, created_at=now, **content)


@transaction.atomic
def look_for_mentors(*, help_request_ids: Sequence[int], now: datetime) -> int:
    """Have mentors looked for now, for those that are open, and return how many are."""
    opened = HelpRequest.objects.filter(pk__in=help_request_ids, status=HelpRequest.Status.OPEN)
    count = opened.update(mentors_due_at=now)
    ring_after_commit(propose_due)
    return count


def _must_be_a_draft(request: HelpRequest) -> None:
    if request.status != HelpRequest.Status.DRAFT:
        raise HelpRequestNotADraft(
            "This help request is submitted, and mentors may have read it. Write a new one for something else."
        )


def _must_have_room(request: HelpRequest) -> None:
    """Raise what the mentee's other open requests, counted under their lock, stand in the way of."""
    others = list(HelpRequest.objects.filter(mentee=request.mentee_id, status=HelpRequest.Status.OPEN))
    if len(others) >= settings.OPEN_REQUESTS_MAX:
        raise TooManyOpenHelpRequests(
            f"You have {len(others)} open help request{'' if len(others) == 1 else 's'}. Submit this one when one of "
            "them is matched, or withdraw one."
        )
    words = plain_words(request.ask)
    if any(other.goal_id == request.goal_id and plain_words(other.ask) == words for other in others):
        raise DuplicateHelpRequest(
            "An open help request of yours asks for the same. Look at the mentors proposed there, or withdraw it, "
            "or ask for something else here."
        )


def _must_be_complete(request: HelpRequest, profile: Profile) -> None:
    spoken = set(profile.languages.exclude(level=LanguageLevel.BASIC).values_list("code", flat=True))
    if not spoken.intersection(request.languages or spoken):
        raise HelpRequestIncomplete(
            "Say in your profile which languages you speak at working level or better; mentors are found by them."
        )
    if request.goal.kind.needs_market and not request.goal.target_country:
        raise HelpRequestIncomplete("Name the country of your goal: only mentors who worked there can help with it.")
