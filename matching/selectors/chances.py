"""The small changes of a help request that would bring more mentors, in words for its mentee."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.languages import active_language
from accounts.models import MentorProfile, Profile
from accounts.models.profile import clock, understood
from accounts.models.rate import Rate
from accounts.week import DAYS, HOUR, weekly_quarter_hours
from accounts.words import language_name, price_in_words, weekday_name
from matching.engine import Price, Speaks
from matching.engine.chances import (
    COUNTRY,
    FORMAT,
    GOAL,
    LANGUAGE,
    MINUTES,
    PRICE,
    TIME,
    Chance,
    Change,
    Hour,
    Options,
    chances,
)
from matching.engine.openings import Opening
from matching.exceptions import HelpRequestNotOpen, MatchedInCohort
from matching.models import HelpRequest
from matching.selectors.fact_days import week_of
from matching.selectors.facts import read_sentences
from matching.selectors.needs import need_of
from matching.selectors.snapshot import current_community
from matching.selectors.suggestions import tried_in
from matching.selectors.words import Words
from mentorship.models import GoalKind
from mentorship.selectors.kinds import goal_kinds

# More time is looked for between these hours of the day.
EARLIEST, LATEST = 7, 22
LINES_MAX = 8
# A third line of the same kind tells less than one of another kind.
SAME_KIND_MAX = 2
# A higher price or a shorter meeting is worth no line of its own.
ONCE = frozenset({PRICE, MINUTES})

Counted = TypeVar("Counted", Chance, Opening)


class Place(StrEnum):
    """The page on which a change is made. A goal or a format that mentors have read needs a new one."""

    LANGUAGES = "languages"
    WEEK = "week"
    REQUEST = "request"
    NEW_REQUEST = "new_request"
    GOAL = "goal"
    NEW_GOAL = "new_goal"


@dataclass(frozen=True, slots=True, kw_only=True)
class BetterChance:
    """One change that would bring ``more`` mentors worth asking, and cost ``fewer`` of those who are so now.

    ``change`` is a phrase, and ``gain`` the counts as one.
    """

    kind: str
    change: str
    gain: str
    more: int
    fewer: int
    place: Place


@dataclass(frozen=True, slots=True)
class BetterChances:
    """``now`` counts the mentors who fit well enough. ``changes``: the best first. Empty: no single one would help."""

    now: int
    changes: tuple[BetterChance, ...]


def chances_of(request: HelpRequest, *, now: datetime) -> BetterChances:
    """Return the changes of ``request``, saved or not, that would bring most mentors. They are ranked anew for each.

    Nobody is named, and mentors whom a private rule excludes are never counted. Raises HelpRequestNotOpen for a request
    that is neither a draft nor open, MatchedInCohort for one of a cohort.
    """
    if request.status not in (HelpRequest.Status.DRAFT, HelpRequest.Status.OPEN):
        raise HelpRequestNotOpen(
            _("This help request is %(status)s, and looks for no mentors.")
            % {"status": request.get_status_display().lower()}
        )
    if request.cohort_id is not None:
        raise MatchedInCohort
    profile = Profile.objects.get(user=request.mentee_id)
    live, over = tried_in(request, now=now)
    kinds = {kind.code: kind for kind in goal_kinds()}
    options = Options(
        hours=hours_to_add(profile, _hours_of(request), now=now),
        goal_kinds={code: kind.needs_market for code, kind in kinds.items()},
    )
    with current_community(now=now) as community:
        need = need_of(request, skills=community.skills, now=now)
        need = replace(need, declined_by=need.declined_by | over)
        found = chances(need, community.table, options, known=live, read=read_sentences)
    spoken = {code for code, level in need.languages.items() if level >= Speaks.WORKING}
    return BetterChances(found.now, tuple(_in_words(chance, request, spoken, kinds) for chance in _best(found.chances)))


def hours_to_add(profile: Profile, length: int, *, now: datetime) -> dict[Hour, int]:
    """Return the windows of ``length`` hours that could be added to a week, as ``Options.hours``."""
    week, zone = week_of(now), profile.zone
    return {
        (day, hour): weekly_quarter_hours([(day, hour * HOUR, (hour + length) * HOUR)], zone, week)
        for day in DAYS
        for hour in range(EARLIEST, LATEST - length + 1)
    }


def _hours_of(request: HelpRequest) -> int:
    """Return the length of the request's meeting in whole hours, rounded up."""
    return -(-request.minutes // HOUR)


def _best(found: Iterable[Chance]) -> Iterator[Chance]:
    """Yield the chances to show, those that bring most first. A change that costs as many as it brings is left out."""
    # The sort is stable, so of equals the smallest change comes first.
    return to_show(sorted((one for one in found if one.more > one.fewer), key=lambda one: one.fewer - one.more))


def to_show(found: Iterable[Counted]) -> Iterator[Counted]:
    """Yield the first of ``found``: LINES_MAX at most, few of each kind, and no advice twice."""
    lines: Counter[str] = Counter()
    said: set[object] = set()
    for one in found:
        kind, advice = one.change.kind, _advice(one.change.kind, one.change.value)
        most = 1 if kind in ONCE else SAME_KIND_MAX
        if advice in said or lines[kind] == most or lines.total() == LINES_MAX:
            continue
        lines[kind] += 1
        said.add(advice)
        yield one


def _advice(kind: str, value: Any) -> object:
    """Return a key that is equal for hours of one day, and for languages that count as one."""
    if kind == TIME:
        day, _hour = value
        return TIME, day
    if kind == LANGUAGE:
        return LANGUAGE, *sorted(understood([value]))
    return kind, value


def _in_words(
    chance: Chance, request: HelpRequest, spoken: Collection[str], kinds: Mapping[str, GoalKind]
) -> BetterChance:
    """Return ``chance`` in the language of this reader. ``spoken``: languages of the mentee. ``kinds``: by code."""
    change = chance.change
    return BetterChance(
        kind=change.kind,
        change=_phrase(change, request, spoken, kinds),
        gain=_gain(chance),
        more=chance.more,
        fewer=chance.fewer,
        place=_place(change, request, spoken),
    )


def _phrase(change: Change, request: HelpRequest, spoken: Collection[str], kinds: Mapping[str, GoalKind]) -> str:
    value = change.value
    if change.kind == LANGUAGE and value in spoken:
        return _("Meet in %(language)s, too") % {"language": language_name(value)}
    if change.kind == LANGUAGE:
        return speak(value)
    if change.kind == TIME:
        return have_time(value, _hours_of(request))
    if change.kind == FORMAT and value == MentorProfile.Format.ONE_OFF:
        return _("Ask for help once instead of for longer")
    if change.kind == FORMAT:
        return _("Ask for help for longer instead of once")
    if change.kind == MINUTES:
        return _("Ask for %(minutes)d minutes instead of %(now)d") % {"minutes": value, "now": request.minutes}
    if change.kind == PRICE and value is None:
        return _("Accept paid mentors at any price")
    if change.kind == PRICE:
        return _("Accept paid mentors up to %(price)s") % {"price": price_in_words(_rate(value))}
    if change.kind == GOAL:
        return _("State another kind of goal: “%(kind)s”") % {"kind": kinds[value]}
    if not value:
        return _("Leave the country of your goal open")
    return _("Look in %(country)s instead") % {"country": Words.read().of(active_language()).country(value)}


def speak(language: str) -> str:
    return _("Speak %(language)s well enough for a meeting") % {"language": language_name(language)}


def have_time(begin: Hour, length: int) -> str:
    """Return the phrase for ``length`` hours more in the week."""
    day, hour = begin
    times = {"day": weekday_name(day), "from": clock(hour * HOUR), "until": clock((hour + length) * HOUR)}
    return _("Have time on %(day)s, %(from)s to %(until)s") % times


def _rate(price: Price) -> Rate:
    return Rate(amount=Decimal(str(price.amount)), currency=price.currency, per=price.per)


def _gain(chance: Chance) -> str:
    more = ngettext("%(count)d more mentor", "%(count)d more mentors", chance.more) % {"count": chance.more}
    if not chance.fewer:
        return more
    fewer = ngettext("%(count)d of those who fit now is lost", "%(count)d of those who fit now are lost", chance.fewer)
    return _("%(more)s; %(fewer)s") % {"more": more, "fewer": fewer % {"count": chance.fewer}}


def _place(change: Change, request: HelpRequest, spoken: Collection[str]) -> Place:
    is_draft = request.status == HelpRequest.Status.DRAFT
    if change.kind == LANGUAGE and change.value not in spoken:
        return Place.LANGUAGES
    if change.kind == TIME:
        return Place.WEEK
    if change.kind == FORMAT and not is_draft:
        return Place.NEW_REQUEST
    if change.kind in (GOAL, COUNTRY):
        return Place.NEW_GOAL if request.goal.settled_at else Place.GOAL
    return Place.REQUEST
