"""The messages of this app. Each context reads what is true now; None skips the message."""

from __future__ import annotations

from accounts.models import Notification
from accounts.registry import Context, NotificationKind, register
from matching.links import answer_link, choose_link
from matching.models import HelpRequest, Match
from matching.selectors.queue import obstacle_of, with_queue_place


def _request(row: Notification) -> HelpRequest | None:
    requests = HelpRequest.objects.select_related("goal__kind", "session_kind", "mentee")
    return with_queue_place(requests).filter(uuid=row.payload["help_request"], status=HelpRequest.Status.OPEN).first()


def _match(row: Notification, *statuses: str) -> Match | None:
    matches = Match.objects.select_related(
        "mentor__user__profile",
        "help_request__mentee__profile",
        "help_request__goal__kind",
        "help_request__session_kind",
        "mentorship",
    )
    return matches.filter(uuid=row.payload["match"], status__in=statuses).first()


def suggestions_ready(row: Notification) -> Context | None:
    request = _request(row)
    if request is None:
        return None
    matches = list(
        request.matches.filter(status=Match.Status.PROPOSED)
        .select_related("mentor__user__profile")
        .order_by("rank", "pk")
    )
    return {"help_request": request, "matches": matches, "link": choose_link(request)} if matches else None


def no_mentor_yet(row: Notification) -> Context | None:
    request = _request(row)
    if request is None or request.queued_at is None:
        return None
    return {"help_request": request, "obstacle": obstacle_of(request), "link": choose_link(request)}


def match_asked(row: Notification) -> Context | None:
    match = _match(row, Match.Status.ASKED)
    return {"match": match, "link": answer_link(match)} if match else None


def match_accepted(row: Notification) -> Context | None:
    match = _match(row, Match.Status.ACCEPTED)
    if match is None:
        return None
    sides = (match.help_request.mentee, match.mentor.user)
    to_mentee = row.recipient_id == match.help_request.mentee_id
    return {"match": match, "to_mentee": to_mentee, "other": sides[1] if to_mentee else sides[0]}


def match_declined(row: Notification) -> Context | None:
    match = _match(row, Match.Status.DECLINED)
    if match is None:
        return None
    request = match.help_request
    others = request.matches.filter(status__in=Match.LIVE).exists()
    return {"match": match, "link": choose_link(request), "others": others}


def match_superseded(row: Notification) -> Context | None:
    match = _match(row, Match.Status.SUPERSEDED)
    return {"match": match} if match else None


register(
    NotificationKind("suggestions_ready", suggestions_ready),
    NotificationKind("no_mentor_yet", no_mentor_yet),
    NotificationKind("match_asked", match_asked),
    NotificationKind("match_reminder", match_asked),
    NotificationKind("match_accepted", match_accepted),
    NotificationKind("match_declined", match_declined),
    NotificationKind("match_superseded", match_superseded),
)
