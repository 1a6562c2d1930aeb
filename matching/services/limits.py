"""Limits on the questions and offers from one person to another, so that nobody fills a mailbox."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from matching.exceptions import AskedTooOften, OfferedTooOften
from matching.models import Match
from mentorship.selectors.mentorships import twins_of

DAY = timedelta(days=1)
# To one person, for all goals.
A_DAY = 2
# To one person for one goal, if each was taken back by the one who had asked or offered.
TAKEN_BACK_MAX = 2
# By one mentee to all mentors.
QUESTIONS_A_DAY = 12


def must_not_ask_too_often(match: Match, *, now: datetime) -> None:
    """Raise AskedTooOften at a limit. The caller holds the mentee's lock."""
    mine = Match.objects.filter(help_request__mentee=match.help_request.mentee_id, asked_at__isnull=False)
    today = mine.filter(asked_at__gt=now - DAY)
    # A mentor who said yes was not flooded.
    today = today.exclude(status=Match.Status.ACCEPTED)
    if today.filter(mentor=match.mentor_id).count() >= A_DAY:
        raise AskedTooOften(
            f"You have asked {match.mentor.user.name} {A_DAY} times within a day. Ask another mentor, or come back "
            "tomorrow."
        )
    if _taken_back(mine, match, by=Match.Side.MENTEE) >= TAKEN_BACK_MAX:
        raise AskedTooOften(
            f"You have taken back {TAKEN_BACK_MAX} questions to {match.mentor.user.name} about this goal. Ask another "
            "mentor; more are proposed once you say that this one is not for you."
        )
    if today.count() >= QUESTIONS_A_DAY:
        raise AskedTooOften(f"You have asked {QUESTIONS_A_DAY} times within a day. Wait for answers, and ask tomorrow.")


def must_not_offer_too_often(match: Match, *, now: datetime) -> None:
    """Raise OfferedTooOften at a limit. The caller holds the mentor's lock."""
    mentee = match.help_request.mentee_id
    mine = Match.objects.filter(mentor=match.mentor_id, help_request__mentee=mentee, offered_at__isnull=False)
    if mine.filter(offered_at__gt=now - DAY).count() >= A_DAY:
        raise OfferedTooOften(
            f"You have offered this mentee your help {A_DAY} times within a day. Come back tomorrow, or look at "
            "another request."
        )
    if _taken_back(mine, match, by=Match.Side.MENTOR) >= TAKEN_BACK_MAX:
        raise OfferedTooOften(
            f"You have taken back {TAKEN_BACK_MAX} offers to this mentee for this goal. Look at another request."
        )


def _taken_back(mine: QuerySet[Match], match: Match, *, by: Match.Side) -> int:
    """Return how many of ``mine`` between the two, for this goal or a twin, the side ``by`` ended itself."""
    goals = twins_of(match.help_request.goal)
    return mine.filter(mentor=match.mentor_id, help_request__goal__in=goals, withdrawn_by=by).count()
