"""Limits on the questions and offers from one person to another, so that nobody fills a mailbox."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import ngettext

from accounts.community_settings import value_of
from matching.exceptions import AskedTooOften, OfferedTooOften, TooManyAsked
from matching.models import Match
from matching.selectors.limits import DAY, asked_today
from mentorship.selectors.mentorships import twins_of

# To one person for one goal, if each was taken back by the one who had asked or offered.
TAKEN_BACK_MAX = 2


def must_not_ask_too_often(match: Match, *, now: datetime) -> None:
    """Raise AskedTooOften at a limit, and TooManyAsked at theirs. The caller holds the locks of request and mentee.

    One query.
    """
    a_day, questions_a_day = value_of("questions_to_one_a_day"), value_of("questions_a_day")
    today = asked_today(now)
    found = Match.objects.filter(help_request__mentee=match.help_request.mentee_id).aggregate(
        today_to_mentor=Count("pk", filter=today & Q(mentor=match.mentor_id)),
        taken_back=Count("pk", filter=Q(asked_at__isnull=False) & _taken_back(match, by=Match.WithdrawnBy.MENTEE)),
        today=Count("pk", filter=today),
        waiting=Count("pk", filter=Q(help_request=match.help_request_id, status__in=Match.WAITING)),
    )
    if found["today_to_mentor"] >= a_day:
        raise AskedTooOften(
            ngettext(
                "You have asked %(mentor)s once within a day. Ask another mentor, or come back tomorrow.",
                "You have asked %(mentor)s %(number)s times within a day. Ask another mentor, or come back tomorrow.",
                a_day,
            )
            % {"mentor": match.mentor.user.name, "number": a_day}
        )
    if found["taken_back"] >= TAKEN_BACK_MAX:
        raise AskedTooOften(
            ngettext(
                "You have taken back %(number)s question to %(mentor)s about this goal. Ask another mentor; "
                "more are proposed once you say that this one is not for you.",
                "You have taken back %(number)s questions to %(mentor)s about this goal. Ask another mentor; "
                "more are proposed once you say that this one is not for you.",
                TAKEN_BACK_MAX,
            )
            % {"number": TAKEN_BACK_MAX, "mentor": match.mentor.user.name}
        )
    if found["today"] >= questions_a_day:
        raise AskedTooOften(
            ngettext(
                "You have asked once within a day. Wait for the answer, and ask tomorrow.",
                "You have asked %(number)s times within a day. Wait for answers, and ask tomorrow.",
                questions_a_day,
            )
            % {"number": questions_a_day}
        )
    if (waiting := found["waiting"]) >= value_of("asked_max"):
        raise TooManyAsked(
            ngettext(
                "%(number)s question or offer waits for an answer. Wait for one, take a question back or decline an "
                "offer, then ask another mentor.",
                "%(number)s questions and offers wait for an answer. Wait for one, take a question back or decline an "
                "offer, then ask another mentor.",
                waiting,
            )
            % {"number": waiting}
        )


def must_not_offer_too_often(match: Match, *, now: datetime) -> None:
    """Raise OfferedTooOften at a limit. The caller holds the mentor's lock."""
    mentee, a_day = match.help_request.mentee_id, value_of("questions_to_one_a_day")
    mine = Match.objects.filter(mentor=match.mentor_id, help_request__mentee=mentee, offered_at__isnull=False)
    if mine.filter(offered_at__gt=now - DAY).count() >= a_day:
        raise OfferedTooOften(
            ngettext(
                "You have offered this mentee your help once within a day. Come back tomorrow, or look at another "
                "request.",
                "You have offered this mentee your help %(number)s times within a day. Come back tomorrow, or look "
                "at another request.",
                a_day,
            )
            % {"number": a_day}
        )
    if mine.filter(_taken_back(match, by=Match.WithdrawnBy.MENTOR)).count() >= TAKEN_BACK_MAX:
        raise OfferedTooOften(
            ngettext(
                "You have taken back %(number)s offer to this mentee for this goal. Look at another request.",
                "You have taken back %(number)s offers to this mentee for this goal. Look at another request.",
                TAKEN_BACK_MAX,
            )
            % {"number": TAKEN_BACK_MAX}
        )


def _taken_back(match: Match, *, by: Match.WithdrawnBy) -> Q:
    """Return the condition that a match with the mentor, for this goal or a twin, was ended by the side ``by``."""
    return Q(mentor=match.mentor_id, help_request__goal__in=twins_of(match.help_request.goal), withdrawn_by=by)
