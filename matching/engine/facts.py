"""The values the engine judges: plain data, read elsewhere, never touched by a database or a clock.

A *term* is a skill after the taxonomy has been applied: its canonical name in lower case where the taxonomy
knows it, else the words as written in lower case. Two terms are the same skill if their ``key`` is equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Level(IntEnum):
    """Career level, in the order people climb it. Differences count as steps."""

    STUDENT = 0
    JUNIOR = 1
    MID = 2
    SENIOR = 3
    LEAD = 4
    MANAGER = 5
    DIRECTOR = 6
    EXECUTIVE = 7


class Speaks(IntEnum):
    """How well a person speaks a language. Mentoring needs WORKING on both sides."""

    BASIC = 1
    WORKING = 2
    FLUENT = 3
    NATIVE = 4


@dataclass(frozen=True, slots=True)
class Term:
    """One skill: ``key`` decides equality, ``written`` is what the person wrote.

    ``near`` are the keys of what it is part of and of what is part of it, ``known`` is False for words that the
    taxonomy does not have; both are looked at in a need only.
    """

    key: str
    written: str
    near: tuple[str, ...] = ()
    known: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One position. ``country``: ISO 3166 alpha-2 or ""; years are whole; ``end`` None: still there."""

    role: str
    field: str
    sector: str
    country: str
    level: Level
    start: int
    end: int | None


@dataclass(frozen=True, slots=True)
class Price:
    """``amount`` in whole units of ``currency`` (ISO 4217) for each ``per``: "session" or "month"."""

    amount: float
    currency: str
    per: str


@dataclass(frozen=True, slots=True)
class Mentor:
    """What is known of one mentor at one moment.

    ``hours`` are the quarter-hours of a week in UTC, Monday 00:00 first, in which the mentor has time:
    bit q of the integer, 0 <= q < 672. None: not stated.
    ``vectors`` are the unit vectors of ``texts``, shape (len(texts), dimensions). None: not computed yet.
    ``running`` counts mentorships that take up capacity, ``waiting`` the unanswered requests in the inbox;
    ``shown`` the mentees' lists on which the mentor stands; ``capacity``, ``inbox_room`` and ``shows_room`` are the
    caps on them, all people counts. ``answered`` and ``silent`` count questions that had an answer, or none in time.
    """

    id: int
    status: str
    languages: Mapping[str, Speaks]
    career: tuple[Step, ...] = ()
    skills: tuple[Term, ...] = ()
    teaches: tuple[Term, ...] = ()
    explores: tuple[Term, ...] = ()
    goals: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()
    session_kinds: frozenset[str] = frozenset()
    hours: int | None = None
    price: Price | None = None
    capacity: int = 1
    running: int = 0
    inbox_room: int = 1
    waiting: int = 0
    shows_room: int = 1
    shown: int = 0
    answered: int = 0
    silent: int = 0
    helped_with: Mapping[str, int] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    vectors: NDArray[np.float32] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Goal:
    """What a mentee wants to reach. Empty strings and None: not stated.

    ``needs_market`` is a property of the goal's kind: only mentors who worked in ``country`` are eligible.
    """

    kind: str
    role: str = ""
    field: str = ""
    sector: str = ""
    level: Level | None = None
    country: str = ""
    needs_market: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """One help request together with what is known of the mentee.

    ``mentee_id`` and ``Mentor.id`` are of the same kind (a person's). ``wanted_languages`` empty: any the two
    share. ``apart_from`` are people the mentee must not be matched with (exclusions and blocks, either way),
    ``declined_by`` mentors who were tried for this goal. ``hours`` as in ``Mentor``. ``text`` is the
    unit vector of the request's text, shape (dimensions,); None: none.
    """

    mentee_id: int
    goal: Goal
    needs: tuple[Term, ...]
    format: str
    session_kind: str
    minutes: int
    languages: Mapping[str, Speaks]
    year: int
    wanted_languages: frozenset[str] = frozenset()
    career: tuple[Step, ...] = ()
    hours: int | None = None
    accepts_paid: bool = False
    max_price: Price | None = None
    apart_from: frozenset[int] = frozenset()
    declined_by: frozenset[int] = frozenset()
    text: NDArray[np.float32] | None = field(default=None, compare=False)
