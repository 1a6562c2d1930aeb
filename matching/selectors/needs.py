"""Needs of help requests for the engine, read from the database, and mentors who were tried for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from django.db.models import Max, QuerySet
from numpy.typing import NDArray

from accounts.languages import site_language
from accounts.models.profile import understood
from accounts.selectors import Taxonomy
from matching.engine import Goal, Need
from matching.models import HelpRequest, RequestText
from matching.selectors.fact_days import week_of
from matching.selectors.profile_facts import (
    CAREER,
    LANGUAGES,
    LEVELS,
    SPEAKS,
    WINDOWS,
    hours_of,
    price_of,
    step_of,
    terms_of,
    windows_of,
)
from matching.text.encoder import digest_of, encoder, matrix
from matching.text.texts import language_of_request, request_texts
from mentorship.models import Goal as GoalRow
from mentorship.models import Mentorship
from mentorship.selectors.mentors import kept_apart_each

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


class _Mentee(NamedTuple):
    """The columns of MENTEES."""

    user_id: int
    timezone: str
    language: str
    languages: Mapping[str, str] | None
    career: Sequence[Sequence[Any]] | None
    windows: Sequence[Sequence[int]] | None


def judgeable_requests() -> QuerySet[HelpRequest]:
    """Return the open requests whose mentee is active and has a profile. Only with one, ``needs_of`` takes them.

    Requests of a cohort are left out: their organisers match them, and no mentor outside may see them.
    """
    return HelpRequest.objects.filter(
        status=HelpRequest.Status.OPEN, cohort=None, mentee__is_active=True, mentee__profile__isnull=False
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
        needs=tuple(replace(term, near=skills.near(term.key)) for term in terms_of(request.needs, skills)),
        format=request.format,
        session_kind=request.session_kind.code,
        minutes=request.minutes,
        languages={code: SPEAKS[level] for code, level in (mentee.languages or {}).items()},
        wanted_languages=frozenset(understood(request.languages)),
        career=tuple(step_of(*step) for step in mentee.career or ()),
        hours=hours_of(windows_of(mentee.windows), mentee.timezone, week_of(now)),
        accepts_paid=request.accepts_paid,
        max_price=price_of(request.max_rate_amount, request.max_rate_currency, request.max_rate_per),
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
