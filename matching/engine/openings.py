"""Count the needs that a small change of a mentor would open, by ranking these needs anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.chances import FORMAT, GOAL, LANGUAGE, PRICE, TIME, Hour
from matching.engine.columns import Bools
from matching.engine.common_ground import usable_languages
from matching.engine.facts import Mentor, Need, Sentences, Speaks
from matching.engine.hypothetical import hypothetical_scores
from matching.engine.rank import (
    CLOSELY_READ,
    MIN_FIT,
    Read,
    closest,
    least_fit,
    read_nothing,
    reading_once,
    whole_points,
)
from matching.engine.rules import eligible, violations
from matching.engine.score import fit, weights_of
from matching.engine.table import MentorTable

SESSION, TEACH = "session", "teach"
OFFER_KINDS = (FORMAT, GOAL, SESSION, LANGUAGE, TIME, PRICE, TEACH)

# Topics are many. Those that most needs name are tried.
TOPICS_MAX = 5
# Needs that are judged before others may have the table.
AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class OfferChange:
    """One change of ``kind``, and the ``mentor`` after it.

    ``value``: a format, a kind of goal, a kind of session, a language, weekday and hour, None for no price, or a Term.
    """

    kind: str
    value: Any
    mentor: Mentor


@dataclass(frozen=True, slots=True)
class Opening:
    """``more`` counts the needs for which the mentor is worth proposing after the change, and not before."""

    change: OfferChange
    more: int


def openings(
    mentor: Mentor,
    needs: Sequence[Need],
    borrowed: Callable[[], AbstractContextManager[MentorTable]],
    hours: Mapping[Hour, int],
    *,
    read: Read = read_nothing,
) -> tuple[Opening, ...]:
    """Return each change of the mentor that opens one of ``needs``, of each kind the most wanted first.

    All others are as they are in the table that is ``borrowed`` for AT_ONCE needs at a time. It may have the mentor as
    well. The mentor's text and sentences stay as they are, and the change does not count in the population means.
    ``hours`` as in ``Options.hours``, by the mentor's clock. ``read`` as in ``rank``.

    Raises ValueError for a mentor who cannot be judged.
    """
    changes = list(_changes(mentor, needs, hours))
    variants = [mentor, *(change.mentor for change in changes)]
    # A table has each id once, and no need names a negative one.
    candidates = MentorTable(replace(one, id=-number) for number, one in enumerate(variants, start=1))
    read = reading_once(read)
    own = read([mentor.id]).get(mentor.id)
    sentences = {} if own is None else dict.fromkeys(candidates.ids[:].tolist(), own)
    more = np.zeros(len(variants), dtype=np.int64)
    possible = [
        need for need in needs if mentor.id != need.mentee_id and mentor.id not in need.apart_from | need.declined_by
    ]
    for first in range(0, len(possible), AT_ONCE):
        with borrowed() as table:
            for need in possible[first : first + AT_ONCE]:
                more += _opened(mentor.id, need, candidates, sentences, table, read)
    counts = more[1:].tolist()
    return tuple(Opening(change, count) for change, count in zip(changes, counts, strict=True) if count)


def _opened(
    mentor_id: int,
    need: Need,
    candidates: MentorTable,
    sentences: Mapping[int, Sentences],
    table: MentorTable,
    read: Read,
) -> Bools:
    """Return for each candidate whether they would be worth proposing and the first one is not, shape (n,)."""
    scores = hypothetical_scores(need, candidates, table, sentences)
    # A change that changes no score opens nothing. Sentences lower no score.
    news = (whole_points(scores) >= MIN_FIT) & (scores != scores[0])
    if not news.any():
        return np.zeros(len(candidates), dtype=np.bool_)
    unread = hypothetical_scores(need, candidates, table)
    worth = _worth(mentor_id, need, unread, scores, table, read)
    opened: Bools = worth & ~worth[0]
    return opened


def _worth(
    mentor_id: int,
    need: Need,
    unread: NDArray[np.float64],
    scores: NDArray[np.float64],
    table: MentorTable,
    read: Read,
) -> Bools:
    """Return for each candidate in place of ``mentor_id`` whether they would be worth proposing, shape (n,).

    ``unread`` and ``scores``, shape (n,): their fits without and with their sentences.
    """
    weights = weights_of(need)
    rows = eligible(violations(need, table))
    rows = rows[table.ids[rows] != mentor_id]
    others = fit(need, table, rows, weights).score
    if (whole_points(scores) < least_fit(float(whole_points(others).max(initial=0.0)))).all():
        # Read sentences raise the best of the others at most, so nobody needs to be read.
        return np.zeros(scores.size, dtype=np.bool_)
    near = closest(table.ids[rows], others)
    judged = fit(need, table, rows[near], weights, read(table.ids[rows[near]].tolist())).score
    beyond = np.delete(others, near).max(initial=0.0)
    is_read = np.ones(unread.size, dtype=np.bool_)
    if near.size == CLOSELY_READ:
        # A candidate who is read takes the place of the last one.
        last, last_id = others[near[-1]], table.ids[rows[near[-1]]]
        is_read = (unread > last) | ((unread == last) & (mentor_id < last_id))
    displaced = max(judged[: CLOSELY_READ - 1].max(initial=0.0), others[near[CLOSELY_READ - 1 :]].max(initial=0.0))
    best = np.maximum(beyond, np.where(is_read, displaced, judged.max(initial=0.0)))
    final = np.where(is_read, scores, unread)
    least = [least_fit(float(most)) for most in np.fmax(whole_points(final), whole_points(best))]
    worth: Bools = whole_points(final) >= np.array(least)
    return worth


def _changes(mentor: Mentor, needs: Sequence[Need], hours: Mapping[Hour, int]) -> Iterator[OfferChange]:
    """Yield the changes that some of ``needs`` ask for."""
    for format in _most_wanted(need.format for need in needs):
        if format not in mentor.formats:
            yield OfferChange(FORMAT, format, replace(mentor, formats=mentor.formats | {format}))
    for kind in _most_wanted(need.goal.kind for need in needs):
        if kind not in mentor.goals:
            yield OfferChange(GOAL, kind, replace(mentor, goals=mentor.goals | {kind}))
    for session in _most_wanted(need.session_kind for need in needs if need.session_kind):
        if session not in mentor.session_kinds:
            yield OfferChange(SESSION, session, replace(mentor, session_kinds=mentor.session_kinds | {session}))
    for code in _most_wanted(code for need in needs for code in usable_languages(need)):
        if mentor.languages.get(code, Speaks.BASIC) < Speaks.WORKING:
            spoken = {**mentor.languages, code: Speaks.WORKING}
            yield OfferChange(LANGUAGE, code, replace(mentor, languages=spoken))
    for hour, quarters in hours.items():
        if mentor.hours is not None and quarters & ~mentor.hours:
            yield OfferChange(TIME, hour, replace(mentor, hours=mentor.hours | quarters))
    if mentor.price is not None:
        yield OfferChange(PRICE, None, replace(mentor, price=None))
    taught = {term.key for term in mentor.teaches}
    wanted = [term for need in needs for term in need.needs if term.key not in taught]
    terms = {term.key: term for term in wanted}
    for key in _most_wanted(term.key for term in wanted)[:TOPICS_MAX]:
        yield OfferChange(TEACH, terms[key], replace(mentor, teaches=(*mentor.teaches, terms[key])))


def _most_wanted(values: Iterable[str]) -> list[str]:
    """Return each value once, the most frequent first, then by name."""
    counts = Counter(values)
    return sorted(counts, key=lambda value: (-counts[value], value))
