"""Visibility: the help requests and matches that a user may see."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import User
from matching.models import HelpRequest, Match
from matching.selectors.kept_apart import with_kept_apart, without_dead_proposals, without_kept_apart
from matching.selectors.queue import with_queue_place
from matching.selectors.turns_of_requests import with_turns


def own_requests(user: User) -> QuerySet[HelpRequest]:
    """Return a mentee's own help requests, to find one of them."""
    return HelpRequest.objects.filter(mentee=user)


def own_matches(user: User) -> QuerySet[Match]:
    """Return the matches of ``user``'s own requests, to find one of them."""
    return Match.objects.filter(help_request__mentee=user)


def inbox_of(user: User) -> QuerySet[Match]:
    """Return the matches that ``user`` was asked or offered as a mentor, to find one of them.

    A proposal that nobody acted on is the mentee's private list and not for the mentor's eyes.
    """
    return Match.objects.filter(Q(asked_at__isnull=False) | Q(offered_at__isnull=False), mentor__user=user)


def help_requests_of(user: User) -> QuerySet[HelpRequest]:
    """Return a mentee's own help requests, newest first, with whose turn it is and their place in the queue."""
    requests = own_requests(user).select_related("goal__kind", "session_kind", "cohort")
    return with_queue_place(with_turns(requests)).order_by("-created_at", "-pk")


def matches_of_mentee(user: User) -> QuerySet[Match]:
    """Return the matches of ``user``'s own requests, the newest request first, and best first in each.

    A proposal between two who are kept apart is left out at once. The next search drops it.
    """
    return (
        with_kept_apart(without_dead_proposals(own_matches(user)))
        .select_related("mentor__user__profile", "help_request", "mentorship")
        .prefetch_related("mentor__user__profile__languages", "mentor__user__profile__career", "clarifications")
        .order_by("-help_request_id", "rank", "pk")
    )


def waiting_for_answer(mentor: User) -> QuerySet[Match]:
    """Return the questions and offers of a mentor that wait, by deadline. Two who are kept apart wait for nothing."""
    waiting = without_kept_apart(matches_of_mentor(mentor).filter(status__in=Match.WAITING))
    return waiting.order_by("answer_due_at", "pk")


def settled_with(mentor: User) -> QuerySet[Match]:
    """Return the questions and offers of a mentor that are over, the last one first."""
    return matches_of_mentor(mentor).exclude(status__in=Match.WAITING).order_by("-ended_at", "-pk")


def matches_of_mentor(user: User) -> QuerySet[Match]:
    """Return the matches in the inbox of ``user``, with all that a mentor reads of them, newest first."""
    return (
        with_kept_apart(inbox_of(user))
        .select_related(
            "help_request__mentee__profile",
            "help_request__goal__kind",
            "help_request__session_kind",
            "mentorship",
        )
        .prefetch_related(
            "help_request__mentee__profile__languages",
            "help_request__mentee__profile__career",
            "help_request__corrections",
            "clarifications",
        )
        .order_by("-created_at", "-pk")
    )
