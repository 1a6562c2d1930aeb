"""Reminders of questions and offers that wait for an answer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from accounts.community_settings import days_of, value_of
from accounts.links import come_back_link
from accounts.models import MentorProfile, Notification
from accounts.notifications.registry import REMINDERS, Context, NotificationKind, register
from matching.links import answer_link, choose_link, cohort_link, still_looking_link
from matching.models import Match
from matching.notification_kinds.rows import mentor_of, request_of, waiting_match_of, zone_of
from matching.samples import about_cohort, about_match, about_mentor, about_question, about_request, offered
from matching.selectors.cohorts.members import mentees_without_request
from matching.selectors.shown import mentee_card
from mentorship.models import Cohort


def match_reminder(row: Notification) -> Context | None:
    match = waiting_match_of(row, Match.Status.ASKED)
    if match is None or not _is_latest(row, match):
        return None
    return _reminder(row, match) | {"mentee": mentee_card(match), "link": answer_link(match)}


def question_reminder(row: Notification) -> Context | None:
    match = waiting_match_of(row, Match.Status.CLARIFYING)
    if match is None or not _is_latest(row, match):
        return None
    question = match.clarifications.get(answered_at=None)
    return _reminder(row, match) | {"question": question, "link": f"{choose_link(match.help_request)}#{match.uuid}"}


def offer_reminder(row: Notification) -> Context | None:
    match = waiting_match_of(row, Match.Status.OFFERED)
    if match is None or not _is_latest(row, match):
        return None
    return _reminder(row, match) | {"link": f"{choose_link(match.help_request)}#{match.uuid}"}


def _is_latest(row: Notification, match: Match) -> bool:
    """Return whether no later reminder was written, as it may be after an outage of the mail."""
    return row.payload.get("number", "1") == str(match.reminders_sent)


def _reminder(row: Notification, match: Match) -> dict[str, Any]:
    return {"match": match, "last": match.reminders_sent > 1, "zone": zone_of(row)}


def mentor_paused_for_silence(row: Notification) -> Context | None:
    mentor = mentor_of(row)
    if mentor is None or mentor.pause_cause != MentorProfile.PauseCause.SILENCE:
        return None
    waiting = mentor.matches.filter(status=Match.Status.ASKED).count()
    # An admin may pause a mentor after fewer questions than the sweep does.
    silence_max = int(row.payload.get("questions", value_of("silence_max")))
    return {"link": come_back_link(mentor), "waiting": waiting, "silence_max": silence_max}


def cohort_request_missing(row: Notification) -> Context | None:
    member = mentees_without_request().filter(uuid=row.payload["member"], cohort__status=Cohort.Status.OPEN).first()
    return {"cohort": member.cohort, "link": cohort_link(member.cohort)} if member else None


def still_looking(row: Notification) -> Context | None:
    request = request_of(row)
    if request is None or request.still_looking_at is None:
        return None
    closes_at = request.still_looking_at + days_of("still_looking_grace_days")
    link = still_looking_link(request)
    return {"help_request": request, "link": link, "closes_at": closes_at, "zone": zone_of(row)}


register(
    NotificationKind(
        "match_reminder",
        REMINDERS,
        gettext_lazy("a mentee waits for your answer"),
        match_reminder,
        about_match(last=False),
    ),
    NotificationKind(
        "question_reminder",
        REMINDERS,
        gettext_lazy("a mentor's question waits for your answer"),
        question_reminder,
        about_question(Match.Status.CLARIFYING, last=False),
    ),
    NotificationKind(
        "offer_reminder",
        REMINDERS,
        gettext_lazy("a mentor's offer waits for your answer"),
        offer_reminder,
        about_match(offered, last=True),
    ),
    NotificationKind(
        "still_looking", REMINDERS, gettext_lazy("we ask whether you still look"), still_looking, about_request()
    ),
    NotificationKind(
        "cohort_request_missing",
        REMINDERS,
        gettext_lazy("you have joined a cohort and written no request for it"),
        cohort_request_missing,
        about_cohort,
    ),
    NotificationKind(
        "mentor_paused_for_silence",
        REMINDERS,
        gettext_lazy("you were paused as a mentor, as several questions ran out"),
        mentor_paused_for_silence,
        about_mentor,
    ),
)
