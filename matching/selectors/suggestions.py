"""Ranking of mentors for one help request, for the API, the worker and the commands alike."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext

from accounts.languages import active_language
from accounts.models import MentorProfile
from accounts.selectors import Taxonomy, taxonomy
from matching.engine import (
    RULES,
    SHOWN_ENOUGH,
    Ineligible,
    Mentor,
    MentorTable,
    Suggestion,
    Suggestions,
    WhyNot,
    suggest,
    violations,
    why_not,
)
from matching.models import HelpRequest, Match
from matching.selectors.facts import judged_mentors, read_sentences
from matching.selectors.needs import need_of, needs_of
from matching.selectors.overridden import overridden_rules
from matching.selectors.snapshot import Community, current_community
from matching.selectors.words import Words

# The number of extra mentors in a ranking. They replace mentors who fail the second check.
SPARE = 15
# At most this many rankings. All mentors are ranked anew if one of the first changed before the check.
ROUNDS = 3
_SENTENCES = {rule.name: rule.sentence for rule in RULES}


@dataclass(frozen=True, slots=True)
class Best:
    """``suggestions`` are worth proposing, best first. ``weaker`` counts those in the ranking below the minimum fit.

    ``removed`` and ``main_obstacle`` as in Suggestions.
    """

    suggestions: tuple[Suggestion, ...]
    weaker: int
    removed: Mapping[str, int]
    main_obstacle: str | None


@dataclass(frozen=True, slots=True)
class Everybody:
    """All mentors, each in exactly one of the two."""

    ranked: tuple[Suggestion, ...]
    ineligible: tuple[Ineligible, ...]


def best_mentors(
    request: HelpRequest,
    *,
    now: datetime,
    count: int,
    without: Collection[int] = (),
    over: Collection[int] = (),
    reads_in: str | None = None,
) -> Best:
    """Return the best ``count`` mentors for ``request``, saved or not, except the users ``without`` and ``over``.

    Nobody is proposed far behind the best mentor. Those ``without`` count for this, and those ``over`` do not. The
    reasons are in the language ``reads_in``, or that of the mentee.

    The ranking uses this process's copy of the community; its result is checked against the database. If a mentor
    changed in between, all are ranked anew, ROUNDS times at most. A mentor who changed in the last round is left out.
    """
    words = Words.read()
    for _ in range(ROUNDS):
        with current_community(now=now) as community:
            found = _rank(
                request, community, words, now=now, count=count + len(without) + SPARE, over=over, reads_in=reads_in
            )
            good, changed = community.recheck(found.ids, mentee_id=request.mentee_id)
            best = _best(found, good - changed - set(without), count)
        if not changed:
            break
    return best


def tried_in(request: HelpRequest, *, now: datetime) -> tuple[frozenset[int], frozenset[int]]:
    """Return the users on the list of ``request``, and those who were there and may not be proposed again.

    A mentor who said "no time until" may be proposed again from that day on.
    """
    if request.pk is None:
        return frozenset(), frozenset()
    tried = request.matches.exclude(time_again_on__lte=now.date()).values_list("mentor__user_id", "status")
    live = frozenset(user for user, status in tried if status in Match.LIVE)
    return live, frozenset(user for user, _status in tried) - live


def _best(found: Suggestions, good: Collection[int], count: int) -> Best:
    left = [index for index, mentor_id in enumerate(found.ids) if mentor_id in good]
    worth = [index for index in left if index < found.worth_count]
    return Best(
        suggestions=tuple(
            replace(found.suggestion(index), rank=rank) for rank, index in enumerate(worth[:count], start=1)
        ),
        weaker=len(left) - len(worth),
        removed=found.removed,
        main_obstacle=found.main_obstacle,
    )


def all_mentors(request: HelpRequest, *, now: datetime, among: Collection[int] | None = None) -> Everybody:
    """Rank every mentor for ``request``. ``among`` limits them to these users."""
    with current_community(now=now, among=among) as community:
        found = _rank(request, community, Words.read(), now=now, count=None)
        return Everybody(found.ranked, found.ineligible)


def why_not_mentor(request: HelpRequest, mentor: MentorProfile, *, now: datetime) -> WhyNot | None:
    """Return the reasons why ``mentor`` is not among the first suggestions, in the language of the present reader.

    None for a rejected or deactivated mentor.
    """
    with current_community(now=now) as community:
        need = need_of(request, skills=community.skills, now=now)
        return why_not(
            need, community.table, mentor.user_id, vocabulary=Words.read().of(active_language()), read=read_sentences
        )


def broken_rules(request: HelpRequest, users: Collection[int], *, now: datetime) -> dict[int, tuple[str, ...]]:
    """Return the hard rules that exclude each of these users from ``request``, as this transaction sees them.

    Rules that an admin has overridden for a live match do not count.
    """
    if not users:
        return {}
    # No rule needs skills or texts. Callers hold locks, and reading the taxonomy or loading the model takes long.
    skills = Taxonomy({}, {})
    table = MentorTable(judged_mentors(skills=skills, now=now, among=users, texts=False))
    broken = violations(need_of(request, skills=skills, now=now, texts=False), table)
    rules = {
        int(id): tuple(rule.name for rule, breaks in zip(RULES, row, strict=True) if breaks)
        for id, row in zip(table.ids[:], broken, strict=True)
    }
    overridden = overridden_rules(request)
    # Rejected and deactivated mentors are not judged at all.
    return {
        id: tuple(rule for rule in rules.get(id, ("not_approved",)) if rule not in overridden.get(id, ()))
        for id in users
    }


def rules_against_asking(request: HelpRequest, mentor: MentorProfile, *, now: datetime) -> tuple[str, ...]:
    """Return the hard rules by which ``mentor`` may not be asked for ``request`` right now."""
    rules = broken_rules(request, [mentor.user_id], now=now)[mentor.user_id]
    return tuple(rule for rule in rules if rule != SHOWN_ENOUGH)


def rule_in_words(rule: str) -> str:
    """Return the sentence of a hard rule, about the mentor."""
    return gettext(_SENTENCES[rule])


def suggestions_of(
    mentor: MentorProfile, requests: Sequence[HelpRequest], *, now: datetime
) -> list[tuple[HelpRequest, Suggestion]]:
    """Return the requests that ``mentor`` is eligible for, each with the mentor's suggestion, whatever its fit.

    The rules that limit questions to a mentor do not count: full inbox, shown often enough, unreachable.
    """
    skills, words = taxonomy(), Words.read()
    judged = judged_mentors(skills=skills, now=now, among=[mentor.user_id])
    sentences = read_sentences([mentor.user_id])
    table = MentorTable(without_limits(judged))
    found = []
    for request, need in zip(requests, needs_of(requests, skills=skills, now=now), strict=True):
        ranked = suggest(need, table, vocabulary=words.of, read=lambda ids: sentences).ranked
        found += [(request, suggestion) for suggestion in ranked]
    return found


def judged_anew(
    request: HelpRequest, users: Collection[int], *, now: datetime, despite: Collection[str] = ()
) -> dict[int, Suggestion]:
    """Return the suggestion of each of these mentors for ``request`` as it is now, if they are eligible.

    The rules that limit questions to a mentor do not count, as in ``suggestions_of``, nor do those of ``despite``, nor
    those that an admin has overridden for a live match.
    """
    skills = taxonomy()
    table = MentorTable(without_limits(judged_mentors(skills=skills, now=now, among=users)))
    need = need_of(request, skills=skills, now=now)
    words, overridden = Words.read(), overridden_rules(request)
    judged: dict[int, Suggestion] = {}
    for rules in {(), *overridden.values()}:
        found = suggest(need, table, vocabulary=words.of, read=read_sentences, despite={*despite, *rules})
        judged |= {one.mentor_id: one for one in found.ranked if overridden.get(one.mentor_id, ()) == rules}
    return judged


def without_limits(judged: Iterable[Mentor]) -> Iterator[Mentor]:
    """Yield mentors as if no question had been asked: full inbox, shown often enough, unreachable do not count."""
    for facts in judged:
        yield replace(facts, shown=0, waiting=0, reachable=True)


def _rank(
    request: HelpRequest,
    community: Community,
    words: Words,
    *,
    now: datetime,
    count: int | None,
    over: Collection[int] = (),
    reads_in: str | None = None,
) -> Suggestions:
    need = need_of(request, skills=community.skills, now=now)
    need = replace(need, declined_by=need.declined_by | frozenset(over), reads_in=reads_in or need.reads_in)
    return suggest(need, community.table, count=count, vocabulary=words.of, read=read_sentences)
