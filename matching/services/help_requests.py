"""Drafting and submitting a help request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.doorbell import ring_after_commit
from accounts.models import Profile, User
from accounts.models.profile import LanguageLevel
from matching.exceptions import HelpRequestIncomplete, HelpRequestNotADraft, TooManyOpenHelpRequests
from matching.models import HelpRequest
from matching.tasks import propose_due, propose_matches
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
    draft = _lock(help_request_id)
    if draft.status != HelpRequest.Status.DRAFT:
        raise HelpRequestNotADraft(
            "This help request is submitted, and mentors may have read it. Write a new one for something else."
        )
    for name, value in changes.items():
        setattr(draft, name, value)
    # Each half was checked by itself; two changes at once may not fit each other.
    if draft.max_rate and not draft.accepts_paid:
        raise HelpRequestIncomplete("A highest rate is given, but paid mentors are not accepted. Change one of them.")
    draft.save()
    return draft


@transaction.atomic
def submit_help_request(*, help_request_id: int, now: datetime) -> HelpRequest:
    """Open a drafted help request and have mentors proposed once it is committed.

    Raises MoveNotAllowed if it is not a draft, HelpRequestIncomplete if no mentor could be found for what is
    missing, TooManyOpenHelpRequests at the mentee's limit.
    """
    request = _lock(help_request_id)
    request.must_allow(HelpRequest.Status.OPEN)
    # The mentee's profile stands for the mentee: two submissions at once must count one after the other.
    profile = Profile.objects.select_for_update(no_key=True).get(user=request.mentee_id)
    _must_be_complete(request, profile)
    if (
        HelpRequest.objects.filter(mentee=request.mentee_id, status=HelpRequest.Status.OPEN).count()
        >= settings.OPEN_REQUESTS_MAX
    ):
        raise TooManyOpenHelpRequests(
            f"You have {settings.OPEN_REQUESTS_MAX} open help requests. Submit this one when one of them is matched."
        )
    settle_goal(goal=request.goal, now=now)
    request.move_to(HelpRequest.Status.OPEN, at=now)
    ring_after_commit(propose_matches, request.pk)
    return request


@transaction.atomic
def look_for_mentors(*, help_request_ids: Sequence[int], now: datetime) -> int:
    """Have mentors looked for now, for those that are open, and return how many are."""
    opened = HelpRequest.objects.filter(pk__in=help_request_ids, status=HelpRequest.Status.OPEN)
    count = opened.update(mentors_due_at=now)
    ring_after_commit(propose_due)
    return count


def _must_be_complete(request: HelpRequest, profile: Profile) -> None:
    spoken = set(profile.languages.exclude(level=LanguageLevel.BASIC).values_list("code", flat=True))
    if not spoken.intersection(request.languages or spoken):
        raise HelpRequestIncomplete(
            "Say in your profile which languages you speak at working level or better; mentors are found by them."
        )
    if request.goal.kind.needs_market and not request.goal.target_country:
        raise HelpRequestIncomplete("Name the country of your goal: only mentors who worked there can help with it.")


def _lock(help_request_id: int) -> HelpRequest:
    requests = HelpRequest.objects.select_for_update(of=("self",), no_key=True)
    return requests.select_related("goal__kind", "session_kind").get(pk=help_request_id)
