"""Input checks for mentors and needs. An error names the first fault and its remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from matching.engine.facts import Level, Mentor, Need, Outcomes, Price, Speaks, Step, Term

STATUSES = ("applied", "approved", "paused", "suspended", "rejected")
FORMATS = ("one_off", "ongoing")
SECTORS = ("academia", "industry", "public", "nonprofit", "self_employed")
PRICED_PER = ("session", "month")
QUARTER_HOURS = 672
FIRST_YEAR, LAST_YEAR = 1900, 2200
# The largest value of an int32 column.
MAX_COUNT = 2**31 - 1
# The facts about a mentor that are counts.
COUNTS = (
    *("capacity", "running", "inbox_room", "waiting", "shows_room", "shown", "answered", "silent"),
    *("monthly_minutes", "booked_minutes"),
)
# A component of a unit vector is at most 1, and may be rounded up.
MAX_COMPONENT = 1.001


def check_mentor(mentor: Mentor) -> None:
    """Raise ValueError, with the mentor's id, the fault and the remedy, if the mentor cannot be judged."""
    who = f"Mentor {mentor.id}"
    _check_one_of(who, "status", mentor.status, STATUSES)
    for name in COUNTS:
        _check_count(who, name, getattr(mentor, name))
    for kind, count in mentor.helped_with.items():
        _check_count(who, f"helped_with {kind!r}", count)
    for kind, outcomes in mentor.outcomes.items():
        _check_outcomes(who, kind, outcomes)
    for offered in sorted(mentor.formats):
        _check_one_of(who, "format", offered, FORMATS)
    _check_terms(who, (*mentor.skills, *mentor.teaches, *mentor.explores))
    _check_person(who, mentor.languages, mentor.career, mentor.hours)
    if mentor.price is not None:
        _check_price(who, "price", mentor.price)
    if mentor.text is not None:
        _check_vector(who, "text", mentor.text)


def check_need(need: Need) -> None:
    """Raise ValueError, with the mentee's id, the fault and the remedy, if the need cannot be judged."""
    who = f"Mentee {need.mentee_id}"
    _check_one_of(who, "format", need.format, FORMATS)
    _check_count(who, "minutes", need.minutes)
    _check_year(who, "year", need.year)
    _check_terms(who, need.needs)
    _check_person(who, need.languages, need.career, need.hours)
    if need.goal.sector:
        _check_one_of(who, "goal's sector", need.goal.sector, SECTORS)
    if need.goal.level is not None:
        _check_level(who, need.goal.level)
    _check_country(who, need.goal.country)
    if need.max_price is not None:
        _check_price(who, "max_price", need.max_price)
    for name in ("text", "question"):
        if (vector := getattr(need, name)) is not None:
            _check_vector(who, name, vector)


def _check_person(who: str, languages: Mapping[str, Speaks], career: Iterable[Step], hours: int | None) -> None:
    for code, level in languages.items():
        if level not in set(Speaks):
            raise ValueError(f"{who}: speaks {code!r} at level {level!r}; give a level of Speaks.")
    for step in career:
        _check_step(who, step)
    if hours is not None and not (isinstance(hours, int) and 0 <= hours < 1 << QUARTER_HOURS):
        raise ValueError(f"{who}: hours are not bits 0 to {QUARTER_HOURS - 1}; give the quarter-hours of one week.")


def _check_step(who: str, step: Step) -> None:
    if step.sector:
        _check_one_of(who, "sector", step.sector, SECTORS)
    _check_level(who, step.level)
    _check_country(who, step.country)
    _check_year(who, "start", step.start)
    if step.end is not None:
        _check_year(who, "end", step.end)
        if step.end < step.start:
            raise ValueError(f"{who}: a step ends in {step.end}, before it starts in {step.start}; swap the years.")


def _check_level(who: str, level: Level) -> None:
    if level not in set(Level):
        raise ValueError(f"{who}: level is {level!r}; give a member of Level.")


def _check_country(who: str, country: str) -> None:
    if country and not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()):
        raise ValueError(f"{who}: country is {country!r}; give an ISO 3166 alpha-2 code in capitals, or nothing.")


def _check_year(who: str, name: str, year: int) -> None:
    if not (isinstance(year, int) and FIRST_YEAR <= year <= LAST_YEAR):
        raise ValueError(f"{who}: {name} is {year!r}; give a whole year from {FIRST_YEAR} to {LAST_YEAR}.")


def _check_terms(who: str, terms: Iterable[Term]) -> None:
    for term in terms:
        if not term.key.strip():
            raise ValueError(f"{who}: the skill written {term.written!r} has no key; resolve it or leave it out.")


def _check_price(who: str, name: str, price: Price) -> None:
    if not isfinite(price.amount) or price.amount < 0:
        raise ValueError(f"{who}: {name} is {price.amount!r}; give a number of 0 or more.")
    if not price.currency:
        raise ValueError(f"{who}: {name} has no currency; give an ISO 4217 code.")
    _check_one_of(who, f"{name} per", price.per, PRICED_PER)


def _check_vector(who: str, name: str, values: NDArray[np.float32]) -> None:
    if values.ndim != 1 or not values.size:
        raise ValueError(f"{who}: {name} has shape {values.shape}; give one vector.")
    if not (np.abs(values) <= MAX_COMPONENT).all():
        raise ValueError(f"{who}: {name} has values that are no numbers or outside of -1 to 1; compute it anew.")


def _check_outcomes(who: str, kind: str, outcomes: Outcomes) -> None:
    for name in ("asked", "answered", "reached", "content"):
        _check_count(who, f"outcomes of {kind!r}, {name},", getattr(outcomes, name))
    if outcomes.reached > outcomes.answered or outcomes.answered + outcomes.content > outcomes.asked:
        raise ValueError(f"{who}: outcomes of {kind!r} have more people than were asked; count each of them once.")


def _check_count(who: str, name: str, count: int) -> None:
    if not isinstance(count, int) or not 0 <= count <= MAX_COUNT:
        raise ValueError(f"{who}: {name} is {count!r}; give a whole number from 0 to {MAX_COUNT:,}.")


def _check_one_of(who: str, name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ValueError(f"{who}: {name} is {value!r}; give one of {', '.join(known)}.")
