"""Questions and offers between two people who may not be matched any more, or of whom one has left."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Block, MentorProfile
from matching.models import Match
from mentorship.models import Exclusion

# The statuses by which admins end the mentoring of a mentor.
ENDED_BY_ADMINS = (MentorProfile.Status.SUSPENDED, MentorProfile.Status.REJECTED)


def kept_apart_matches() -> QuerySet[Match]:
    """Return the matches that wait for an answer and may not be accepted any more.

    The mentor is suspended, the two are kept apart, or the account of one of them is deactivated.
    """
    mentor, mentee = OuterRef("mentor__user"), OuterRef("help_request__mentee")
    excluded = Exclusion.objects.filter(Q(first=mentor, second=mentee) | Q(first=mentee, second=mentor))
    blocked = Block.objects.filter(Q(blocker=mentor, blocked=mentee) | Q(blocker=mentee, blocked=mentor))
    one_left = Q(mentor__user__is_active=False) | Q(help_request__mentee__is_active=False)
    waiting = Match.objects.filter(status__in=Match.WAITING)
    return waiting.filter(
        Q(mentor__status__in=ENDED_BY_ADMINS) | one_left | Exists(excluded) | Exists(blocked)
    ).order_by("pk")


def is_kept_apart(match: Match) -> bool:
    """Return whether a match that waits is one of ``kept_apart_matches``. One query."""
    return kept_apart_matches().filter(pk=match.pk).exists()
