"""Hypothesis strategies for mentors and needs. They use few words, so that facts of both often match."""

from random import Random

import numpy as np
from hypothesis import strategies as st

from matching.engine import Goal, Level, Mentor, Need, Outcomes, Price, Sentences, Speaks, Step, Term

KINDS = (
    "job_search",
    "promotion",
    "academia_to_industry",
    "job_abroad",
    "first_leadership_role",
    "role_change",
)
FIELDS = ("", "physics", "data science", "sales")
COUNTRIES = ("", "DE", "FR", "IN")
SECTORS = ("academia", "industry", "public", "self_employed")
FORMATS = ("one_off", "ongoing")
SESSIONS = ("cv_review", "mock_interview")
WHOLE_WEEK = (1 << 672) - 1

levels = st.sampled_from(Level)
years = st.integers(1990, 2025)
terms = st.builds(Term, st.sampled_from(("sql", "java", "writing")), st.sampled_from(("SQL", "a query language")))
topics = st.lists(terms, max_size=3).map(tuple)
languages = st.dictionaries(st.sampled_from(("en", "fr")), st.sampled_from(Speaks), min_size=1)
hours = st.none() | st.sampled_from((0, 0b1111, 0xFFF, 0xFFF << 300, WHOLE_WEEK))
prices = st.builds(
    Price,
    st.sampled_from((0.0, 50.0)),
    st.sampled_from(("EUR", "USD")),
    st.sampled_from(("session", "month")),
)


DIMENSIONS = 8


def units(matrix):
    """Return ``matrix`` with rows of length 1."""
    rows = np.asarray(matrix, dtype=np.float32).reshape(-1, DIMENSIONS)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-6))


numbers = st.lists(st.integers(-5, 5), min_size=DIMENSIONS, max_size=DIMENSIONS).filter(any)
vectors = numbers.map(lambda drawn: units([drawn])[0])
texts = st.none() | vectors


@st.composite
def said(draw):
    """Return some sentences."""
    rows = draw(st.lists(numbers, max_size=5))
    written_in = draw(st.sampled_from(((), ("",) * len(rows), ("fr",) * len(rows))))
    texts = tuple(f"Sentence {row}" for row in range(len(rows)))
    return Sentences(texts, units(rows), draw(st.integers(0, len(rows))), written_in)


approved = st.just("approved")
statuses = st.sampled_from(("approved", "approved", "approved", "paused", "applied", "suspended", "rejected"))


@st.composite
def steps(draw, start=years, level=levels):
    first = draw(start)
    last = draw(st.none() | st.integers(0, 12))
    return Step(
        role=draw(st.sampled_from(("", "Engineer", "Analyst"))),
        field=draw(st.sampled_from(FIELDS)),
        sector=draw(st.sampled_from(SECTORS)),
        country=draw(st.sampled_from(COUNTRIES)),
        level=draw(level),
        start=first,
        end=None if last is None else first + last,
    )


careers = st.lists(steps(), max_size=4).map(tuple)


# People who reached their goal, who answered otherwise, who are content without an answer, and who are silent.
outcomes = st.builds(
    lambda reached, other, content, silent: Outcomes(
        reached + other + content + silent, reached + other, reached, content
    ),
    *[st.integers(0, 4)] * 4,
)


def mentors(id, status=approved):
    return st.builds(
        Mentor,
        id=st.just(id),
        status=status,
        languages=languages,
        career=careers,
        skills=topics,
        teaches=topics,
        goals=st.frozensets(st.sampled_from(KINDS)),
        formats=st.frozensets(st.sampled_from(FORMATS)),
        session_kinds=st.frozensets(st.sampled_from(SESSIONS)),
        hours=hours,
        price=st.none() | prices,
        capacity=st.integers(0, 3),
        running=st.integers(0, 3),
        inbox_room=st.integers(0, 3),
        waiting=st.integers(0, 3),
        shows_room=st.integers(0, 6),
        shown=st.integers(0, 3),
        answered=st.integers(0, 3),
        silent=st.integers(0, 3),
        explores=topics,
        text=texts,
        helped_with=st.dictionaries(st.sampled_from(KINDS), st.integers(0, 5), max_size=2),
        outcomes=st.dictionaries(st.sampled_from(KINDS), outcomes, max_size=3),
    )


@st.composite
def communities(draw, most=6):
    """Return mentors with ids 1, 2, 3 and so on."""
    return [draw(mentors(id, statuses)) for id in range(1, draw(st.integers(0, most)) + 1)]


goals = st.builds(
    Goal,
    kind=st.sampled_from(KINDS),
    role=st.sampled_from(("", "Engineer")),
    field=st.sampled_from(FIELDS),
    sector=st.sampled_from(("", "industry")),
    level=st.none() | levels,
    country=st.sampled_from(COUNTRIES),
    needs_market=st.booleans(),
)

needs = st.builds(
    Need,
    mentee_id=st.sampled_from((1, 1000)),
    goal=goals,
    needs=topics,
    format=st.sampled_from(FORMATS),
    session_kind=st.sampled_from(("", *SESSIONS)),
    minutes=st.sampled_from((15, 60)),
    languages=languages,
    wanted_languages=st.frozensets(st.sampled_from(("en", "fr")), max_size=1),
    career=careers,
    hours=hours,
    accepts_paid=st.booleans(),
    max_price=st.none() | prices,
    apart_from=st.frozensets(st.integers(1, 6), max_size=2),
    declined_by=st.frozensets(st.integers(1, 6), max_size=2),
    year=st.just(2026),
    text=texts,
    question=texts,
    written_in=st.sampled_from(("", "en", "fr")),
)


def drawn_mentor(id, random, request):
    """Return a mentor with free capacity who speaks English and mostly offers the kind of goal, so often eligible."""

    def some(values, most=2):
        return random.sample(values, random.randint(0, most))

    def step():
        start = random.randint(2000, 2024)
        end = random.choice((None, start + random.randint(0, 8)))
        role, field = random.choice(("", "Engineer", "Analyst")), random.choice((*FIELDS, "Physics"))
        place = random.choice(SECTORS), random.choice(COUNTRIES)
        return Step(role, field, *place, random.choice(list(Level)), start, end)

    def own_terms():
        return tuple(Term(word, word) for word in some(["sql", "java", "writing"]))

    # A source of its own, so that the other facts do not depend on it.
    own = Random(f"outcomes {id}")
    reached, other, content, silent = (own.randint(0, 4) for _ in range(4))
    past = Outcomes(reached + other + content + silent, reached + other, reached, content)
    capacity = random.randint(1, 4)
    return Mentor(
        id,
        "approved",
        {"en": Speaks(random.randint(2, 4))},
        career=tuple(step() for _ in range(random.randint(0, 4))),
        skills=own_terms(),
        teaches=own_terms(),
        explores=own_terms(),
        goals=frozenset({request.goal.kind, random.choice(KINDS)} if random.random() < 0.9 else ()),
        formats=frozenset(FORMATS),
        session_kinds=frozenset(some(SESSIONS)),
        hours=random.choice((None, 0xFFF, 0xFFF << 300, WHOLE_WEEK)),
        capacity=capacity,
        running=random.randint(0, capacity - 1),
        inbox_room=9,
        shows_room=9,
        answered=random.randint(0, 3),
        silent=random.randint(0, 3),
        outcomes={request.goal.kind: past} if own.random() < 0.5 else {},
        text=None if random.random() < 0.2 else drawn_vectors(random, 1)[0],
    )


def drawn_vectors(random, rows):
    return units([[random.uniform(-1, 1) for _ in range(DIMENSIONS)] for _ in range(rows)])


def drawn_sentences(random):
    rows = random.randint(0, 5)
    return Sentences(tuple(f"Sentence {row}" for row in range(rows)), drawn_vectors(random, rows), rows)
