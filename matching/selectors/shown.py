"""The data that one side of a match may read about the other. The API, the pages and the mails read these cards.

The decision is a function of the match's state and the side. People give consent by a move: a mentee by asking, a
mentor by being one, both by an acceptance. The end of a question ends the consent, and so does a block. A person who
was deactivated can give none.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import CareerStep, Language, MentorProfile, User
from accounts.models.rate import Rate
from accounts.words import language_name
from matching.models import Clarification, Correction, HelpRequest, Match


class Shown(IntEnum):
    """A level holds all levels before it."""

    NOTHING = 0
    NEED = 1  # the goal, the gap and the ask, without a person
    NAME = 2
    PERSON = 3  # profile, texts and messages
    CONTACT = 4  # the address


ENDED = (
    Match.Status.DECLINED,
    Match.Status.EXPIRED,
    Match.Status.WITHDRAWN,
    Match.Status.DISMISSED,
    Match.Status.SUPERSEDED,
)


def shown(match: Match, *, to: str) -> Shown:
    """Return how much the side ``to`` may read about the other side. The match carries ``is_kept_apart``.

    A mentor reads no name before the mentee has asked them or accepted their offer.
    A mentee reads the name of every mentor who was proposed to them.
    """
    apart = match.is_kept_apart  # type: ignore[attr-defined]
    if to == Match.Side.MENTOR:
        has_left = not match.help_request.mentee.is_active
        if apart:
            return Shown.NOTHING
        if match.status == Match.Status.ACCEPTED:
            return Shown.NAME if has_left else Shown.CONTACT
        if match.asked_at is None:
            return Shown.NEED
        return Shown.NAME if has_left or match.status in ENDED else Shown.PERSON
    # An ended match looks the same with and without a block.
    if apart or match.status in ENDED or not match.mentor.user.is_active:
        return Shown.NAME
    return Shown.CONTACT if match.status == Match.Status.ACCEPTED else Shown.PERSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A person, for the other side. None stands for data that is not shown.

    ``called`` is for sentences, and always says something. Lists of rows are read at their first use: a title has none.
    """

    shown: Shown
    called: str
    name: str | None
    headline: str | None
    timezone: str | None
    languages: Iterable[Language] | None
    career: Iterable[CareerStep] | None
    email: str | None

    @property
    def spoken(self) -> list[str]:
        """The languages for a page: "German (fluent)"."""
        return [
            _("%(language)s (%(level)s)")
            % {"language": language_name(row.code), "level": row.get_level_display().lower()}
            for row in self.languages or ()
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class MenteeCard(Card):
    """A mentee and their request, for a mentor.

    ``need`` is the request as the mentor read it last: corrections after the end of a question are not theirs to read.
    ``correction`` is the number of the last correction in it, 0 without one and if no request is shown.
    """

    need: HelpRequest
    correction: int
    situation: str | None
    why: str | None
    why_you: str | None
    clarifications: Iterable[Clarification]


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorCard(Card):
    """A mentor, for a mentee."""

    uuid: UUID
    bio: str | None
    motivation: str | None
    teaches: list[str] | None
    paid: bool | None
    rate: Rate | None
    reasons: list[str]
    offer_note: str
    decline_note: str
    clarifications: Iterable[Clarification]


def mentee_card(match: Match) -> MenteeCard:
    """Return the mentee of ``match``, as far as its mentor may read."""
    level = shown(match, to=Match.Side.MENTOR)
    request, knows = match.help_request, level >= Shown.PERSON
    corrections = list(request.corrections.all()) if request.pk else []
    ended_at = match.ended_at or datetime.max.replace(tzinfo=UTC)
    read = [correction for correction in corrections if correction.corrected_at <= ended_at]
    return MenteeCard(
        need=_before(request, corrections[len(read) :]),
        correction=len(read) if level >= Shown.NEED else 0,
        **_person(request.mentee, level, unnamed=_("the mentee")),
        situation=request.situation if knows else None,
        why=request.why if knows else None,
        why_you=match.why_you if knows else None,
        clarifications=match.clarifications.all() if knows and match.pk else [],
    )


def _before(request: HelpRequest, corrections: list[Correction]) -> HelpRequest:
    """Return a request as it was before its last ``corrections``. The copy is not to be saved."""
    if not corrections:
        return request
    earlier = copy(request)
    for correction in reversed(corrections):
        for name, value in correction.before.items():
            setattr(earlier, name, value)
    return earlier


def mentor_card(match: Match) -> MentorCard:
    """Return the mentor of ``match``, as far as its mentee may read."""
    return _mentor(match.mentor, shown(match, to=Match.Side.MENTEE), match)


def suggested_card(mentor: MentorProfile) -> MentorCard:
    """Return a mentor of a preview, as a mentee may read them before asking."""
    return _mentor(mentor, Shown.PERSON, None)


def _mentor(mentor: MentorProfile, level: Shown, match: Match | None) -> MentorCard:
    knows = level >= Shown.PERSON
    return MentorCard(
        **_person(mentor.user, level, unnamed=_("the mentor")),
        uuid=mentor.uuid,
        bio=mentor.user.profile.bio if knows else None,
        motivation=mentor.motivation if knows else None,
        teaches=mentor.teaches if knows else None,
        paid=mentor.paid if knows else None,
        rate=mentor.rate if knows else None,
        reasons=match.reasons if knows and match else [],
        offer_note=match.offer_note if knows and match else "",
        decline_note=_decline_note(match) if match else "",
        clarifications=match.clarifications.all() if knows and match and match.pk else [],
    )


def _decline_note(match: Match) -> str:
    """Return the words with which a match was declined. A block hides those of the mentor; a mentee keeps their own."""
    is_hidden = match.is_kept_apart and match.offered_at is None  # type: ignore[attr-defined]
    return "" if is_hidden else match.decline_note


def _person(person: User, level: Shown, *, unnamed: str) -> dict[str, Any]:
    named, knows, profile = level >= Shown.NAME, level >= Shown.PERSON, person.profile
    # A person of a sample is not stored, and has no rows in other tables.
    stored = knows and profile.pk is not None
    return {
        "shown": level,
        "called": person.name if named else unnamed,
        "name": person.name if named else None,
        "headline": profile.headline if knows else None,
        "timezone": profile.timezone if knows else None,
        "languages": profile.languages.all() if stored else None,
        "career": profile.career.all() if stored else None,
        "email": person.email if level >= Shown.CONTACT else None,
    }
