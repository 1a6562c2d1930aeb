"""The flat tables of full SQL, filled from the tables of the models."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db import connection

from accounts.selectors import Taxonomy
from accounts.week import weekly_quarter_hours
from matching.engine import Level, Step, transitions
from matching.engine.checks import QUARTER_HOURS
from matching.engine.likelihood import PRIOR_ANSWERS, PRIOR_QUESTIONS, SILENCE_COST
from matching.engine.table import career_words
from matching.engine.words import plain
from matching.selectors.fact_days import week_of
from matching.selectors.facts import SHOWN_FOR
from tests.bench.database import copy_binary
from tests.bench.draw import DIMENSIONS

BATCH = 5_000

Careers = list[tuple[int, list[Step]]]

TABLES = f"""
CREATE UNLOGGED TABLE bench_text (user_id int NOT NULL, vector vector({DIMENSIONS}) NOT NULL);
CREATE UNLOGGED TABLE bench_term (term text NOT NULL, user_id int NOT NULL, teaches boolean NOT NULL);
CREATE UNLOGGED TABLE bench_interest (term text NOT NULL, user_id int NOT NULL);
CREATE UNLOGGED TABLE bench_turn (
    user_id int NOT NULL, kind text NOT NULL, year int NOT NULL, field text NOT NULL, from_field text NOT NULL,
    sector text NOT NULL, country text NOT NULL
);
CREATE UNLOGGED TABLE bench_step (
    user_id int NOT NULL, role text NOT NULL, field text NOT NULL, sector text NOT NULL, country text NOT NULL
);
CREATE UNLOGGED TABLE bench_word (word text NOT NULL, user_id int NOT NULL);
CREATE UNLOGGED TABLE bench_hours (user_id int PRIMARY KEY, hours bit(672) NOT NULL);
CREATE UNLOGGED TABLE bench_bit (word text PRIMARY KEY, bit int NOT NULL);
"""

# Bits of kinds are their primary keys.
MENTORS = """
INSERT INTO bench_bit SELECT code, row_number() OVER () FROM (SELECT DISTINCT code FROM accounts_language) AS known;
INSERT INTO bench_bit SELECT country, row_number() OVER () FROM (SELECT DISTINCT country FROM bench_step) AS known;
CREATE UNLOGGED TABLE bench_mentor AS
SELECT mentor.user_id::int, mentor.status, skilled.user_id IS NOT NULL AS has_terms, hours.hours,
    mentor.capacity - mentor.active_elsewhere - coalesce(running.number, 0) AS free,
    (mentor.active_elsewhere + coalesce(running.number, 0))::real / mentor.capacity AS load,
    coalesce(matches.waiting, 0) AS waiting, coalesce(matches.shown, 0) AS shown,
    %(silence_cost)s::float8 * (1 - (coalesce(matches.answered, 0) + %(prior_answers)s::float8)
        / (coalesce(matches.answered + matches.silent, 0) + %(prior_questions)s::float8)) AS silence_cost,
    'one_off' = ANY (mentor.formats) AS one_off, 'ongoing' = ANY (mentor.formats) AS ongoing,
    coalesce(spoken.working, 0) AS working,
    coalesce(offered.bits, 0) AS goals, coalesce(sessions.bits, 0) AS sessions,
    coalesce(lived.bits, 0) AS lived, coalesce(worked.bits, 0) AS worked_in,
    mentor.rate_amount::real AS price, mentor.rate_currency || mentor.rate_per AS price_unit
FROM accounts_mentorprofile AS mentor
JOIN accounts_user AS person ON person.id = mentor.user_id AND person.is_active
JOIN accounts_profile AS profile ON profile.user_id = mentor.user_id
LEFT JOIN (SELECT DISTINCT user_id FROM bench_term) AS skilled ON skilled.user_id = mentor.user_id
LEFT JOIN bench_hours AS hours ON hours.user_id = mentor.user_id
LEFT JOIN (
    SELECT mentor_id, count(*) AS number FROM mentorship_mentorship WHERE status IN ('active', 'paused') GROUP BY 1
) AS running ON running.mentor_id = mentor.id
LEFT JOIN (
    SELECT mentor_id, count(*) FILTER (WHERE status IN ('asked', 'clarifying')) AS waiting,
        count(*) FILTER (WHERE status = 'proposed' AND created_at > %(shown_since)s) AS shown,
        count(*) FILTER (WHERE status IN ('accepted', 'declined') AND asked_at IS NOT NULL) AS answered,
        count(*) FILTER (WHERE silent_side = 'mentor' AND reminders_sent > 0) AS silent
    FROM matching_match GROUP BY 1
) AS matches ON matches.mentor_id = mentor.id
LEFT JOIN (
    SELECT profile_id, bit_or(1::bigint << bit) FILTER (WHERE level <> 'basic') AS working
    FROM accounts_language JOIN bench_bit ON word = code GROUP BY 1
) AS spoken ON spoken.profile_id = profile.id
LEFT JOIN (
    SELECT mentorprofile_id, bit_or(1::bigint << goalkind_id::int) AS bits
    FROM mentorship_goalkind_offered_by GROUP BY 1
) AS offered ON offered.mentorprofile_id = mentor.id
LEFT JOIN (
    SELECT mentorprofile_id, bit_or(1::bigint << sessionkind_id::int) AS bits
    FROM mentorship_sessionkind_offered_by GROUP BY 1
) AS sessions ON sessions.mentorprofile_id = mentor.id
LEFT JOIN (
    SELECT user_id, bit_or(1::bigint << mentorship_goalkind.id::int) AS bits
    FROM bench_turn JOIN mentorship_goalkind ON code = kind GROUP BY 1
) AS lived ON lived.user_id = mentor.user_id
LEFT JOIN (
    SELECT user_id, bit_or(1::bigint << bit) AS bits FROM bench_step JOIN bench_bit ON word = country GROUP BY 1
) AS worked ON worked.user_id = mentor.user_id
WHERE mentor.status <> 'rejected'
ORDER BY mentor.user_id;
ALTER TABLE bench_mentor ADD PRIMARY KEY (user_id);
VACUUM (ANALYZE) bench_mentor;
"""

INDEXES = """
CREATE INDEX bench_text_of ON bench_text (user_id);
CREATE UNIQUE INDEX bench_term_by ON bench_term (term, user_id) INCLUDE (teaches);
CREATE INDEX bench_turn_by ON bench_turn (kind, user_id) INCLUDE (year, field, from_field, sector, country);
CREATE INDEX bench_step_of ON bench_step (user_id) INCLUDE (role, field, sector, country);
CREATE INDEX bench_word_by ON bench_word (word, user_id);
CREATE INDEX bench_interest_by ON bench_interest (term, user_id);
VACUUM (ANALYZE) bench_text, bench_term, bench_interest, bench_turn, bench_step, bench_word, bench_hours;
"""


def make_tables(*, skills: Taxonomy, now: datetime) -> None:
    """Create and fill the tables. The extension vector must exist."""
    run(TABLES)
    _copy_vectors()
    copy_binary("bench_term", ["text", "int4", "bool"], _terms(skills))
    copy_binary("bench_interest", ["text", "int4"], _interests(skills))
    careers = _careers()
    copy_binary("bench_step", ["int4", *["text"] * 4], _steps(careers))
    copy_binary("bench_word", ["text", "int4"], _words(careers))
    copy_binary("bench_turn", ["int4", "text", "int4", *["text"] * 4], _turns(careers))
    copy_binary("bench_hours", ["int4", "bytea"], _hours(now))
    run(INDEXES)
    run(
        MENTORS,
        {
            "shown_since": now - SHOWN_FOR,
            "silence_cost": SILENCE_COST,
            "prior_answers": PRIOR_ANSWERS,
            "prior_questions": PRIOR_QUESTIONS,
        },
    )


def run(statements: str, parameters: Mapping[str, Any] | None = None) -> None:
    """Run statements one by one: VACUUM cannot run in a transaction with others."""
    with connection.cursor() as cursor:
        for statement in statements.split(";\n"):
            if statement.strip():
                cursor.execute(statement, parameters)


def rows_of(query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()


def _copy_vectors() -> None:
    query = (
        "SELECT user_id, whole FROM matching_mentortexts"
        " JOIN accounts_mentorprofile AS mentor ON mentor.id = mentor_id WHERE user_id > %s ORDER BY user_id LIMIT %s"
    )
    last = 0
    while batch := rows_of(query, last, BATCH):
        last = batch[-1][0]
        copy_binary("bench_text", ["int4", "bytea"], _sent_vectors(batch))


def _sent_vectors(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, bytes]]:
    """Yield vectors in pgvector's binary format: the length, two zero bytes, big-endian floats."""
    for user, raw in rows:
        vector = np.frombuffer(raw, dtype=np.float32)
        if vector.size:
            yield user, struct.pack("!HH", vector.size, 0) + vector.astype(">f4").tobytes()


def _terms(skills: Taxonomy) -> Iterator[tuple[str, int, bool]]:
    query = (
        "SELECT user_id, mentor.teaches, profile.skills FROM accounts_mentorprofile AS mentor"
        " JOIN accounts_profile AS profile USING (user_id) ORDER BY user_id"
    )
    for user, teaches, able in rows_of(query):
        taught = {skills.resolve(word) for word in teaches}
        yield from ((key, user, True) for key in sorted(taught))
        yield from ((key, user, False) for key in sorted({skills.resolve(word) for word in able} - taught))


def _interests(skills: Taxonomy) -> Iterator[tuple[str, int]]:
    for user, explores in rows_of("SELECT user_id, explores FROM accounts_mentorprofile"):
        yield from ((key, user) for key in sorted({skills.resolve(word) for word in explores}))


def _careers() -> Careers:
    query = (
        "SELECT user_id, role, field, sector, country, level, start_year, end_year FROM accounts_careerstep"
        " JOIN accounts_profile AS profile ON profile.id = profile_id"
        " JOIN accounts_mentorprofile USING (user_id) ORDER BY user_id, start_year"
    )
    return [
        (
            user,
            [
                Step(role, field, sector, country, Level[level.upper()], start, end)
                for _, role, field, sector, country, level, start, end in rows
            ],
        )
        for user, rows in groupby(rows_of(query), key=itemgetter(0))
    ]


def _steps(careers: Careers) -> Iterator[tuple[Any, ...]]:
    for user, career in careers:
        for step in career:
            yield user, plain(step.role), plain(step.field), step.sector, step.country


def _words(careers: Careers) -> Iterator[tuple[str, int]]:
    for user, career in careers:
        yield from ((word, user) for word in sorted(career_words(career)))


def _turns(careers: Careers) -> Iterator[tuple[Any, ...]]:
    for user, career in careers:
        for turn in transitions(career):
            field, from_field = plain(turn.field), plain(turn.from_field)
            yield user, turn.kind, turn.year, field, from_field, turn.sector, turn.country


def _hours(now: datetime) -> Iterator[tuple[int, bytes]]:
    """Yield weeks in the binary format of bit strings: the number of bits, then the bits, last quarter-hour first."""
    query = (
        "SELECT user_id, timezone, weekday, start_minute, end_minute FROM accounts_availability"
        " JOIN accounts_profile AS profile ON profile.id = profile_id"
        " JOIN accounts_mentorprofile USING (user_id) ORDER BY user_id"
    )
    for user, rows in groupby(rows_of(query), key=itemgetter(0)):
        (_, name, *_), *_ = windows = list(rows)
        hours = weekly_quarter_hours([row[2:] for row in windows], ZoneInfo(name), week_of(now))
        yield user, struct.pack("!I", QUARTER_HOURS) + hours.to_bytes(QUARTER_HOURS // 8)
