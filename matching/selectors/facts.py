"""Mentors for the engine, read from the database."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from billiard.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import connection
from numpy.typing import NDArray

from accounts.community_settings import days_of, value_of
from accounts.languages import site_language
from accounts.models.profile import understood
from accounts.replica import connection_of_reads
from accounts.selectors import Taxonomy
from accounts.week import monday_of
from matching.engine import Mentor, Outcomes, Sentences, Speaks, check_mentor
from matching.selectors.fact_days import DAYS_AHEAD, asked_before, day_of, month_of
from matching.selectors.profile_facts import (
    CAREER,
    LANGUAGES,
    SPEAKS,
    WINDOWS,
    hours_of,
    price_of,
    step_of,
    terms_of,
    windows_of,
)
from matching.selectors.reach import READS_FOR, UNREACHABLE
from matching.text.encoder import encoder, matrix
from mentorship.selectors.outcomes import SUCCESS_FROM

log = logging.getLogger(__name__)

# The number of mentees' lists that may show a mentor, for each place in the inbox. A mentee with five proposals can ask
# three mentors at a time, and few ask all three. A proposal without an action counts for SHOWN_FOR only.
SHOWS_PER_PLACE_IN_INBOX = 3
SHOWN_FOR = timedelta(days=7)
BATCH = 2000

# Outcomes of a mentor ``m`` by kind of goal: the counts of ``Outcomes``, in its order. A mentee counts once, with the
# last rating that is open, of whichever mentorship. Without a rating the last answer to a fit check counts.
OUTCOMES = """
    (SELECT json_object_agg(past.code, json_build_array(past.asked, past.answered, past.reached, past.content)) FROM
        (SELECT one.code, count(*) AS asked, count(one.level) AS answered,
            count(*) FILTER (WHERE one.level >= %(success_from)s) AS reached,
            count(*) FILTER (WHERE one.level IS NULL AND one.answer = 'good') AS content
         FROM (SELECT DISTINCT ON (k.code, s.mentee_id) k.code, rated.level, checked.answer
         FROM mentorship_mentorship s
         JOIN mentorship_goal g ON g.id = s.goal_id JOIN mentorship_goalkind k ON k.id = g.kind_id
         LEFT JOIN LATERAL (
            SELECT r.level FROM mentorship_outcomequestion q
            JOIN mentorship_outcomerating r ON r.mentorship_id = q.mentorship_id AND r."when" = q."when"
            WHERE q.mentorship_id = s.id AND q.asked_at < %(asked_before)s AND r.person_id = s.mentee_id
            ORDER BY q.asks_at DESC, q.id DESC LIMIT 1) AS rated ON true
         LEFT JOIN LATERAL (
            SELECT f.answer FROM mentorship_fitcheck f
            WHERE f.mentorship_id = s.id AND f.person_id = s.mentee_id AND f.answer <> ''
            ORDER BY f.number DESC LIMIT 1) AS checked ON true
         WHERE s.mentor_id = m.id AND s.status IN ('completed', 'ended_early') AND EXISTS (
            SELECT FROM mentorship_outcomequestion q WHERE q.mentorship_id = s.id AND q.asked_at < %(asked_before)s)
         ORDER BY k.code, s.mentee_id, rated.level IS NULL, s.ended_at DESC, s.id DESC) AS one
         GROUP BY one.code) AS past)"""

# One row for each mentor who is not rejected, by primary key. Every subquery is an index look-up.
FACTS = f"""
SELECT m.id, m.user_id, m.status, m.teaches, m.explores, m.formats, m.capacity, m.active_elsewhere,
    m.rate_amount, m.rate_currency, m.rate_per, p.timezone, p.language, p.skills,
    {LANGUAGES} AS languages, {CAREER} AS career, {WINDOWS} AS windows,
    (SELECT json_agg(json_build_array(b.from_on, b.until_on))
     FROM accounts_absence b WHERE b.profile_id = p.id AND b.until_on >= %(today)s) AS absences,
    ARRAY(SELECT k.code FROM mentorship_goalkind_offered_by o JOIN mentorship_goalkind k ON k.id = o.goalkind_id
          WHERE o.mentorprofile_id = m.id) AS goals,
    ARRAY(SELECT k.code FROM mentorship_sessionkind_offered_by o
          JOIN mentorship_sessionkind k ON k.id = o.sessionkind_id
          WHERE o.mentorprofile_id = m.id) AS session_kinds,
    (SELECT count(*) FROM mentorship_mentorship s
     WHERE s.mentor_id = m.id AND s.status IN ('active', 'paused')) AS running,
    m.monthly_hours,
    (SELECT coalesce(sum(v.minutes), 0) FROM mentorship_mentorship s
     JOIN mentorship_session v ON v.mentorship_id = s.id
     WHERE s.mentor_id = m.id AND v.status IN ('confirmed', 'held')
         AND v.starts_at >= %(month)s AND v.starts_at < %(next_month)s) AS booked_minutes,
    (SELECT json_object_agg(done.code, done.times) FROM
        (SELECT k.code, count(DISTINCT s.mentee_id) AS times FROM mentorship_mentorship s
         JOIN mentorship_goal g ON g.id = s.goal_id JOIN mentorship_goalkind k ON k.id = g.kind_id
         WHERE s.mentor_id = m.id AND s.status = 'completed' GROUP BY k.code) AS done) AS helped_with,
    {OUTCOMES} AS outcomes,
    (SELECT ARRAY[
        count(*) FILTER (WHERE x.status IN ('asked', 'clarifying')),
        count(*) FILTER (WHERE x.status = 'proposed' AND x.created_at > %(shown_since)s),
        count(*) FILTER (WHERE x.status IN ('accepted', 'declined') AND x.asked_at IS NOT NULL),
        count(*) FILTER (WHERE x.silent_side = 'mentor' AND x.reminders_sent > 0)]
     FROM matching_match x WHERE x.mentor_id = m.id) AS counts,
    NOT {UNREACHABLE} AS reachable,
    t.whole, t.model
FROM accounts_mentorprofile m
JOIN accounts_user u ON u.id = m.user_id
JOIN accounts_profile p ON p.user_id = m.user_id
LEFT JOIN matching_mentortexts t ON t.mentor_id = m.id
WHERE m.status <> 'rejected' AND u.is_active AND m.id > %(after)s
    AND (%(users)s::bigint[] IS NULL OR m.user_id = ANY(%(users)s))
ORDER BY m.id LIMIT %(batch)s
"""  # noqa: S608 -- constants

# In binary form: as text, each byte of a vector would come as two characters.
SENTENCES = """
COPY (
    SELECT m.user_id, t.items, t.vectors, t.quotable, t.languages::text[]
    FROM matching_mentortexts t JOIN accounts_mentorprofile m ON m.id = t.mentor_id
    WHERE m.user_id = ANY(%s) AND t.model = %s AND cardinality(t.items) > 0
) TO STDOUT (FORMAT BINARY)
"""


class _Row(NamedTuple):
    """The columns of FACTS."""

    pk: int
    user_id: int
    status: str
    teaches: list[str]
    explores: list[str]
    formats: list[str]
    capacity: int
    active_elsewhere: int
    rate_amount: Any
    rate_currency: str
    rate_per: str
    timezone: str
    language: str
    skills: list[str]
    languages: Mapping[str, str] | None
    career: Sequence[Sequence[Any]] | None
    windows: Sequence[Sequence[int]] | None
    absences: Sequence[tuple[str, str]] | None
    goals: list[str]
    session_kinds: list[str]
    running: int
    monthly_hours: int
    booked_minutes: int
    helped_with: Mapping[str, int] | None
    outcomes: Mapping[str, Sequence[int]] | None
    counts: Sequence[int]
    reachable: bool
    whole: bytes | None
    model: str | None


def judged_mentors(
    *, skills: Taxonomy, now: datetime, among: Collection[int] | None = None, texts: bool = True
) -> Iterator[Mentor]:
    """Yield all mentors with active users who are not rejected. ``among`` limits them to these users.

    Without ``texts`` the vectors are not read. No hard rule needs them.
    """
    after: int | None = 0
    while after is not None:
        rows = _facts(after=after, among=among, now=now)
        yield from _judgeable(rows, skills, day_of(now), texts)
        after = rows[-1].pk if len(rows) == BATCH else None


def _facts(*, after: int, among: Collection[int] | None, now: datetime) -> list[_Row]:
    month, next_month = month_of(day_of(now))
    with connection_of_reads().cursor() as cursor:
        cursor.execute(
            FACTS,
            {
                "month": month,
                "next_month": next_month,
                "after": after,
                "users": None if among is None else list(among),
                "shown_since": now - SHOWN_FOR,
                "today": day_of(now),
                "success_from": SUCCESS_FROM.value,
                # Without learning, no question is old enough.
                "asked_before": asked_before(day_of(now)) if settings.LEARN_FROM_OUTCOMES else None,
                "read_since": now - READS_FOR,
                "batch": BATCH,
            },
        )
        return [_Row(*row) for row in cursor.fetchall()]


def _judgeable(rows: Iterable[_Row], skills: Taxonomy, today: date, texts: bool) -> Iterator[Mentor]:
    """Yield mentors; log and leave out rows that the engine refuses: one bad row must not stop a community."""
    for row in rows:
        try:
            mentor = _mentor(row, skills, today, texts)
            check_mentor(mentor)
        except SoftTimeLimitExceeded:
            raise
        except Exception as fault:  # for example a time zone that this machine does not know
            log.error("mentor %s is left out of matching: %s", row.pk, fault)
        else:
            yield mentor


def _mentor(row: _Row, skills: Taxonomy, today: date, texts: bool) -> Mentor:
    here = _days_here(row.absences or (), today)
    windows = windows_of(row.windows)
    running = row.running + row.active_elsewhere
    # A mentor without free capacity breaks another rule. The inbox then counts as if there were one free place.
    inbox_room = value_of("inbox_per_free_place") * max(row.capacity - running, 1)
    waiting, shown, answered, silent = row.counts
    return Mentor(
        id=row.user_id,
        status=row.status,
        languages=_spoken(row.languages or {}),
        career=tuple(step_of(*step) for step in row.career or ()),
        skills=terms_of(row.skills, skills),
        teaches=terms_of(row.teaches, skills),
        explores=terms_of(row.explores, skills),
        goals=frozenset(row.goals),
        formats=frozenset(row.formats),
        session_kinds=frozenset(row.session_kinds),
        hours=hours_of(windows, row.timezone, monday_of(today), frozenset(day.isoweekday() for day in here)),
        is_away=not any((day - today) < days_of("response_days") for day in here),
        price=price_of(row.rate_amount, row.rate_currency, row.rate_per),
        capacity=row.capacity,
        running=running,
        monthly_minutes=row.monthly_hours * 60,
        booked_minutes=row.booked_minutes,
        waiting=waiting,
        inbox_room=inbox_room,
        shown=shown,
        shows_room=SHOWS_PER_PLACE_IN_INBOX * inbox_room,
        answered=answered,
        silent=silent,
        reachable=row.reachable,
        reads_in=site_language(row.language),
        helped_with=row.helped_with or {},
        outcomes={kind: Outcomes(*counts) for kind, counts in (row.outcomes or {}).items()},
        text=_text(row) if texts else None,
    )


def _spoken(stated: Mapping[str, str]) -> dict[str, Speaks]:
    """Return a mentor's languages, with those that count as one with them at the best of their levels."""
    return {
        code: max(SPEAKS[level] for other, level in stated.items() if code in understood([other]))
        for code in sorted(understood(stated))
    }


def _text(row: _Row) -> NDArray[np.float32] | None:
    model = encoder()
    # Vectors of two encoders do not compare.
    if model is None or not row.whole or row.model != model.name:
        return None
    vectors = matrix(row.whole, 1, model)
    return None if vectors is None else vectors[0]


def read_sentences(users: Sequence[int]) -> dict[int, Sentences]:
    """Return the sentences of these mentors by user id. Those whose vectors are not computed yet are left out."""
    model = encoder()
    if model is None:
        return {}
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(cursor.mogrify(SENTENCES, [list(users), model.name])) as copy,
    ):
        copy.set_types(("int8", "text[]", "bytea", "int2", "text[]"))
        rows = list(copy.rows())
    return {
        user: Sentences(tuple(items), vectors, quotable, tuple(languages) if len(languages) == len(items) else ())
        for user, items, raw, quotable, languages in rows
        if (vectors := matrix(raw, len(items), model)) is not None
    }


def _days_here(absences: Iterable[tuple[str, str]], today: date) -> list[date]:
    """Return the next DAYS_AHEAD days, without those of ``absences``: first and last day, as ISO dates."""
    away = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in absences]
    days = [today + timedelta(days=number) for number in range(DAYS_AHEAD)]
    return [day for day in days if not any(first <= day <= last for first, last in away)]
