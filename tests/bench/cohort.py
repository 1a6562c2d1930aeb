"""A cohort drawn at random, as the engine has it: requests and mentors. No database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from accounts.week import PlainWindow
from matching.engine import Goal, Mentor, Need, Price, Term
from matching.engine.assignment import Pairs
from matching.engine.assignment.scores import Ints
from tests.bench.draw import AS_OF, Ask, Community, Offer, Person
from tests.bench.draw import Price as PlainPrice

FIELDS, SKILLS, SESSIONS = 25, 30, 9
# Eligible mentors of a mentee in a cohort of pairs, and the part of the fit on which all mentees agree.
ELIGIBLE, AGREED = 40, 0.5
QUARTERS_OF_DAY, QUARTERS_OF_WEEK = 96, 672


def drawn_pairs(mentees: int, *, seed: int) -> tuple[Pairs, Ints]:
    """Return pairs of ``mentees`` with five mentors for eight of them, and the places of each mentor, 1 to 3."""
    chance = np.random.default_rng(seed)
    mentors = mentees * 5 // 8
    rows = np.repeat(np.arange(mentees), ELIGIBLE)
    keys = np.unique(rows * mentors + chance.integers(0, mentors, rows.size))
    rows, columns = keys // mentors, keys % mentors
    fits = AGREED * chance.random(mentors)[columns] + (1 - AGREED) * chance.random(rows.size)
    places: Ints = chance.integers(1, 4, mentors)
    return Pairs.of_fits(rows, columns, fits, mentees=mentees, mentors=mentors), places


def drawn_profiles(mentees: int, mentors: int, *, seed: int) -> tuple[list[Need], list[Mentor]]:
    """Return requests and approved mentors with careers, hours, languages, prices and vectors of texts."""
    skills = {f"field {field}": [(f"skill {field} {number}",) for number in range(SKILLS)] for field in range(FIELDS)}
    draw = Community(seed, skills=skills, sessions=SESSIONS)
    offers = []
    for _ in range(mentors):
        person = draw.person(steps=5, windows=(2, 6))
        offers.append((person, draw.offer(person)))
    asks = []
    for _ in range(mentees):
        person = draw.person(steps=3, windows=(3, 7))
        asks.append((person, draw.ask(person)))
    profiles = draw.vectors([draw.topic(person.field) for person, _ in offers])
    requests = draw.vectors([draw.topic(ask.field) for _, ask in asks])
    return (
        [_need(mentors + 1 + place, *one, requests[place]) for place, one in enumerate(asks)],
        [_mentor(1 + place, *one, profiles[place]) for place, one in enumerate(offers)],
    )


def _mentor(id: int, person: Person, offer: Offer, text: np.ndarray) -> Mentor:
    return Mentor(
        id=id,
        status="approved",
        languages=person.languages,
        career=tuple(person.career),
        skills=_terms(person.skills),
        teaches=_terms(offer.teaches),
        goals=frozenset(offer.kinds),
        formats=frozenset(offer.formats),
        session_kinds=frozenset(map(str, offer.sessions)),
        hours=_hours(person.windows),
        price=_price(offer.price),
        capacity=offer.capacity,
        text=text,
    )


def _need(mentee_id: int, person: Person, ask: Ask, text: np.ndarray) -> Need:
    return Need(
        mentee_id=mentee_id,
        goal=Goal(
            ask.kind, ask.role, ask.field, ask.sector, country=ask.country, needs_market=ask.kind == "job_abroad"
        ),
        needs=_terms(ask.needs),
        format=ask.format,
        session_kind=str(ask.session),
        minutes=ask.minutes,
        languages=person.languages,
        year=AS_OF.year,
        wanted_languages=frozenset(ask.languages),
        career=tuple(person.career),
        hours=_hours(person.windows),
        accepts_paid=ask.accepts_paid,
        max_price=_price(ask.max_price),
        text=text,
    )


def _terms(words: Iterable[str]) -> tuple[Term, ...]:
    return tuple(Term(word.lower(), word) for word in words)


def _price(price: PlainPrice | None) -> Price | None:
    return None if price is None else Price(*price)


def _hours(windows: Sequence[PlainWindow]) -> int | None:
    """Return the quarter-hours of local windows as if everybody lived in UTC. None without windows."""
    bits = 0
    for weekday, start, end in windows:
        for quarter in range(start // 15, end // 15):
            bits |= 1 << (((weekday - 1) * QUARTERS_OF_DAY + quarter) % QUARTERS_OF_WEEK)
    return bits or None
