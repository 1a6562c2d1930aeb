"""Questions and offers between two people who may not be matched any more, or of whom one has left."""

from __future__ import annotations

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from matching.models import HelpRequest, Match
from mentorship.models import Exclusion
from mentorship.selectors.apart import apart


def _apart() -> Q:
    """Return the condition on a match that its mentor is suspended, or kept apart from the mentee."""
    return apart(mentee="help_request__mentee")


def kept_apart_matches() -> QuerySet[Match]:
    """Return the matches that wait for an answer and may not be accepted any more: apart, or one of the two has left.

    Somebody who has left is no secret, so the side that remains may still be told.
    """
    one_left = Q(mentor__user__is_active=False) | Q(help_request__mentee__is_active=False)
    return Match.objects.filter(_apart() | one_left, status__in=Match.WAITING).order_by("pk")


def requests_with_blocked_proposals() -> QuerySet[HelpRequest]:
    """Return the open requests with a proposal of a mentor kept apart from the mentee, for which no search is due.

    A proposal takes the place of another one. The query begins with the blocks and exclusions, which are few.
    """
    proposals = Match.objects.filter(status=Match.Status.PROPOSED)
    by_mentee = proposals.filter(help_request__mentee__blocks__blocked=F("mentor__user"))
    by_mentor = proposals.filter(help_request__mentee__blocked_by__blocker=F("mentor__user"))
    mentee, mentor = OuterRef("help_request__mentee"), OuterRef("mentor__user")
    # Two queries, as PostgreSQL cannot begin with the exclusions if one has to look in both directions.
    excluded = [
        proposals.filter(Exists(Exclusion.objects.filter(first=one, second=other)))
        for one, other in ((mentee, mentor), (mentor, mentee))
    ]
    requests = by_mentee.values("help_request").union(
        *(found.values("help_request") for found in (by_mentor, *excluded))
    )
    waiting = HelpRequest.objects.filter(
        status=HelpRequest.Status.OPEN, cohort=None, mentors_due_at=None, mentee__is_active=True
    )
    return waiting.filter(pk__in=requests).order_by("pk")


def with_kept_apart(matches: QuerySet[Match]) -> QuerySet[Match]:
    """Annotate ``is_kept_apart``: whether the two may not be matched any more. ``shown`` asks for it."""
    return matches.annotate(is_kept_apart=Case(When(_apart(), then=Value(True)), default=Value(False)))


def without_kept_apart(matches: QuerySet[Match]) -> QuerySet[Match]:
    """Leave out the matches of two people who may not be matched any more."""
    return matches.exclude(_apart())


def without_dead_proposals(matches: QuerySet[Match]) -> QuerySet[Match]:
    """Leave out the proposals between two people who may not be matched any more."""
    return matches.exclude(_apart(), status=Match.Status.PROPOSED)


def cannot_be_accepted(match: Match) -> bool:
    """Return whether a match that waits is one of ``kept_apart_matches``.

    One query, or none if the match carries ``is_kept_apart``.
    """
    if not hasattr(match, "is_kept_apart"):
        return kept_apart_matches().filter(pk=match.pk).exists()
    both_are_here = match.mentor.user.is_active and match.help_request.mentee.is_active
    return match.is_kept_apart or not both_are_here
