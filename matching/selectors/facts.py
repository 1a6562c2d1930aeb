"""Mentors and needs for the engine, read from the database."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from billiard.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import connection
from django.db.models import Max, Q, QuerySet
from numpy.typing import NDArray

from accounts.community_settings import days_of, value_of
from accounts.languages import site_language
from accounts.models import Absence
from accounts.models.profile import understood, zone_named
from accounts.selectors import Taxonomy
from accounts.week import PlainWindow, monday_of, weekly_quarter_hours
from matching.engine import Goal, Level, Mentor, Need, Outcomes, Price, Sentences, Speaks, Step, Term, check_mentor
from matching.models import HelpRequest, RequestText
from matching.selectors.reach import READS_FOR, UNREACHABLE
from matching.text.encoder import digest_of, encoder, matrix
from matching.text.texts import language_of_request, request_texts
from mentorship.models import Goal as GoalRow
from mentorship.models import Mentorship, OutcomeQuestion, Session
from mentorship.models.outcome import ANSWER_WITHIN
from mentorship.selectors.mentors import kept_apart_each
from mentorship.selectors.outcomes import SUCCESS_FROM

log = logging.getLogger(__name__)

LEVELS = {level.name.lower(): level for level in Level}
SPEAKS = {speaks.name.lower(): speaks for speaks in Speaks}

# The number of mentees' lists that may show a mentor, for each place in the inbox. A mentee with five proposals can ask
# three mentors at a time, and few ask all three. A proposal without an action counts for SHOWN_FOR only.
SHOWS_PER_PLACE_IN_INBOX = 3
SHOWN_FOR = timedelta(days=7)

# Availability is judged for so many days from today (UTC) on. A weekday counts if the mentor is there on one of them.
DAYS_AHEAD = 14
EVERY_WEEKDAY = frozenset(range(1, 8))

BATCH = 2000

# Lists of a profile ``p``. The languages are in the order in which they were written.
LANGUAGES = """
    (SELECT json_object_agg(l.code, l.level ORDER BY l.id) FROM accounts_language l WHERE l.profile_id = p.id)"""
CAREER = """
    (SELECT json_agg(json_build_array(c.role, c.field, c.sector, c.country, c.level, c.start_year, c.end_year,
                                      c.hires, c.employer_size)
                     ORDER BY c.start_year, c.id)
     FROM accounts_careerstep c WHERE c.profile_id = p.id)"""
WINDOWS = """
    (SELECT json_agg(json_build_array(a.weekday, a.start_minute, a.end_minute) ORDER BY a.weekday, a.start_minute)
     FROM accounts_availability a WHERE a.profile_id = p.id)"""

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

# One row for each mentee.
MENTEES = f"""
SELECT p.user_id, p.timezone, p.language, {LANGUAGES}, {CAREER}, {WINDOWS}
FROM accounts_profile p WHERE p.user_id = ANY(%s)
"""  # noqa: S608 -- constants

# One row for each mentor who was tried: the goal, what it has in common with its twins, and the mentor's user.
TRIED = """
SELECT g.id, g.mentee_id, g.kind_id, g.twin_key, m.user_id
FROM mentorship_goal g
JOIN matching_helprequest r ON r.goal_id = g.id
JOIN matching_match x ON x.help_request_id = r.id
JOIN accounts_mentorprofile m ON m.id = x.mentor_id
WHERE g.mentee_id = ANY(%(mentees)s) AND x.status IN ('declined', 'expired', 'dismissed')
    AND (x.time_again_on IS NULL OR x.time_again_on > %(today)s)
UNION ALL
SELECT g.id, g.mentee_id, g.kind_id, g.twin_key, m.user_id
FROM mentorship_goal g
JOIN mentorship_mentorship s ON s.goal_id = g.id
JOIN accounts_mentorprofile m ON m.id = s.mentor_id
WHERE g.mentee_id = ANY(%(mentees)s) AND s.status <> 'completed'
"""

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


class _Mentee(NamedTuple):
    """The columns of MENTEES."""

    user_id: int
    timezone: str
    language: str
    languages: Mapping[str, str] | None
    career: Sequence[Sequence[Any]] | None
    windows: Sequence[Sequence[int]] | None


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


def judgeable_requests() -> QuerySet[HelpRequest]:
    """Return the open requests whose mentee is active and has a profile. Only with one, ``needs_of`` takes them."""
    return HelpRequest.objects.filter(
        status=HelpRequest.Status.OPEN, mentee__is_active=True, mentee__profile__isnull=False
    )


def need_of(request: HelpRequest, *, skills: Taxonomy, now: datetime, texts: bool = True) -> Need:
    """Return the need of ``request``, with the profile of its mentee. Works for an unsaved request.

    Without ``texts`` only what hard rules judge is read, so neither vectors nor who helped before.
    """
    [need] = needs_of([request], skills=skills, now=now, texts=texts)
    return need


def needs_of(requests: Sequence[HelpRequest], *, skills: Taxonomy, now: datetime, texts: bool = True) -> list[Need]:
    """Return the need of each request, as ``need_of``. The number of queries is constant."""
    mentees = {request.mentee_id for request in requests}
    facts = _mentees(mentees)
    # No hard rule asks who helped before, and none reads texts.
    apart, helped = kept_apart_each(mentees), helped_before(mentees) if texts else {}
    tried = tried_for([request.goal for request in requests], now=now)
    vectors = _request_vectors(requests) if texts else [{} for _ in requests]
    return [
        _need(
            request,
            facts[request.mentee_id],
            skills,
            now,
            apart_from=apart[request.mentee_id],
            declined_by=tried[request.goal_id],
            helped_by=helped.get(request.mentee_id, {}),
            written_in=language_of_request(request) if found else "",
            **found,
        )
        for request, found in zip(requests, vectors, strict=True)
    ]


def _mentees(users: Collection[int]) -> dict[int, _Mentee]:
    with connection.cursor() as cursor:
        cursor.execute(MENTEES, [list(users)])
        return {row[0]: _Mentee(*row) for row in cursor.fetchall()}


def _need(request: HelpRequest, mentee: _Mentee, skills: Taxonomy, now: datetime, **others: Any) -> Need:
    goal = request.goal
    return Need(
        mentee_id=request.mentee_id,
        goal=Goal(
            kind=goal.kind.code,
            role=goal.target_role,
            field=goal.target_field.casefold(),
            sector=goal.target_sector,
            level=LEVELS.get(goal.target_level),
            country=str(goal.target_country or ""),
            needs_market=goal.kind.needs_market,
        ),
        needs=tuple(replace(term, near=skills.near(term.key)) for term in _terms(request.needs, skills)),
        format=request.format,
        session_kind=request.session_kind.code,
        minutes=request.minutes,
        languages={code: SPEAKS[level] for code, level in (mentee.languages or {}).items()},
        wanted_languages=frozenset(understood(request.languages)),
        career=tuple(_step(*step) for step in mentee.career or ()),
        hours=_hours(_windows(mentee.windows), mentee.timezone, week_of(now)),
        accepts_paid=request.accepts_paid,
        max_price=_price(request.max_rate_amount, request.max_rate_currency, request.max_rate_per),
        year=now.year,
        reads_in=site_language(mentee.language),
        **others,
    )


def tried_for(goals: Collection[GoalRow], *, now: datetime) -> dict[int, frozenset[int]]:
    """Return for each goal the user ids of mentors who were tried for it or its twin, and may not be proposed again.

    Any request of the mentee counts.
    They declined, let a question expire, were dismissed, or had a mentorship for it that runs or ended early. A mentor
    whose mentorship was completed may help again, and so may one who said "no time until", from that day on.
    """
    with connection.cursor() as cursor:
        cursor.execute(TRIED, {"mentees": list({goal.mentee_id for goal in goals}), "today": now.date()})
        rows = cursor.fetchall()
    tried: dict[object, set[int]] = defaultdict(set)
    for goal_id, *twins, mentor in rows:
        tried[goal_id].add(mentor)
        tried[tuple(twins)].add(mentor)
    return {
        goal.pk: frozenset(tried[goal.pk] | tried[goal.mentee_id, goal.kind_id, goal.key_of_twins()]) for goal in goals
    }


def helped_before(mentees: Collection[int]) -> dict[int, dict[int, date]]:
    """Return for each mentee the mentors whose mentorship with them was completed, with the day of its end."""
    completed = Mentorship.objects.filter(mentee__in=mentees, status=Mentorship.Status.COMPLETED)
    ends: dict[int, dict[int, date]] = {mentee: {} for mentee in mentees}
    for mentee, mentor, last in completed.values_list("mentee", "mentor__user").annotate(last=Max("ended_at")):
        ends[mentee][mentor] = last.date()
    return ends


def day_of(now: datetime) -> date:
    """Return the day in UTC."""
    return now.astimezone(UTC).date()


def week_of(now: datetime) -> date:
    """Return the Monday of the week in UTC. Availability is read with the clock changes of the current week."""
    return monday_of(day_of(now))


def away_between(first: date, last: date) -> set[int]:
    """Return the users with an absence that has a day between ``first`` and ``last``, or within DAYS_AHEAD of it."""
    near = Absence.objects.filter(until_on__gte=first, from_on__lte=last + timedelta(days=DAYS_AHEAD))
    return set(near.values_list("profile__user_id", flat=True))


def month_of(day: date) -> tuple[datetime, datetime]:
    """Return the start of the month in UTC, and that of the next one. The hours of mentors count by months."""
    first = datetime(day.year, day.month, 1, tzinfo=UTC)
    return first, (first + timedelta(days=31)).replace(day=1)


def booked_in(days: Iterable[date]) -> set[int]:
    """Return the users who mentor in a session that is held or to come in the month of one of ``days``."""
    months = Q()
    for start, end in map(month_of, days):
        months |= Q(starts_at__gte=start, starts_at__lt=end)
    counted = Session.objects.filter(months, status__in=[Session.Status.CONFIRMED, Session.Status.HELD])
    return set(counted.values_list("mentorship__mentor__user_id", flat=True))


def asked_before(day: date) -> datetime:
    """Return the moment from which on a question about an outcome is too young to count on ``day``.

    Before ANSWER_WITHIN silence is no answer yet, and a rating may be sealed. A day begins in UTC.
    """
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - ANSWER_WITHIN


def with_outcomes_between(first: date, last: date) -> set[int]:
    """Return the users who mentored where a question about the outcome counts on ``last``, and not yet on ``first``."""
    opened = OutcomeQuestion.objects.filter(asked_at__gte=asked_before(first), asked_at__lt=asked_before(last))
    return set(opened.values_list("mentorship__mentor__user_id", flat=True))


def _facts(*, after: int, among: Collection[int] | None, now: datetime) -> list[_Row]:
    month, next_month = month_of(day_of(now))
    with connection.cursor() as cursor:
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
    windows = _windows(row.windows)
    running = row.running + row.active_elsewhere
    # A mentor without free capacity breaks another rule. The inbox then counts as if there were one free place.
    inbox_room = value_of("inbox_per_free_place") * max(row.capacity - running, 1)
    waiting, shown, answered, silent = row.counts
    return Mentor(
        id=row.user_id,
        status=row.status,
        languages=_spoken(row.languages or {}),
        career=tuple(_step(*step) for step in row.career or ()),
        skills=_terms(row.skills, skills),
        teaches=_terms(row.teaches, skills),
        explores=_terms(row.explores, skills),
        goals=frozenset(row.goals),
        formats=frozenset(row.formats),
        session_kinds=frozenset(row.session_kinds),
        hours=_hours(windows, row.timezone, monday_of(today), frozenset(day.isoweekday() for day in here)),
        is_away=not any((day - today) < days_of("response_days") for day in here),
        price=_price(row.rate_amount, row.rate_currency, row.rate_per),
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


def _request_vectors(requests: Sequence[HelpRequest]) -> list[dict[str, NDArray[np.float32]]]:
    """Return the vectors of each request by their names in ``Need``. Empty texts have none."""
    model = encoder()
    if model is None:
        return [{} for _ in requests]
    known = {
        (row.help_request_id, row.digest): row.vectors
        for row in RequestText.objects.filter(help_request__in=[r for r in requests if r.pk])
    }
    found = []
    for request in requests:
        texts = request_texts(request)
        stored = known.get((request.pk, digest_of(texts.values())))
        # A preview has no stored vectors, nor has a request that changed since the last run of the worker.
        vectors = None if stored is None else matrix(stored, len(texts), model)
        if vectors is None:
            vectors = model.encode(list(texts.values()))
        found.append({name: vector for (name, text), vector in zip(texts.items(), vectors, strict=True) if text})
    return found


def _terms(words: Iterable[str], skills: Taxonomy) -> tuple[Term, ...]:
    # Blank entries come from imports and the admin. They are skipped.
    return tuple(Term(key=key, written=written) for written in words if (key := skills.resolve(written)))


def _step(role: str, field: str, sector: str, country: str, level: str, *others: Any) -> Step:
    """Return the step. ``others``: the rest of ``Step``, in its order."""
    return Step(role, field.casefold(), sector, country, LEVELS[level], *others)


def _windows(stated: Sequence[Sequence[int]] | None) -> tuple[PlainWindow, ...]:
    return tuple((day, start, end) for day, start, end in stated or ())


# Many mentors share the same windows and zone.
@lru_cache(maxsize=4096)
def _hours(
    windows: tuple[PlainWindow, ...], timezone: str, week: date, weekdays: frozenset[int] = EVERY_WEEKDAY
) -> int | None:
    there = [window for window in windows if window[0] in weekdays]
    return weekly_quarter_hours(there, zone_named(timezone, "availability"), week) if windows else None


def _days_here(absences: Iterable[tuple[str, str]], today: date) -> list[date]:
    """Return the next DAYS_AHEAD days, without those of ``absences``: first and last day, as ISO dates."""
    away = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in absences]
    days = [today + timedelta(days=number) for number in range(DAYS_AHEAD)]
    return [day for day in days if not any(first <= day <= last for first, last in away)]


def _price(amount, currency: str, per: str) -> Price | None:
    return None if amount is None else Price(float(amount), currency, per)
