"""Find the mentors to recruit: the profiles that would free most of the needs that wait.

One profile is chosen exactly, as the best of all that the needs themselves suggest. Each further one frees most of what
is left (greedy maximum coverage: at least 1 - 1/e of the optimum, Nemhauser, Wolsey and Fisher, 1978).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from matching.engine.columns import Bools
from matching.engine.common_ground import usable_languages
from matching.engine.facts import Level, Mentor, Need, Speaks, Step
from matching.engine.hypothetical import hypothetical_scores
from matching.engine.rank import MIN_FIT, whole_points
from matching.engine.table import MentorTable
from matching.engine.words import plain


@dataclass(frozen=True, slots=True)
class Wanted:
    """A mentor to look for: works as ``role`` in ``field``, speaks ``language``, helps with ``kind`` in ``format``.

    ``sector`` and ``country`` are those of the work. ``country`` is empty unless the kind of goal needs a market.
    """

    kind: str
    role: str
    field: str
    sector: str
    country: str
    language: str
    format: str


@dataclass(frozen=True, slots=True)
class Recruit:
    """``frees``: indexes of the needs that the mentor would be good enough for, and that no earlier recruit frees."""

    wanted: Wanted
    frees: tuple[int, ...]


def recruits(needs: Sequence[Need], table: MentorTable, *, count: int) -> list[Recruit]:
    """Return up to ``count`` profiles that free most of ``needs``, the best first. Of equals the earlier need's.

    Only profiles that free a need are returned. Raises ValueError for a count below 1.
    """
    if count < 1:
        raise ValueError(f"{count} profiles are wanted; ask for one at least.")
    profiles = list(wanted_by(needs))
    freed = frees(profiles, needs, table)
    found: list[Recruit] = []
    while profiles and len(found) < count:
        best = int(np.argmax(np.count_nonzero(freed, axis=1)))
        if not freed[best].any():
            break
        found.append(Recruit(profiles[best], tuple(np.flatnonzero(freed[best]).tolist())))
        freed = freed & ~freed[best]
    return found


def wanted_by(needs: Sequence[Need]) -> Iterator[Wanted]:
    """Yield each profile that one of ``needs`` asks for, once for each language of its mentee."""
    seen = set()
    for need in needs:
        goal = need.goal
        country = goal.country if goal.needs_market else ""
        for language in usable_languages(need):
            # Roles that differ in case alone are one.
            key = (goal.kind, plain(goal.role), goal.field, goal.sector, country, language, need.format)
            if key not in seen:
                seen.add(key)
                yield Wanted(goal.kind, goal.role, goal.field, goal.sector, country, language, need.format)


def frees(profiles: Sequence[Wanted], needs: Sequence[Need], table: MentorTable) -> Bools:
    """Return whether a mentor of each profile would fit each need with MIN_FIT or more, shape (profiles, needs).

    All hard rules are judged. Others in ``table`` are not compared with: the needs wait because nobody there fits.
    """
    sessions = frozenset(need.session_kind for need in needs if need.session_kind)
    candidates = MentorTable(
        example_of(wanted, id=-number, sessions=sessions, year=max(need.year for need in needs))
        for number, wanted in enumerate(profiles, start=1)
    )
    freed = np.zeros((len(profiles), len(needs)), dtype=np.bool_)
    for number, need in enumerate(needs):
        freed[:, number] = whole_points(hypothetical_scores(need, candidates, table)) >= MIN_FIT
    return freed


def example_of(wanted: Wanted, *, id: int, sessions: frozenset[str], year: int) -> Mentor:
    """Return a mentor of this profile who has nothing more.

    The mentor helps for free, at any hour, with every kind of session in ``sessions``, and has had one position since
    ``year``. It is not known yet what the mentor will write. So text and sentences count as missing data, with the
    floors of the community, and nothing is taught. A mentor of this profile who says more fits as well or better.
    """
    return Mentor(
        id=id,
        status="approved",
        languages={wanted.language: Speaks.FLUENT},
        career=(Step(wanted.role, wanted.field, wanted.sector, wanted.country, Level.SENIOR, year, None),),
        goals=frozenset({wanted.kind}),
        formats=frozenset({wanted.format}),
        session_kinds=sessions,
    )
