"""The small changes of a mentor's offer that would bring more requests, in words for the mentor."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import MentorProfile, Skill
from accounts.selectors import taxonomy
from matching.engine import Mentor, MentorTable
from matching.engine.chances import FORMAT, GOAL, LANGUAGE, PRICE, TIME
from matching.engine.openings import SESSION, TEACH, OfferChange, Opening, openings
from matching.models import HelpRequest
from matching.selectors.chances import have_time, hours_to_add, speak, to_show
from matching.selectors.facts import judged_mentors, read_sentences
from matching.selectors.needs import judgeable_requests, needs_of
from matching.selectors.snapshot import current_community
from mentorship.models import GoalKind, SessionKind
from mentorship.selectors.kinds import goal_kinds, session_kinds

# Each is ranked anew, so not all of a large community are.
NEWEST = 200
# Two hours leave room for the longest meeting.
HOURS_MORE = 2
PAUSE_S = 0.001

Status = MentorProfile.Status


class OfferPlace(StrEnum):
    """The page on which a mentor makes a change."""

    OFFER = "offer"
    LANGUAGES = "languages"
    WEEK = "week"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreRequests:
    """One change that would make the mentor one of the best for ``more`` open requests. ``change`` is a phrase."""

    kind: str
    change: str
    gain: str
    more: int
    place: OfferPlace


def can_have_openings(mentor: MentorProfile) -> bool:
    """Return whether it is the mentor who decides: an admin neither has to approve them, nor has stopped them."""
    return mentor.status in (Status.APPROVED, Status.PAUSED)


def openings_for(mentor: MentorProfile, *, now: datetime) -> list[MoreRequests]:
    """Return the changes that would bring ``mentor`` most of the NEWEST open requests. They are ranked anew for each.

    Limits of the moment do not count: a pause, an absence, taken places, questions to answer. No mentee is named.
    """
    skills = taxonomy()
    facts = next(judged_mentors(skills=skills, now=now, among=[mentor.user_id]), None)
    if facts is None or not can_have_openings(mentor):
        return []
    needs = needs_of(_newest(mentor, now=now), skills=skills, now=now)
    hours = hours_to_add(mentor.user.profile, HOURS_MORE, now=now)
    found = openings(_at_leisure(facts), needs, partial(_table, now), hours, read=read_sentences)
    return list(_best(found))


@contextmanager
def _table(now: datetime) -> Iterator[MentorTable]:
    """Lock the table of this process, and let the rankings that wait for it go first afterwards."""
    with current_community(now=now) as community:
        yield community.table
    # A thread that takes a lock again at once gets it before those that wait.
    time.sleep(PAUSE_S)


def _newest(mentor: MentorProfile, *, now: datetime) -> list[HelpRequest]:
    """Return the newest open requests that the mentor has not seen."""
    known = mentor.matches.filter(help_request=OuterRef("pk")).exclude(time_again_on__lte=now.date())
    requests = judgeable_requests().filter(~Exists(known)).exclude(mentee=mentor.user_id)
    newest = requests.order_by("-opened_at", "-pk")
    return list(newest.select_related("mentee", "goal__kind", "session_kind")[:NEWEST])


def _at_leisure(facts: Mentor) -> Mentor:
    return replace(
        facts,
        status="approved",
        is_away=False,
        capacity=max(facts.capacity, 1),
        running=0,
        waiting=0,
        inbox_room=max(facts.inbox_room, 1),
        shown=0,
        shows_room=max(facts.shows_room, 1),
        reachable=True,
    )


def _best(found: Sequence[Opening]) -> Iterator[MoreRequests]:
    """Yield the lines to show, those that bring most first."""
    names = _Names.read(found)
    named = [one for one in found if names.phrase(one.change)]
    for one in to_show(sorted(named, key=lambda one: -one.more)):
        gain = ngettext("%(count)d more open request", "%(count)d more open requests", one.more) % {"count": one.more}
        kind, phrase = one.change.kind, names.phrase(one.change)
        yield MoreRequests(kind=kind, change=phrase, gain=gain, more=one.more, place=_place(kind))


def _place(kind: str) -> OfferPlace:
    return {LANGUAGE: OfferPlace.LANGUAGES, TIME: OfferPlace.WEEK}.get(kind, OfferPlace.OFFER)


@dataclass(frozen=True, slots=True)
class _Names:
    """Names of kinds and skills, by code or key."""

    goals: Mapping[str, GoalKind]
    sessions: Mapping[str, SessionKind]
    skills: Mapping[str, str]

    @classmethod
    def read(cls, found: Sequence[Opening]) -> _Names:
        topics = [one.change.value.key for one in found if one.change.kind == TEACH]
        return cls(
            goals={kind.code: kind for kind in goal_kinds()},
            sessions={kind.code: kind for kind in session_kinds()},
            skills=dict(Skill.objects.filter(key__in=topics, is_offered=True).values_list("key", "name")),
        )

    def phrase(self, change: OfferChange) -> str:
        """Return the change in the language of this reader. Empty for one that nobody can choose.

        That is a skill in a mentee's own words only, and what is not offered any more.
        """
        value = change.value
        if change.kind == FORMAT and value == MentorProfile.Format.ONE_OFF:
            return _("Offer one-off help, too")
        if change.kind == FORMAT:
            return _("Offer help for longer, too")
        if (change.kind == GOAL and value not in self.goals) or (change.kind == SESSION and value not in self.sessions):
            return ""
        if change.kind == GOAL:
            return _("Help with another kind of goal: “%(kind)s”") % {"kind": self.goals[value]}
        if change.kind == SESSION:
            return _("Offer %(session)s") % {"session": self.sessions[value]}
        if change.kind == LANGUAGE:
            return speak(value)
        if change.kind == TIME:
            return have_time(value, HOURS_MORE)
        if change.kind == PRICE:
            return _("Help for free")
        name = self.skills.get(value.key, "")
        return _("Teach %(skill)s") % {"skill": name} if name else ""
