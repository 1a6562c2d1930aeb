"""Messages about questions, offers and the answers to them."""

from __future__ import annotations

from datetime import datetime, time
from functools import partial

from django.utils.translation import gettext_lazy, gettext_noop

from accounts.links import come_back_link
from accounts.models import Notification
from accounts.notifications.registry import Context, Group, NotificationKind, register
from matching.links import answer_link, choose_link, mentorship_link
from matching.models import Clarification, HelpRequest, Match
from matching.notification_kinds.rows import match_of, mentors_match_of, waiting_match_of, zone_of
from matching.samples import about_clocks, about_match, about_question, offered
from matching.selectors import reach
from matching.selectors.corrections import Change, changes_for
from matching.selectors.kept_apart import cannot_be_accepted
from matching.selectors.shown import MenteeCard, MentorCard, Shown, mentee_card, mentor_card
from mentorship.links import outcome_link
from mentorship.selectors.mentors import is_full

QUESTIONS = Group(
    reach.QUESTIONS,
    gettext_lazy("about questions, offers and the answers to them"),
    when_off=gettext_noop(
        "A mentor whom no question reaches is not suggested to mentees. Without these mails you are suggested only "
        "while you read your messages here, one in 30 days at least. Without both you are not, and nobody can ask you."
    ),
)


def match_asked(row: Notification) -> Context | None:
    match = waiting_match_of(row, Match.Status.ASKED)
    if match is None:
        return None
    return {"match": match, "mentee": mentee_card(match), "link": answer_link(match), "zone": zone_of(row)}


def mentor_is_full(row: Notification) -> Context | None:
    match = waiting_match_of(row, Match.Status.ASKED)
    if match is None or not is_full(match.mentor):
        return None
    request = match.help_request
    others = request.matches.filter(status=Match.Status.PROPOSED).exists()
    return {"match": match, "others": others, "link": choose_link(request), "zone": zone_of(row)}


def match_question(row: Notification) -> Context | None:
    match = waiting_match_of(row, Match.Status.CLARIFYING)
    if match is None:
        return None
    link = f"{choose_link(match.help_request)}#{match.uuid}"
    return {"match": match, "question": _question_of(row, match), "link": link, "zone": zone_of(row)}


def match_clarified(row: Notification) -> Context | None:
    match = waiting_match_of(row, Match.Status.ASKED)
    if match is None:
        return None
    return {
        "match": match,
        "mentee": mentee_card(match),
        "question": _question_of(row, match),
        "link": answer_link(match),
        "zone": zone_of(row),
    }


def request_corrected(row: Notification) -> Context | None:
    match = match_of(row, *Match.WAITING)
    if match is None or cannot_be_accepted(match):
        return None
    correction = match.help_request.corrections.get(number=int(row.payload["number"]))
    changes = changes_for(match, correction)
    if not changes:
        return None
    return {
        "match": match,
        "mentee": mentee_card(match),
        "changes": changes,
        "link": answer_link(match),
        "zone": zone_of(row),
    }


def question_expired(row: Notification) -> Context | None:
    match = match_of(row, Match.Status.EXPIRED)
    if match is None or match.help_request.status != HelpRequest.Status.OPEN:
        return None
    return {"match": match, "link": choose_link(match.help_request)}


def question_expired_mentor(row: Notification) -> Context | None:
    match = mentors_match_of(row, Match.Status.EXPIRED)
    return {"match": match, "mentee": mentee_card(match)} if match else None


def _question_of(row: Notification, match: Match) -> Clarification:
    return match.clarifications.get(number=int(row.payload["number"]))


def match_accepted(row: Notification) -> Context | None:
    match = match_of(row, Match.Status.ACCEPTED)
    if match is None or match.mentorship is None:
        return None
    to_mentee = row.recipient_id == match.help_request.mentee_id
    other: MenteeCard | MentorCard = mentor_card(match) if to_mentee else mentee_card(match)
    if other.shown < Shown.CONTACT:
        return None
    mentee, mentor = match.help_request.mentee.profile.zone, match.mentor.user.profile.zone
    mine, theirs = (mentee, mentor) if to_mentee else (mentor, mentee)
    nine = datetime.combine(row.created_at.astimezone(mine), time(9), tzinfo=mine)
    return {
        "match": match,
        "to_mentee": to_mentee,
        "other": other,
        "answers_to": match.mentor.user if to_mentee else match.help_request.mentee,
        "zone": mine,
        "nine": nine,
        "theirs": nine.astimezone(theirs),
        "link": mentorship_link(match.mentorship, row.person),
        # The mentee says what success would be.
        "outcome_link": outcome_link(match.mentorship, row.person) if to_mentee else "",
    }


def match_declined(row: Notification) -> Context | None:
    # Withdrawn, if the two may no longer be matched.
    match = match_of(row, Match.Status.DECLINED, Match.Status.WITHDRAWN)
    if match is None:
        return None
    request = match.help_request
    others = request.matches.filter(status__in=Match.LIVE).exists()
    note = mentor_card(match).decline_note
    return {"match": match, "decline_note": note, "link": choose_link(request), "others": others}


def match_offered(row: Notification) -> Context | None:
    match = waiting_match_of(row, Match.Status.OFFERED)
    if match is None:
        return None
    return {"match": match, "link": f"{choose_link(match.help_request)}#{match.uuid}", "zone": zone_of(row)}


def offer_declined(row: Notification) -> Context | None:
    match = mentors_match_of(row, Match.Status.DECLINED)
    return {"match": match, "mentee": mentee_card(match)} if match else None


def match_withdrawn(row: Notification) -> Context | None:
    match = match_of(row, Match.Status.WITHDRAWN)
    if match is None:
        return None
    request = match.help_request
    to_mentee = row.recipient_id == request.mentee_id
    if not to_mentee and mentors_match_of(row, Match.Status.WITHDRAWN) is None:
        return None
    return {
        "match": match,
        "to_mentee": to_mentee,
        "other": mentor_card(match) if to_mentee else mentee_card(match),
        "offered": match.offered_at is not None,
        # A mentee who left the community took nothing back.
        "over": request.status == HelpRequest.Status.WITHDRAWN or not request.mentee.is_active,
        "others": request.matches.filter(status__in=Match.LIVE).exists(),
        "link": choose_link(request),
    }


def match_undelivered(row: Notification) -> Context | None:
    match = match_of(row, Match.Status.WITHDRAWN)
    if match is None or match.help_request.status != HelpRequest.Status.OPEN:
        return None
    request = match.help_request
    others = request.matches.filter(status__in=Match.LIVE).exists()
    answered = match.clarifications.exists()
    return {"match": match, "link": choose_link(request), "others": others, "answered": answered}


def match_superseded(row: Notification) -> Context | None:
    match = mentors_match_of(row, Match.Status.SUPERSEDED)
    return {"match": match, "mentee": mentee_card(match)} if match else None


def match_expired(row: Notification) -> Context | None:
    match = match_of(row, Match.Status.EXPIRED)
    if match is None or match.help_request.status != HelpRequest.Status.OPEN:
        return None
    request = match.help_request
    others = request.matches.filter(status=Match.Status.PROPOSED).exists()
    return {"match": match, "link": choose_link(request), "others": others, "zone": zone_of(row)}


def match_expired_mentor(row: Notification) -> Context | None:
    match = mentors_match_of(row, Match.Status.EXPIRED)
    if match is None:
        return None
    return {
        "match": match,
        "mentee": mentee_card(match),
        "link": come_back_link(match.mentor),
        "zone": zone_of(row),
    }


def offer_expired(row: Notification) -> Context | None:
    match = mentors_match_of(row, Match.Status.EXPIRED)
    return {"match": match, "zone": zone_of(row)} if match else None


def help_request_expired_mentor(row: Notification) -> Context | None:
    match = mentors_match_of(row, Match.Status.WITHDRAWN)
    if match is None or match.help_request.status != HelpRequest.Status.EXPIRED:
        return None
    return {"match": match, "mentee": mentee_card(match)}


def _sample_correction() -> Context:
    return about_match(changes=[Change("minutes", "Time wanted", "45 minutes", "30 minutes")])()


register(
    NotificationKind(
        "match_asked",
        QUESTIONS,
        gettext_lazy("a mentee asks for your help"),
        match_asked,
        about_match(),
        trouble_with="match",
    ),
    NotificationKind(
        "mentor_is_full",
        QUESTIONS,
        gettext_lazy("the mentor you asked has no free place any more"),
        mentor_is_full,
        about_match(others=True),
    ),
    NotificationKind(
        "match_question",
        QUESTIONS,
        gettext_lazy("the mentor you asked has a question before deciding"),
        match_question,
        about_question(Match.Status.CLARIFYING),
        trouble_with="match",
    ),
    NotificationKind(
        "match_clarified",
        QUESTIONS,
        gettext_lazy("a mentee answered your question"),
        match_clarified,
        about_question(Match.Status.ASKED),
        trouble_with="match",
    ),
    NotificationKind(
        "request_corrected",
        QUESTIONS,
        gettext_lazy("a mentee corrected the request that you were asked about, or offered help with"),
        request_corrected,
        _sample_correction,
        trouble_with="match",
    ),
    NotificationKind(
        "question_expired",
        QUESTIONS,
        gettext_lazy("a mentor's question to you was not answered in time"),
        question_expired,
        about_match(),
    ),
    NotificationKind(
        "question_expired_mentor",
        QUESTIONS,
        gettext_lazy("your question to a mentee was not answered in time"),
        question_expired_mentor,
        about_match(),
    ),
    NotificationKind(
        "match_accepted",
        QUESTIONS,
        gettext_lazy("you both said yes"),
        match_accepted,
        about_clocks,
        answers_go_to_other=True,
        trouble_with="match",
    ),
    NotificationKind(
        "match_declined",
        QUESTIONS,
        gettext_lazy("the mentor you asked has no time"),
        match_declined,
        about_match(others=True),
    ),
    NotificationKind(
        "match_offered",
        QUESTIONS,
        gettext_lazy("a mentor offers you help"),
        match_offered,
        about_match(offered),
        trouble_with="match",
    ),
    NotificationKind(
        "offer_declined",
        QUESTIONS,
        gettext_lazy("your offer was not taken up"),
        offer_declined,
        about_match(partial(offered, decline_note=gettext_lazy("I found somebody last week. Thank you!"))),
    ),
    NotificationKind(
        "match_withdrawn",
        QUESTIONS,
        gettext_lazy("a question or an offer was taken back, or ended by the organisers"),
        match_withdrawn,
        about_match(to_mentee=False, offered=False, over=False, others=True),
    ),
    NotificationKind(
        "match_superseded",
        QUESTIONS,
        gettext_lazy("a question or an offer of yours is needless, as the mentee found somebody"),
        match_superseded,
        about_match(),
    ),
    NotificationKind(
        "match_undelivered",
        QUESTIONS,
        gettext_lazy("your question did not come to the mentor, and what is next"),
        match_undelivered,
        about_match(others=True, answered=False),
    ),
    NotificationKind(
        "match_expired",
        QUESTIONS,
        gettext_lazy("the mentor you asked did not answer in time, and what is next"),
        match_expired,
        about_match(others=True),
    ),
    NotificationKind(
        "match_expired_mentor",
        QUESTIONS,
        gettext_lazy("the time for your answer ran out"),
        match_expired_mentor,
        about_match(),
    ),
    NotificationKind(
        "offer_expired",
        QUESTIONS,
        gettext_lazy("your offer was not answered in time"),
        offer_expired,
        about_match(offered),
    ),
    # The values are those of an expired question: the match, the zone, and whether others are proposed.
    NotificationKind(
        "offer_expired_mentee",
        QUESTIONS,
        gettext_lazy("an offer to you ran out"),
        match_expired,
        about_match(offered, others=True),
    ),
    NotificationKind(
        "help_request_expired_mentor",
        QUESTIONS,
        gettext_lazy("a request that you were asked about, or offered help with, was closed"),
        help_request_expired_mentor,
        about_match(),
    ),
)
