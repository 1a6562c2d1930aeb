"""Links in mails that work without logging in: signed, for one person and one thing, and expiring."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from accounts import links
from accounts.models import MentorProfile, User
from matching.models import HelpRequest, Match

LINK_LIFE = timedelta(days=30)
ANSWER, CHOOSE = "matching.answer", "matching.choose"
STILL_LOOKING, FITTING, COME_BACK = "matching.still_looking", "matching.fitting", "matching.come_back"
# Whoever was too busy to answer may want to come back after half a year, and must not need a password for it.
LONGER_LIFE = {COME_BACK: timedelta(days=365)}
# After a request is closed, to ask again.
A_WEEK_MORE = timedelta(days=7)


def answer_link(match: Match) -> str:
    """Return the address where the mentor of ``match`` reads and answers it."""
    return links.signed_link("match-answer", ANSWER, str(match.uuid), match.mentor.user)


def choose_link(request: HelpRequest) -> str:
    """Return the address where the mentee sees the proposed mentors and asks one."""
    return links.signed_link("match-choose", CHOOSE, str(request.uuid), request.mentee)


def still_looking_link(request: HelpRequest) -> str:
    """Return the address where the mentee says whether they still look."""
    return links.signed_link("still-looking", STILL_LOOKING, str(request.uuid), request.mentee)


def fitting_link(mentor: MentorProfile) -> str:
    """Return the address where ``mentor`` reads the requests that fit and offers help."""
    return links.signed_link("fitting", FITTING, str(mentor.uuid), mentor.user)


def come_back_link(mentor: MentorProfile) -> str:
    """Return the address where a mentor pauses, and comes back."""
    return links.signed_link("come-back", COME_BACK, str(mentor.uuid), mentor.user)


def life_of(purpose: str) -> timedelta:
    """Return for how long a link works."""
    if purpose == CHOOSE:
        # The mail that leads to it may be the last one until the request is closed.
        return max(LINK_LIFE, settings.STILL_LOOKING_AFTER + settings.STILL_LOOKING_GRACE + A_WEEK_MORE)
    if purpose == STILL_LOOKING:
        return max(LINK_LIFE, settings.STILL_LOOKING_GRACE + A_WEEK_MORE)
    return LONGER_LIFE.get(purpose, LINK_LIFE)


def read_token(token: str, purpose: str) -> tuple[str, User] | None:
    """Return the thing's identifier and the person of a link; None if it is forged, too old, or theirs no more."""
    return links.read_token(token, purpose, life=life_of(purpose))
