"""The messages of this app. Each context reads what is true now; None skips the message."""

from __future__ import annotations

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.links import come_back_link
from accounts.models import MentorProfile, Notification
from accounts.notifications.registry import (
    ADMINS,
    CHANNEL,
    REMINDERS,
    Context,
    Email,
    Group,
    NotificationKind,
    register,
)
from accounts.samples import sample_mentee
from matching.links import answer_link, choose_link, fitting_link, still_looking_link
from matching.models import HelpRequest, Match
from matching.samples import (
    ASKED_AT,
    LINK_PATH,
    OBSTACLE,
    about_list,
    about_match,
    about_mentor,
    about_request,
    offered,
)
from matching.selectors.kept_apart import is_kept_apart
from matching.selectors.queue import goals_without_mentor, obstacle_of, with_queue_place
from matching.selectors.summary import Day, WaitingCount, day_of_community
from matching.selectors.visibility import fitting_requests

SUGGESTIONS = Group("suggestions", "about the search for a mentor")
QUESTIONS = Group("questions", "about questions, offers and the answers to them")
WEEKLY = Group("weekly", "with the requests that fit you, once a week", default=Email.OFF)


def _request(row: Notification, status: str = HelpRequest.Status.OPEN) -> HelpRequest | None:
    requests = HelpRequest.objects.select_related("goal__kind", "session_kind", "mentee")
    return with_queue_place(requests).filter(uuid=row.payload["help_request"], status=status).first()


def _match(row: Notification, *statuses: str) -> Match | None:
    matches = Match.objects.select_related(
        "mentor__user__profile",
        "help_request__mentee__profile",
        "help_request__goal__kind",
        "help_request__session_kind",
        "mentorship",
    )
    return matches.filter(uuid=row.payload["match"], status__in=statuses).first()


def _zone_of(row: Notification) -> ZoneInfo:
    return row.person.profile.zone


def _waiting(row: Notification, status: str) -> Match | None:
    """Return the match if it waits and somebody may still say yes to it."""
    match = _match(row, status)
    return None if match is None or is_kept_apart(match) else match


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
    match = _waiting(row, Match.Status.ASKED)
    return {"match": match, "link": answer_link(match), "zone": _zone_of(row)} if match else None


def match_accepted(row: Notification) -> Context | None:
    match = _match(row, Match.Status.ACCEPTED)
    if match is None:
        return None
    sides = (match.help_request.mentee, match.mentor.user)
    to_mentee = row.recipient_id == match.help_request.mentee_id
    return {"match": match, "to_mentee": to_mentee, "other": sides[1] if to_mentee else sides[0]}


def match_declined(row: Notification) -> Context | None:
    # Declined, or withdrawn for the mentor because the two may not be matched any more.
    match = _match(row, Match.Status.DECLINED, Match.Status.WITHDRAWN)
    if match is None:
        return None
    request = match.help_request
    others = request.matches.filter(status__in=Match.LIVE).exists()
    return {"match": match, "link": choose_link(request), "others": others}


def match_offered(row: Notification) -> Context | None:
    match = _waiting(row, Match.Status.OFFERED)
    if match is None:
        return None
    return {"match": match, "link": f"{choose_link(match.help_request)}#{match.uuid}", "zone": _zone_of(row)}


def offer_declined(row: Notification) -> Context | None:
    match = _match(row, Match.Status.DECLINED)
    return {"match": match} if match else None


def match_withdrawn(row: Notification) -> Context | None:
    match = _match(row, Match.Status.WITHDRAWN)
    if match is None:
        return None
    request = match.help_request
    to_mentee = row.recipient_id == request.mentee_id
    return {
        "match": match,
        "to_mentee": to_mentee,
        "other": match.mentor.user if to_mentee else request.mentee,
        "offered": match.offered_at is not None,
        "over": request.status == HelpRequest.Status.WITHDRAWN,
        "others": request.matches.filter(status__in=Match.LIVE).exists(),
        "link": choose_link(request),
    }


def match_superseded(row: Notification) -> Context | None:
    match = _match(row, Match.Status.SUPERSEDED)
    return {"match": match} if match else None


# --- clocks: what time alone brings about -------------------------------------------------------------------


def match_reminder(row: Notification) -> Context | None:
    match = _waiting(row, Match.Status.ASKED)
    return _reminder(row, match) | {"link": answer_link(match)} if match and _is_latest(row, match) else None


def offer_reminder(row: Notification) -> Context | None:
    match = _waiting(row, Match.Status.OFFERED)
    if match is None or not _is_latest(row, match):
        return None
    return _reminder(row, match) | {"link": f"{choose_link(match.help_request)}#{match.uuid}"}


def _is_latest(row: Notification, match: Match) -> bool:
    """Whether no later reminder has overtaken this one while no mail went out."""
    return row.payload.get("number", "1") == str(match.reminders_sent)


def _reminder(row: Notification, match: Match) -> dict[str, Any]:
    return {"match": match, "last": match.reminders_sent > 1, "zone": _zone_of(row)}


def match_expired(row: Notification) -> Context | None:
    match = _match(row, Match.Status.EXPIRED)
    if match is None or match.help_request.status != HelpRequest.Status.OPEN:
        return None
    request = match.help_request
    others = request.matches.filter(status=Match.Status.PROPOSED).exists()
    return {"match": match, "link": choose_link(request), "others": others}


def match_expired_mentor(row: Notification) -> Context | None:
    match = _match(row, Match.Status.EXPIRED)
    return {"match": match, "link": come_back_link(match.mentor), "zone": _zone_of(row)} if match else None


def offer_expired(row: Notification) -> Context | None:
    match = _match(row, Match.Status.EXPIRED)
    return {"match": match, "zone": _zone_of(row)} if match else None


def mentor_paused_for_silence(row: Notification) -> Context | None:
    mentor = MentorProfile.objects.select_related("user").filter(uuid=row.payload["mentor"]).first()
    if mentor is None or mentor.pause_cause != MentorProfile.PauseCause.SILENCE:
        return None
    waiting = mentor.matches.filter(status=Match.Status.ASKED).count()
    return {"link": come_back_link(mentor), "waiting": waiting, "silence_max": settings.SILENCE_MAX}


def still_looking(row: Notification) -> Context | None:
    request = _request(row)
    if request is None or request.still_looking_at is None:
        return None
    closes_at = request.still_looking_at + settings.STILL_LOOKING_GRACE
    link = still_looking_link(request)
    return {"help_request": request, "link": link, "closes_at": closes_at, "zone": _zone_of(row)}


def help_request_expired(row: Notification) -> Context | None:
    request = _request(row, HelpRequest.Status.EXPIRED)
    return {"help_request": request, "link": choose_link(request)} if request else None


def help_request_expired_mentor(row: Notification) -> Context | None:
    match = _match(row, Match.Status.WITHDRAWN)
    return {"match": match} if match and match.help_request.status == HelpRequest.Status.EXPIRED else None


def weekly_requests(row: Notification) -> Context | None:
    mentors = MentorProfile.objects.select_related("user")
    mentor = mentors.filter(uuid=row.payload["mentor"]).first()
    newer = Notification.objects.filter(
        recipient=row.recipient_id, kind="weekly_requests", created_at__gt=row.created_at
    )
    matches = fitting_requests(mentor) if mentor and not newer.exists() else []
    return {"matches": matches, "link": fitting_link(mentor)} if mentor and matches else None


def daily_summary(row: Notification) -> Context | None:
    day = day_of_community(now=row.created_at)
    return {"day": day, "zone": _zone_of(row)} if day.waiting else None


def daily_summary_post(row: Notification) -> Context | None:
    day = day_of_community(now=row.created_at)
    return {"day": day} if day.waiting and _is_newest_post(row) else None


def looking_for_mentors(row: Notification) -> Context | None:
    goals = goals_without_mentor()
    return {"goals": goals} if goals and _is_newest_post(row) else None


def _is_newest_post(row: Notification) -> bool:
    """Whether no later post of the kind waits as well: after an outage one is enough."""
    later = Notification.objects.filter(recipient=None, channel=row.channel, kind=row.kind)
    return not later.filter(created_at__gt=row.created_at).exists()


def _sample_looking() -> Context:
    return {"goals": [("Academia to industry", "data science", 2), ("Promotion", "public health", 1)]}


def _sample_day() -> Context:
    waiting = (
        WaitingCount(2, "waiting to be let in as mentors", ASKED_AT, LINK_PATH),
        WaitingCount(1, "asking for help for whom nobody was found", ASKED_AT, LINK_PATH),
    )
    return {"day": Day(waiting, joined=4, opened=3, accepted=1), "zone": sample_mentee().profile.zone}


register(
    NotificationKind(
        "suggestions_ready",
        SUGGESTIONS,
        "mentors were found for your request",
        suggestions_ready,
        about_list,
    ),
    NotificationKind(
        "no_mentor_yet",
        SUGGESTIONS,
        "no mentor fits your request yet, and what would help",
        no_mentor_yet,
        about_request(obstacle=OBSTACLE),
    ),
    NotificationKind(
        "help_request_expired",
        SUGGESTIONS,
        "your request was closed, as you did not say that you still look",
        help_request_expired,
        about_request(),
    ),
    NotificationKind("match_asked", QUESTIONS, "a mentee asks for your help", match_asked, about_match()),
    NotificationKind("match_accepted", QUESTIONS, "you both said yes", match_accepted, about_match(to_mentee=True)),
    NotificationKind(
        "match_declined",
        QUESTIONS,
        "the mentor you asked has no time",
        match_declined,
        about_match(others=True),
    ),
    NotificationKind("match_offered", QUESTIONS, "a mentor offers you help", match_offered, about_match(offered)),
    NotificationKind(
        "offer_declined",
        QUESTIONS,
        "your offer was not taken up",
        offer_declined,
        about_match(partial(offered, decline_note="I found somebody last week. Thank you!")),
    ),
    NotificationKind(
        "match_withdrawn",
        QUESTIONS,
        "a question or an offer was taken back",
        match_withdrawn,
        about_match(to_mentee=False, offered=False, over=False, others=True),
    ),
    NotificationKind(
        "match_superseded",
        QUESTIONS,
        "a question or an offer of yours is needless, as the mentee found somebody",
        match_superseded,
        about_match(),
    ),
    NotificationKind(
        "match_expired",
        QUESTIONS,
        "the mentor you asked did not answer in time, and what is next",
        match_expired,
        about_match(others=True),
    ),
    NotificationKind(
        "match_expired_mentor",
        QUESTIONS,
        "the time for your answer ran out",
        match_expired_mentor,
        about_match(),
    ),
    NotificationKind(
        "offer_expired",
        QUESTIONS,
        "your offer was not answered in time",
        offer_expired,
        about_match(offered),
    ),
    # The same is true of both: it ended, and others are proposed or looked for.
    NotificationKind(
        "offer_expired_mentee",
        QUESTIONS,
        "an offer to you ran out",
        match_expired,
        about_match(offered, others=True),
    ),
    NotificationKind(
        "help_request_expired_mentor",
        QUESTIONS,
        "a request that you were asked about, or offered help with, was closed",
        help_request_expired_mentor,
        about_match(),
    ),
)

register(
    NotificationKind(
        "match_reminder", REMINDERS, "a mentee waits for your answer", match_reminder, about_match(last=False)
    ),
    NotificationKind(
        "offer_reminder",
        REMINDERS,
        "a mentor's offer waits for your answer",
        offer_reminder,
        about_match(offered, last=True),
    ),
    NotificationKind("still_looking", REMINDERS, "we ask whether you still look", still_looking, about_request()),
    NotificationKind(
        "mentor_paused_for_silence",
        REMINDERS,
        "you were paused as a mentor, as several questions ran out",
        mentor_paused_for_silence,
        about_mentor,
    ),
    NotificationKind("daily_summary", ADMINS, "somebody waits for the admins, once a day", daily_summary, _sample_day),
    NotificationKind(
        "daily_summary_post",
        CHANNEL,
        "somebody waits for the admins, once a day",
        daily_summary_post,
        _sample_day,
    ),
    NotificationKind(
        "looking_for_mentors",
        CHANNEL,
        "people look for a mentor and nobody was found, once a week and without names",
        looking_for_mentors,
        _sample_looking,
    ),
    NotificationKind("weekly_requests", WEEKLY, "requests fit you, once a week", weekly_requests, about_list),
)
