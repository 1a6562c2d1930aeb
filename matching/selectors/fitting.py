"""Open help requests that fit a mentor: those that they are proposed for, and others. None names its mentee."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import MentorProfile
from matching.models import HelpRequest, Match
from matching.selectors.kept_apart import without_kept_apart
from matching.selectors.needs import judgeable_requests
from matching.selectors.suggestions import suggestions_of
from mentorship.selectors.mentors import is_full, kept_apart

# The most requests in one mail, and on its page.
FITTING_MAX = 5
# Without a proposal, this many are judged, newest first.
JUDGED_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class FittingRequest:
    """A request with its fit, 0 to 100, and reasons for the mentor."""

    help_request: HelpRequest
    fit: int
    reasons: list[str]

    @property
    def correction(self) -> int:
        """The number of the last correction of the request, 0 without one."""
        return len(self.help_request.corrections.all())


def fitting_requests(mentor: MentorProfile, *, now: datetime, only: UUID | None = None) -> list[FittingRequest]:
    """Return the requests that ``mentor`` may offer help with, best fit first. None without free capacity.

    Requests that have all their proposals are among them, so that a new mentor finds some. ``only`` looks at one
    request.
    """
    if mentor.status != MentorProfile.Status.APPROVED or is_full(mentor):
        return []
    requests = requests_about_goals_of(mentor).exclude(mentee__in=kept_apart(mentor.user_id))
    requests = requests.prefetch_related("corrections")
    if only:
        requests = requests.filter(uuid=only)
    found = [*_proposed(mentor, requests), *_others(mentor, requests, now=now)]
    return sorted(found, key=lambda fitting: (-fitting.fit, fitting.help_request.pk))


def waiting_offers(mentor: MentorProfile) -> QuerySet[Match]:
    """Return the offers of ``mentor`` that wait for an answer, newest first."""
    offers = without_kept_apart(mentor.matches.filter(status=Match.Status.OFFERED))
    return offers.select_related("help_request__goal__kind", "mentor__user").order_by("-offered_at", "-pk")


def requests_about_goals_of(mentor: MentorProfile | OuterRef) -> QuerySet[HelpRequest]:
    """Return the open requests about the kinds of goals that ``mentor`` helps with."""
    return judgeable_requests().filter(goal__kind__offered_by=mentor)


def _proposed(mentor: MentorProfile, requests: QuerySet[HelpRequest]) -> list[FittingRequest]:
    matches = mentor.matches.filter(status=Match.Status.PROPOSED, help_request__in=requests)
    return [
        FittingRequest(help_request=match.help_request, fit=match.fit, reasons=match.mentor_reasons)
        for match in matches.select_related("help_request__goal__kind", "help_request__session_kind").prefetch_related(
            "help_request__corrections"
        )
    ]


def _others(mentor: MentorProfile, requests: QuerySet[HelpRequest], *, now: datetime) -> list[FittingRequest]:
    """Return requests that fit and were never proposed to the mentor, or may be again."""
    known = mentor.matches.filter(help_request=OuterRef("pk")).exclude(time_again_on__lte=now.date())
    others = requests.filter(~Exists(known)).exclude(mentee=mentor.user_id).order_by("-opened_at", "-pk")
    judged = list(others.select_related("mentee", "goal__kind", "session_kind")[:JUDGED_MAX])
    if not judged:
        return []
    return [
        FittingRequest(help_request=request, fit=found.fit, reasons=list(found.mentor_reasons))
        for request, found in suggestions_of(mentor, judged, now=now)
        if found.is_worth_proposing
    ]
