"""Queries for the help request or match that a message is about."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from accounts.models import MentorProfile, Notification
from matching.models import HelpRequest, Match
from matching.selectors.kept_apart import cannot_be_accepted, with_kept_apart
from matching.selectors.queue import with_queue_place
from matching.selectors.shown import Shown, shown


def request_of(row: Notification, status: str = HelpRequest.Status.OPEN) -> HelpRequest | None:
    """Return the help request of a message, with its place in the queue, if it is in ``status``."""
    requests = HelpRequest.objects.select_related("goal__kind", "session_kind", "mentee")
    return with_queue_place(requests).filter(uuid=row.payload["help_request"], status=status).first()


def match_of(row: Notification, *statuses: str) -> Match | None:
    """Return the match of a message, with ``is_kept_apart``, if it is in one of ``statuses``."""
    if isinstance(row.about, Match):
        return row.about if row.about.status in statuses else None
    matches = Match.objects.select_related(
        "mentor__user__profile",
        "help_request__mentee__profile",
        "help_request__goal__kind",
        "help_request__session_kind",
        "mentorship",
    )
    return with_kept_apart(matches).filter(uuid=row.payload["match"], status__in=statuses).first()


def mentors_match_of(row: Notification, *statuses: str) -> Match | None:
    """Return the match of a message to its mentor. None if the two may not be matched any more."""
    match = match_of(row, *statuses)
    return None if match is None or shown(match, to=Match.Side.MENTOR) == Shown.NOTHING else match


def waiting_match_of(row: Notification, status: str) -> Match | None:
    """Return the match if it waits in ``status`` and may still be accepted."""
    match = match_of(row, status)
    return None if match is None or cannot_be_accepted(match) else match


def mentor_of(row: Notification) -> MentorProfile | None:
    """Return the mentor of a message."""
    return MentorProfile.objects.select_related("user").filter(uuid=row.payload["mentor"]).first()


def zone_of(row: Notification) -> ZoneInfo:
    """Return the recipient's zone, for the times in the message."""
    return row.person.profile.zone
