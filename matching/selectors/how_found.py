"""The facts that limit how often a mentor is proposed now, for the mentor themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import MentorProfile
from accounts.selectors import Taxonomy
from accounts.words import day_in_words
from matching.engine import Mentor, Speaks
from matching.selectors.facts import judged_mentors
from mentorship.models import GoalKind

Status = MentorProfile.Status
# Fewer kinds of goals leave out most of the requests.
FEW_KINDS = 1
COUNTED = frozenset({"few_goal_kinds", "one_format", "paid"})


@dataclass(frozen=True, slots=True)
class Limit:
    """``stops``: nobody is proposed to this mentor because of it. Otherwise fewer people are. ``sentence`` says why."""

    code: str
    stops: bool
    sentence: str

    @property
    def is_counted(self) -> bool:
        """Whether ``matching.selectors.openings`` counts the requests that a change of it would bring."""
        return self.code in COUNTED


@dataclass(frozen=True, slots=True, kw_only=True)
class HowFound:
    """``shown`` counts the people who have the mentor on their list now, ``waiting`` the questions to answer."""

    shown: int
    waiting: int
    running: int
    capacity: int
    limits: list[Limit]

    @property
    def is_stopped(self) -> bool:
        return any(limit.stops for limit in self.limits)


def how_found(mentor: MentorProfile, *, now: datetime) -> HowFound:
    """Return what limits ``mentor`` now, the strongest first. Three queries. The mentor has a profile."""
    # Neither skills nor texts are judged here, only whether they are stated.
    facts = next(judged_mentors(skills=Taxonomy({}, {}), now=now, among=[mentor.user_id], texts=False), None)
    if facts is None:
        # Rejected mentors, and rows that the engine refuses, are not judged.
        limits = [*_of_status(mentor), *_unjudged(mentor)]
        return HowFound(shown=0, waiting=0, running=0, capacity=mentor.capacity, limits=limits)
    return HowFound(
        shown=facts.shown,
        waiting=facts.waiting,
        running=facts.running,
        capacity=facts.capacity,
        limits=[*_of_status(mentor), *_of_load(facts), *_of_profile(mentor, facts)],
    )


def _of_status(mentor: MentorProfile) -> Iterator[Limit]:
    if mentor.status == Status.APPLIED:
        yield Limit("not_approved", True, _("The admins have not decided on your application yet."))
    elif mentor.status == Status.REJECTED:
        yield Limit("not_approved", True, _("Your application was not taken up. The admins can tell you more."))
    elif mentor.status == Status.SUSPENDED:
        yield Limit("suspended", True, _("The admins have stopped your mentoring. They can tell you more."))
    elif mentor.status == Status.PAUSED and mentor.paused_until_on:
        until = day_in_words(mentor.paused_until_on)
        yield Limit("paused", True, _("You are paused until %(day)s: nobody new can ask you.") % {"day": until})
    elif mentor.status == Status.PAUSED:
        yield Limit("paused", True, _("You are paused until you come back: nobody new can ask you."))


def _unjudged(mentor: MentorProfile) -> Iterator[Limit]:
    if mentor.status != Status.REJECTED:
        yield Limit("unreadable", True, _("Something in your profile cannot be read. Ask the admins to look at it."))


def _of_load(facts: Mentor) -> Iterator[Limit]:
    if not facts.reachable:
        yield Limit(
            "unreachable",
            True,
            _(
                "Questions would not reach you: your mails about questions are switched off or come back, and you have "
                "not read messages here lately. Switch the mails on, or mend your address."
            ),
        )
    if facts.is_away:
        yield Limit("away", True, _("You are away for the coming days, and could not answer a question in time."))
    if facts.running >= facts.capacity:
        yield Limit(
            "no_capacity",
            True,
            ngettext(
                "Your only place is taken. Raise the number of people that you take at once, or end a mentorship that "
                "is over.",
                "All your %(places)d places are taken. Raise the number of people that you take at once, or end a "
                "mentorship that is over.",
                facts.capacity,
            )
            % {"places": facts.capacity},
        )
    if facts.monthly_minutes and facts.booked_minutes >= facts.monthly_minutes:
        yield Limit(
            "hours_spent",
            True,
            ngettext(
                "Your only hour of this month is spent. From the next month on you are proposed again, or raise it.",
                "Your %(hours)d hours of this month are spent. From the next month on you are proposed again, or raise "
                "them.",
                facts.monthly_minutes // 60,
            )
            % {"hours": facts.monthly_minutes // 60},
        )
    if facts.waiting >= facts.inbox_room:
        yield Limit(
            "inbox_full",
            True,
            ngettext(
                "%(count)d question waits for your answer, and nobody else can ask you before that.",
                "%(count)d questions wait for your answer, and nobody else can ask you before that.",
                facts.waiting,
            )
            % {"count": facts.waiting},
        )
    if facts.shown >= facts.shows_room:
        yield Limit(
            "shown_enough",
            True,
            ngettext(
                "You are on the list of %(count)d person who may ask you, as many as you have room for. They decide "
                "first.",
                "You are on the lists of %(count)d people who may ask you, as many as you have room for. They decide "
                "first.",
                facts.shown,
            )
            % {"count": facts.shown},
        )


def _of_profile(mentor: MentorProfile, facts: Mentor) -> Iterator[Limit]:
    kinds = GoalKind.objects.filter(is_offered=True).count()
    if not facts.languages or max(facts.languages.values()) < Speaks.WORKING:
        yield Limit("no_language", True, _("You name no language that you speak at working level or better."))
    if not facts.formats:
        yield Limit("no_format", True, _("You offer neither one-off help nor an ongoing mentorship."))
    if not facts.goals:
        yield Limit("no_goal_kinds", False, _("You name no kind of goal: only a few that you lived through count."))
    elif len(facts.goals) <= FEW_KINDS < kinds:
        yield Limit(
            "few_goal_kinds",
            False,
            ngettext(
                "You help with %(count)d kind of goal of %(all)d. Each further kind opens more requests to you.",
                "You help with %(count)d kinds of goals of %(all)d. Each further kind opens more requests to you.",
                len(facts.goals),
            )
            % {"count": len(facts.goals), "all": kinds},
        )
    if not facts.teaches:
        yield Limit("no_skills", False, _("You do not say what you teach; most of the fit comes from that."))
    if not facts.career:
        yield Limit(
            "no_career",
            False,
            _("Your career is empty. Mentees look for somebody who walked the same road, and jobs abroad need it."),
        )
    if facts.hours is None:
        yield Limit("no_time_stated", False, _("You do not say when you have time, so nobody sees common hours."))
    if len(facts.formats) == 1:
        yield Limit("one_format", False, _("You offer one format only: requests for the other one pass you by."))
    if mentor.paid:
        yield Limit("paid", False, _("You ask for a price. Many requests are for volunteers only."))
    if not mentor.is_listed:
        yield Limit("not_listed", False, _("You are not listed: others find you by a proposal or by your link only."))
