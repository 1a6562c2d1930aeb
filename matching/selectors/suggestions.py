"""Ranking mentors for one help request: the one path of the API, the worker and the commands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from babel import Locale
from django_countries import countries

from accounts.models import MentorProfile
from accounts.selectors import Taxonomy
from matching.engine import (
    RULES,
    SHOWN_ENOUGH,
    Ineligible,
    MentorTable,
    Suggestion,
    Suggestions,
    Vocabulary,
    WhyNot,
    suggest,
    violations,
    why_not,
)
from matching.models import HelpRequest
from matching.selectors.facts import judged_mentors, need_of
from matching.selectors.snapshot import Community, current_community
from mentorship.models import GoalKind, SessionKind

# Ranked beyond those wanted, in place of some who may turn out to be taken when they are checked again.
SPARE = 15
# A mentor of the first few may change between ranking and check; then all is ranked anew, so many times in all.
ROUNDS = 3

# Countries whose names want an article in a sentence: "worked in the Netherlands".
WITH_ARTICLE = frozenset(
    "AE AX BQ BS CC CD CF CK DO FK FO GB GM GS IM IO KM KY MH MP MV NL PH PS SB SC TC TF UM US VA VG VI".split()
)


@dataclass(frozen=True, slots=True)
class Best:
    """``suggestions`` are worth proposing, best first; ``weaker`` of those looked at are eligible but fit too little.

    ``removed`` and ``main_obstacle`` as in Suggestions.
    """

    suggestions: tuple[Suggestion, ...]
    weaker: int
    removed: Mapping[str, int]
    main_obstacle: str | None


@dataclass(frozen=True, slots=True)
class Everybody:
    """Each mentor is in exactly one of the two."""

    ranked: tuple[Suggestion, ...]
    ineligible: tuple[Ineligible, ...]


def best_mentors(request: HelpRequest, *, now: datetime, count: int, without: Collection[int] = ()) -> Best:
    """Return the best ``count`` mentors for ``request``, saved or not, but for the users ``without``.

    They are ranked in this process's copy of the community and checked against the database before they are
    returned; if one changed in between, all are ranked anew. Who changes again and again is left out.
    """
    words = vocabulary()
    for _ in range(ROUNDS):
        with current_community(now=now) as community:
            found = _rank(request, community, words, now=now, count=count + len(without) + SPARE)
            good, changed = community.recheck([s.mentor_id for s in found.ranked], mentee_id=request.mentee_id)
            best = _best(found, good - changed - set(without), count)
        if not changed:
            break
    return best


def _best(found: Suggestions, good: Collection[int], count: int) -> Best:
    left = [s for s in found.ranked if s.mentor_id in good]
    worth = [s for s in left if s.is_worth_proposing][:count]
    return Best(
        suggestions=tuple(replace(s, rank=rank) for rank, s in enumerate(worth, start=1)),
        weaker=sum(not s.is_worth_proposing for s in left),
        removed=found.removed,
        main_obstacle=found.main_obstacle,
    )


def all_mentors(request: HelpRequest, *, now: datetime, among: Collection[int] | None = None) -> Everybody:
    """Rank every mentor for ``request``; with ``among``, only those of these users."""
    with current_community(now=now, among=among) as community:
        found = _rank(request, community, vocabulary(), now=now, count=None)
        return Everybody(found.ranked, found.ineligible)


def why_not_mentor(request: HelpRequest, mentor: MentorProfile, *, now: datetime) -> WhyNot | None:
    """Return what keeps ``mentor`` from the first suggestions for ``request``; None for somebody who is not judged."""
    with current_community(now=now) as community:
        need = need_of(request, skills=community.skills, now=now)
        return why_not(need, community.table, mentor.user_id)


def broken_rules(request: HelpRequest, users: Collection[int], *, now: datetime) -> dict[int, tuple[str, ...]]:
    """Return the hard rules that keep the mentors of these users from ``request``, as this transaction sees them."""
    # No rule looks at skills or texts; the taxonomy is long, the model slow to load, and callers hold locks.
    skills = Taxonomy({}, {})
    table = MentorTable(judged_mentors(skills=skills, now=now, among=users, texts=False))
    broken = violations(need_of(request, skills=skills, now=now, texts=False), table)
    rules = {
        int(id): tuple(rule.name for rule, breaks in zip(RULES, row, strict=True) if breaks)
        for id, row in zip(table.ids[:], broken, strict=True)
    }
    # Rejected and deactivated mentors are not judged at all.
    return {id: rules.get(id, ("not_approved",)) for id in users}


def check_mentor(request: HelpRequest, mentor: MentorProfile, *, now: datetime) -> tuple[str, ...]:
    """Return the hard rules that keep ``mentor`` from being asked for ``request`` right now."""
    rules = broken_rules(request, [mentor.user_id], now=now)[mentor.user_id]
    return tuple(rule for rule in rules if rule != SHOWN_ENOUGH)


def _rank(
    request: HelpRequest, community: Community, words: Vocabulary, *, now: datetime, count: int | None
) -> Suggestions:
    need = need_of(request, skills=community.skills, now=now)
    return suggest(need, community.table, count=count, vocabulary=words)


def vocabulary() -> Vocabulary:
    """Return the words that reasons are made of."""
    return Vocabulary(
        countries=_countries(),
        languages=_languages(),
        session_kinds=dict(SessionKind.objects.values_list("code", "name")),
        goals=dict(GoalKind.objects.values_list("code", "phrase")),
    )


@cache
def _countries() -> dict[str, str]:
    names = dict(Locale("en").territories)
    return {code: f"the {names[code]}" if code in WITH_ARTICLE else names.get(code, name) for code, name in countries}


@cache
def _languages() -> dict[str, str]:
    return {code: name for code, name in Locale("en").languages.items() if len(code) == 2}
