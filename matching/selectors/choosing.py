"""The matches of a help request as its mentee chooses among them: settled ones first, then the best suggestion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Min, Q

from accounts.models import Profile, User
from matching.models import HelpRequest, Match
from matching.selectors.shown import MentorCard, Shown, mentor_card
from matching.selectors.visibility import matches_of_mentee
from matching.selectors.weekly_overlap import Overlap, weekly_overlap
from mentorship.models import Mentorship

RUNNING, FOR_MENTEE, FOR_MENTOR, PROPOSED, OVER = "running", "for_mentee", "for_mentor", "proposed", "over"
GROUPS = (RUNNING, FOR_MENTEE, FOR_MENTOR, PROPOSED, OVER)
GROUP_OF = {
    Match.Status.ACCEPTED: RUNNING,
    Match.Status.CLARIFYING: FOR_MENTEE,
    Match.Status.OFFERED: FOR_MENTEE,
    Match.Status.ASKED: FOR_MENTOR,
    Match.Status.PROPOSED: PROPOSED,
}
# Shown without a question or an offer. In a cohort two say yes to each other without one.
UNASKED = (Match.Status.PROPOSED, Match.Status.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Choice:
    """One match. ``overlap`` and ``criteria`` are None or empty if the mentor's data is not shown."""

    match: Match
    mentor: MentorCard
    is_new: bool
    overlap: Overlap | None
    criteria: dict[str, Any]

    @property
    def group(self) -> str:
        mentorship = self.match.mentorship
        if mentorship is not None and mentorship.ended_at is not None:
            return OVER
        return GROUP_OF.get(Match.Status(self.match.status), OVER)


def choices_of(request: HelpRequest, mentee: User, *, now: datetime) -> list[Choice]:
    """Return the matches to show, in the order of GROUPS, and best first in each.

    Dismissed ones are left out, and proposals that ended without a question or an offer. A proposal is new if it came
    after the mentee's last move for this request, or after the first proposals.
    """
    never_spoken = Q(asked_at__isnull=True, offered_at__isnull=True) & ~Q(status__in=UNASKED)
    matches = matches_of_mentee(mentee).filter(help_request=request)
    matches = matches.exclude(never_spoken).exclude(status=Match.Status.DISMISSED).order_by("rank", "pk")
    mine = Profile.objects.prefetch_related("availability").get(user=mentee)
    since = _last_move_at(request)
    found = [
        _choice(match, mine, since=since, now=now)
        for match in matches.prefetch_related("mentor__user__profile__availability")
    ]
    return sorted(found, key=lambda choice: GROUPS.index(choice.group))


def in_groups(choices: Sequence[Choice]) -> list[tuple[str, list[Choice]]]:
    """Return the choices by group, without empty groups."""
    groups = [(name, [choice for choice in choices if choice.group == name]) for name in GROUPS]
    return [(name, found) for name, found in groups if found]


def newer_request(request: HelpRequest) -> HelpRequest | None:
    """Return the mentee's later draft or open request for the same goal to the whole community, if there is one."""
    going_on = HelpRequest.objects.filter(
        mentee=request.mentee_id,
        goal=request.goal_id,
        status__in=[HelpRequest.Status.DRAFT, HelpRequest.Status.OPEN],
        cohort=None,
        pk__gt=request.pk,
    )
    return going_on.select_related("mentee").order_by("-pk").first()


def has_mentor(request: HelpRequest) -> bool:
    """Return whether a mentorship that a request led to still runs."""
    return request.matches.filter(mentorship__status__in=Mentorship.RUNNING).exists()


def _choice(match: Match, mine: Profile, *, since: datetime | None, now: datetime) -> Choice:
    card = mentor_card(match)
    knows = card.shown >= Shown.PERSON
    is_proposed = match.status == Match.Status.PROPOSED and not match.is_named
    return Choice(
        match=match,
        mentor=card,
        is_new=is_proposed and since is not None and match.created_at > since,
        overlap=weekly_overlap(mine, match.mentor.user.profile, now=now) if knows else None,
        criteria=match.criteria if knows else {},
    )


def _last_move_at(request: HelpRequest) -> datetime | None:
    """Return the time of the mentee's last move for a request, else of its first proposals."""
    matches = request.matches.aggregate(
        asked=Max("asked_at"),
        dismissed=Max("ended_at", filter=Q(status=Match.Status.DISMISSED)),
        declined=Max("ended_at", filter=Q(status=Match.Status.DECLINED, offered_at__isnull=False)),
        taken_back=Max("ended_at", filter=Q(withdrawn_by=Match.WithdrawnBy.MENTEE)),
        answered=Max("clarifications__answered_at"),
        first=Min("created_at", filter=Q(is_named=False)),
    )
    first = matches.pop("first")
    corrected = request.corrections.aggregate(last=Max("corrected_at"))["last"]
    moves = [at for at in (*matches.values(), corrected, request.renewed_at) if at]
    return max(moves, default=first)
