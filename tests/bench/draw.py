"""A synthetic community, drawn at random: people, careers, offers of mentors, requests of mentees. No database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from accounts.week import PlainWindow
from matching.engine import Level, Speaks, Step, transitions
from matching.text.encoder import SentenceEncoder

Thing = TypeVar("Thing")
Price = tuple[int, str, str]

# The present of the community. With a fixed date, a seed gives the same rows on any day.
AS_OF = datetime(2026, 1, 12, 9, tzinfo=UTC)

COUNTRIES = "DE US GB IN FR ES IT NL BR CH PL CA SE AT AU JP PT IE SG DK NG NP".split()
LANGUAGES = "de es fr hi pt it nl pl sv ja".split()
ZONES = (
    "Europe/Berlin Europe/London America/New_York Asia/Kolkata Europe/Madrid Europe/Paris America/Los_Angeles "
    "America/Sao_Paulo Europe/Zurich Europe/Warsaw Asia/Tokyo Africa/Lagos Australia/Adelaide Asia/Kathmandu "
    "America/St_Johns"
).split()
ROLES = "analyst engineer researcher manager consultant specialist adviser coordinator".split()
KINDS = ("job_search", "promotion", "academia_to_industry", "job_abroad", "first_leadership_role", "role_change")
FREE_WORDS = [f"{how} {what}" for how in ("quiet", "late", "honest", "odd") for what in ("maths", "writing", "talks")]

TOPICS, DIMENSIONS = 40, SentenceEncoder.dimensions
# Centroids share a direction, as texts of one language do. Unrelated texts then have a cosine of about 0.1.
COMMON = 0.4
# The share of the topic in a text. Two texts on one topic then have a cosine of 0.4 to 0.8.
ON_TOPIC = (0.65, 0.90)


class Zipf(Generic[Thing]):
    """Draws from things by Zipf's law: the n-th, counted from 0, has a weight of 1 / (n + flat)."""

    def __init__(self, things: Sequence[Thing], flat: float) -> None:
        self.things = things
        self._weights = list(accumulate(1 / (rank + flat) for rank in range(len(things))))

    def draw(self, chance: Random) -> Thing:
        return chance.choices(self.things, cum_weights=self._weights)[0]


@dataclass(slots=True)
class Person:
    """A profile. ``field`` is the field of the last career step. Windows are local times of ``zone``."""

    field: str
    headline: str
    zone: str
    languages: dict[str, Speaks]
    career: list[Step]
    windows: list[PlainWindow]
    skills: list[str]


@dataclass(slots=True)
class Offer:
    """The mentor part of a profile. ``here`` mentorships run in this system, ``done`` are completed.

    ``sessions`` are indexes of session kinds, from 0. ``items`` are the sentences to compare by meaning.
    """

    status: str
    teaches: list[str]
    explores: list[str]
    formats: list[str]
    kinds: list[str]
    sessions: list[int]
    capacity: int
    here: int
    elsewhere: int
    done: int
    price: Price | None
    items: list[str]


@dataclass(slots=True)
class Ask:
    """A help request and its goal. ``session`` is an index as in ``Offer``."""

    kind: str
    role: str
    field: str
    sector: str
    level: str
    country: str
    needs: list[str]
    format: str
    session: int
    minutes: int
    languages: list[str]
    accepts_paid: bool
    max_price: Price | None


class Community:
    """Draws people, offers and requests. The same seed and taxonomy give the same ones.

    ``skills`` has, by field, the names of each skill: its own and its aliases. ``sessions`` is the number of session
    kinds. ``as_of`` is the present of the community.
    """

    def __init__(
        self, seed: int, *, skills: Mapping[str, Sequence[Sequence[str]]], sessions: int, as_of: datetime = AS_OF
    ) -> None:
        self.as_of = as_of
        self.chance = Random(seed)
        self._noise = np.random.default_rng(seed)
        self._sessions = sessions
        fields = sorted(skills)
        self.chance.shuffle(fields)
        self._fields = Zipf(fields, 4)
        self._skills_of = {field: Zipf(self._shuffled(skills[field]), 1) for field in fields}
        self._skills = Zipf(self._shuffled([names for field in sorted(skills) for names in skills[field]]), 5)
        # The first fields have two topics, so their people are not all alike.
        self._topics_of = {field: [n for n in (i, i + len(fields)) if n < TOPICS] for i, field in enumerate(fields)}
        self._countries, self._zones, self._languages = Zipf(COUNTRIES, 2), Zipf(ZONES, 1), Zipf(LANGUAGES, 1)
        shared = _units(self._noise.standard_normal((1, DIMENSIONS), dtype=np.float32))
        own = _units(self._noise.standard_normal((TOPICS, DIMENSIONS), dtype=np.float32))
        self._centroids = _units(np.float32(COMMON) * shared + np.float32((1 - COMMON**2) ** 0.5) * own)

    def uuid(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)

    def person(self, *, steps: int, windows: tuple[int, int], thin: bool = False) -> Person:
        """Draw a person with 1 to ``steps`` career steps and a number of ``windows``. A ``thin`` one has neither."""
        field = self._fields.draw(self.chance)
        career = [] if thin else self._career(field, self.chance.randint(1, steps))
        return Person(
            field=career[-1].field if career else field,
            headline=f"{self.chance.choice(ROLES).capitalize()} who has worked in {field}",
            zone=self._zones.draw(self.chance),
            languages=self._spoken(),
            career=career,
            windows=[] if thin else self._windows(self.chance.randint(*windows)),
            skills=[] if thin and self.chance.random() < 0.5 else self._words(field, self.chance.randint(3, 8)),
        )

    def offer(self, person: Person) -> Offer:
        chance = self.chance
        status = chance.choices(
            ("approved", "paused", "applied", "suspended", "rejected"), (0.85, 0.06, 0.05, 0.03, 0.01)
        )[0]
        teaches = self._words(person.field, chance.randint(3, 8)) if person.career or chance.random() < 0.5 else []
        lived = sorted({step.kind for step in transitions(person.career)} - {"job_search"})
        kinds = {kind for kind in lived if chance.random() < 0.7} | {kind for kind in KINDS if chance.random() < 0.45}
        capacity = chance.choices((1, 2, 3, 4, 5), (0.3, 0.3, 0.2, 0.1, 0.1))[0]
        taken = capacity if chance.random() < 1 / 3 else chance.randrange(capacity)
        here = 1 if taken and status in ("approved", "paused") and chance.random() < 0.2 else 0
        items = [person.headline, *(f"{step.role}, {step.field}" for step in person.career), *teaches]
        return Offer(
            status=status,
            teaches=teaches,
            explores=self._words(person.field, 2) if chance.random() < 0.2 else [],
            formats=chance.choices((["one_off", "ongoing"], ["ongoing"], ["one_off"]), (0.7, 0.2, 0.1))[0],
            kinds=sorted(kinds or {"job_search"}),
            sessions=chance.sample(range(self._sessions), chance.randint(2, min(self._sessions, 6))),
            capacity=capacity,
            here=here,
            elsewhere=taken - here,
            done=chance.randint(1, 3) if status == "approved" and chance.random() < 0.06 else 0,
            price=self._price() if chance.random() < 0.15 else None,
            items=list(dict.fromkeys(items))[: chance.randint(3, 5)] if teaches else [],
        )

    def ask(self, mentee: Person) -> Ask:
        chance = self.chance
        kind = chance.choices(KINDS, (0.25, 0.2, 0.2, 0.1, 0.12, 0.13))[0]
        field = self._fields.draw(chance) if kind == "role_change" or chance.random() < 0.25 else mentee.field
        abroad = kind == "job_abroad"  # this kind of goal must have a country
        paid = chance.random() < 0.3
        return Ask(
            kind=kind,
            role=f"{field} {chance.choice(ROLES)}",
            field=field,
            sector=chance.choice(("", "industry", "public", "academia")) if chance.random() < 0.5 else "",
            level=chance.choice(("mid", "senior", "lead", "manager")) if chance.random() < 0.6 else "",
            country=self._countries.draw(chance) if abroad or chance.random() < 0.2 else "",
            needs=self._words(field, chance.randint(1, 5)),
            format=chance.choice(("one_off", "ongoing")),
            session=chance.randrange(self._sessions),
            minutes=chance.choice((15, 30, 30, 45, 45, 60)),
            languages=["en"] if chance.random() < 0.2 else [],
            accepts_paid=paid,
            max_price=self._price() if paid and chance.random() < 0.6 else None,
        )

    def topic(self, field: str) -> int:
        """Draw the topic of a text by a person of ``field``: mostly one of the field, else any."""
        known = self._topics_of[field]
        return self.chance.choice(known) if self.chance.random() < 0.8 else self.chance.randrange(TOPICS)

    def vectors(self, topics: Sequence[int]) -> NDArray[np.float32]:
        """Draw a unit vector for a text on each of ``topics``, shape (len(topics), DIMENSIONS)."""
        noise = _units(self._noise.standard_normal((len(topics), DIMENSIONS), dtype=np.float32))
        share = self._noise.uniform(*ON_TOPIC, size=(len(topics), 1)).astype(np.float32)
        mixed = share * self._centroids[np.array(topics, dtype=np.intp)] + np.sqrt(1 - share**2) * noise
        return _units(mixed.astype(np.float32, copy=False))

    def _shuffled(self, things: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
        return self.chance.sample(things, len(things))

    def _words(self, field: str, count: int) -> list[str]:
        """Draw skills as people write them: mostly of their field, some as an alias, a few unknown ones."""
        words: dict[str, str] = {}
        for _ in range(count):
            names = (self._skills_of[field] if self.chance.random() < 0.8 else self._skills).draw(self.chance)
            words[names[0]] = self.chance.choice(names) if self.chance.random() < 0.2 else names[0]
        if self.chance.random() < 0.1:
            words["free"] = self.chance.choice(FREE_WORDS)
        return list(words.values())

    def _spoken(self) -> dict[str, Speaks]:
        levels = tuple(Speaks)
        spoken = {self._languages.draw(self.chance): self.chance.choices(levels, (0.03, 0.07, 0.2, 0.7))[0]}
        if self.chance.random() < 0.93:
            spoken["en"] = self.chance.choices(levels, (0.08, 0.27, 0.45, 0.2))[0]
        return spoken

    def _career(self, field: str, count: int) -> list[Step]:
        chance = self.chance
        sector = chance.choices(("academia", "industry", "public", "nonprofit", "self_employed"), (4, 4, 1, 0.5, 0.5))[
            0
        ]
        country, level = self._countries.draw(chance), chance.choice((Level.STUDENT, Level.JUNIOR, Level.JUNIOR))
        starts = sorted(chance.sample(range(AS_OF.year - 5 * count, AS_OF.year), count))
        steps = []
        for start, following in zip(starts, [*starts[1:], None], strict=True):
            over = following is None and chance.random() < 0.1
            end = min(start + 2, AS_OF.year - 1) if over else following
            role = f"{field} {chance.choice(ROLES)}"
            steps.append(Step(role, field, sector, country, level, start, end))
            if chance.random() < 0.3:
                country = self._countries.draw(chance)
            if chance.random() < 0.3:
                field = self._fields.draw(chance)
            if chance.random() < (0.4 if sector == "academia" else 0.1):
                sector = chance.choice(("industry", "industry", "public", "academia"))
            level = Level(min(level + chance.choice((0, 1, 1, 2)), Level.EXECUTIVE))
        return steps

    def _windows(self, count: int) -> list[PlainWindow]:
        windows = []
        for weekday in sorted(self.chance.sample(range(1, 8), count)):
            # People have time early, at noon or after work.
            start = self.chance.choice((7, 12, 17, 17, 18)) * 60 + self.chance.choice((0, 0, 30, 45))
            windows.append((weekday, start, start + self.chance.choice((120, 120, 180, 240, 300))))
        return windows

    def _price(self) -> Price:
        return (
            5 * self.chance.randint(4, 24),
            self.chance.choice(("EUR", "EUR", "USD", "GBP")),
            self.chance.choice(("session", "session", "month")),
        )


def _units(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: NDArray[np.float32] = (vectors / lengths).astype(np.float32, copy=False)
    return units
