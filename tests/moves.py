"""Moves of a match and a mentorship, each made by the person whose move it is."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from matching.models import Match
from matching.services.accept import accept_match
from matching.services.ask import ask_mentor
from matching.services.offer import offer_help
from mentorship.models import Mentorship
from mentorship.services.end import end_mentorship
from tests.factories import NOW

WHY = "You moved from research to industry as I want to."
NOTE = "Send me your CV and I mark what I would not understand."


def ask(match: Match, now: datetime = NOW, why_you: str = WHY) -> Match:
    return ask_mentor(match_id=match.pk, by=match.help_request.mentee, why_you=why_you, now=now)


def offer(match: Match, now: datetime = NOW, note: str = NOTE) -> Match:
    return offer_help(match_id=match.pk, by=match.mentor.user, note=note, now=now)


def accept(match: Match, now: datetime = NOW) -> Mentorship:
    by = match.help_request.mentee if match.status == "offered" else match.mentor.user
    return accept_match(match_id=match.pk, by=by, now=now)


def end(
    mentorship: Mentorship,
    by: User | None = None,
    now: datetime = NOW,
    *,
    status: str = "ended_early",
    reason: str = "no_time",
    looks_on: bool = False,
) -> Mentorship:
    """End ``mentorship``, by its mentee if nobody else is named."""
    return end_mentorship(
        mentorship_id=mentorship.pk,
        by=by or mentorship.mentee,
        status=status,
        reason=reason,
        now=now,
        looks_on=looks_on,
    )
