"""The values that the engine judges: plain data, without database or clock.

A *term* is a skill after the taxonomy was applied. Its key is the canonical name in lower case, or the written words in
lower case if the taxonomy does not know them. Two terms with equal keys are the same skill.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Level(IntEnum):
    """Career level, ascending. Differences count as steps."""

    STUDENT = 0
    JUNIOR = 1
    MID = 2
    SENIOR = 3
    LEAD = 4
    MANAGER = 5
    DIRECTOR = 6
    EXECUTIVE = 7


class Speaks(IntEnum):
    """Level at which a person speaks a language, ascending. Mentoring needs WORKING on both sides."""

    BASIC = 1
    WORKING = 2
    FLUENT = 3
    NATIVE = 4


@dataclass(frozen=True, slots=True)
class Term:
    """One skill. ``key`` decides equality, ``written`` is the text by the person.

    ``near``: keys of the skills that it is part of, and of those that are part of it. It is read in a need only.
    """

    key: str
    written: str
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One position of a career. ``country``: ISO 3166 alpha-2 or "". Years are whole. ``end`` None: it continues.

    ``hires``: takes part in hiring. ``employer_size``: a code for a range of people, "" if not stated.
    """

    role: str
    field: str
    sector: str
    country: str
    level: Level
    start: int
    end: int | None
    hires: bool = False
    employer_size: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """``amount`` in whole units of ``currency`` (ISO 4217) for each ``per``: "session" or "month"."""

    amount: float
    currency: str
    per: str


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The mentees of a mentor who were asked about the outcome of one kind of goal, and had time to answer.

    ``answered`` of the ``asked`` gave a rating, and ``reached`` of these what they hoped for, or more. ``content`` of
    those without a rating said at last, while the mentorship ran, that it goes well. All four count people.
    """

    asked: int
    answered: int = 0
    reached: int = 0
    content: int = 0


@dataclass(frozen=True, slots=True)
class Mentor:
    """The facts about one mentor at one moment.

    ``hours``: the free quarter-hours of a week in UTC, Monday 00:00 first, as bits 0 to 671. None: not stated.
    ``text``: the unit vector of the whole profile, shape (dimensions,). None: there is no text, or it is not computed.
    ``is_away``: has an absence that does not let them answer in time. ``hours`` leave absences out.
    ``running`` mentorships are limited by ``capacity``, ``waiting`` (unanswered) requests by ``inbox_room``, and lists
    of mentees on which the mentor is ``shown`` by ``shows_room``. All six count people.
    ``booked_minutes`` are the minutes of this month's sessions, held or to come. They are limited by
    ``monthly_minutes``; 0 stands for no limit.
    ``outcomes`` are those of past mentorships, by kind of goal.
    ``answered`` and ``silent`` count requests that had an answer, and requests that had none in time.
    ``reachable``: a question would reach the mentor, by mail or in the app. ``reads_in``: the language of the sentences
    for the mentor.
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
    is_away: bool = False
    price: Price | None = None
    capacity: int = 1
    running: int = 0
    monthly_minutes: int = 0
    booked_minutes: int = 0
    inbox_room: int = 1
    waiting: int = 0
    shows_room: int = 1
    shown: int = 0
    answered: int = 0
    silent: int = 0
    reachable: bool = True
    reads_in: str = "en"
    helped_with: Mapping[str, int] = field(default_factory=dict)
    outcomes: Mapping[str, Outcomes] = field(default_factory=dict)
    text: NDArray[np.float32] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentences of a mentor's profile, and their unit vectors, shape (len(texts), dimensions).

    The first ``quotable`` may be quoted. ``languages``: the code of each sentence's language, "" if it does not tell.
    Empty: none is known.
    """

    texts: tuple[str, ...]
    vectors: NDArray[np.float32]
    quotable: int
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Goal:
    """The goal of a mentee. Empty strings and None: not stated.

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
    """One help request, and the facts about its mentee.

    ``mentee_id`` and ``Mentor.id`` both identify a person. ``wanted_languages`` empty: any shared language.
    ``apart_from``: people excluded or blocked, in either direction. ``declined_by``: mentors tried for this goal.
    ``helped_by``: mentors of completed mentorships with the mentee, with the day on which the last one ended.
    ``hours`` and ``reads_in`` as in ``Mentor``. ``text``, ``question``: unit vectors of the whole request, and of what
    is missing and asked for, shape (dimensions,). None: there is no such text. ``written_in``: the code of the language
    of the request's texts, "" if they do not tell.
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
    helped_by: Mapping[int, date] = field(default_factory=dict)
    reads_in: str = "en"
    text: NDArray[np.float32] | None = field(default=None, compare=False)
    question: NDArray[np.float32] | None = field(default=None, compare=False)
    written_in: str = ""
