"""A simple ranking with the Django ORM: filter in the database, score row by row in Python, without texts.

The criteria of texts count their floors, and mentors who are not worth proposing are not put last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from heapq import nsmallest
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import CareerStep, Language, MentorProfile, Profile
from accounts.selectors import Taxonomy
from accounts.week import weekly_quarter_hours
from matching.engine import Level, Need, Step, Transition, criteria, transitions
from matching.engine.common_ground import usable_languages
from matching.engine.likelihood import PRIOR_ANSWERS, PRIOR_QUESTIONS, SILENCE_COST
from matching.engine.rank import INTEREST_BONUS
from matching.engine.rules import LIVED_COUNTS_AS_OFFERED
from matching.engine.score import weights_of
from matching.engine.standing import own_fields
from matching.engine.table import FULL_LOAD_COST, career_words
from matching.engine.words import plain
from matching.models import Match
from matching.selectors.fact_days import week_of
from matching.selectors.facts import SHOWN_FOR, SHOWS_PER_PLACE_IN_INBOX
from mentorship.models import GoalKind, Mentorship, SessionKind

CHUNK = 2_000
NO_FLOORS: Mapping[str, float] = {}


def rank(
    need: Need, *, skills: Taxonomy, now: datetime, count: int = 20, floors: Mapping[str, float] = NO_FLOORS
) -> list[int]:
    """Return the user ids of the first ``count`` mentors, best first.

    ``floors`` has the least value of criteria by name. The others have none.
    """
    weights = weights_of(need)
    points = dict(zip(weights.names, weights.points, strict=True))
    scored = []
    for mentor in candidates(need, now=now).iterator(chunk_size=CHUNK):
        career = [_step(step) for step in mentor.user.profile.career.all()]
        turns = transitions(career)
        minutes = _shared_minutes(need, mentor.user.profile, now)
        if (minutes is not None and minutes < need.minutes) or not _helps(need, mentor, turns):
            continue
        values = {
            "position": _position(need, career),
            "needs": _needs(need, mentor, skills),
            "path": _path(need, career, turns),
            "market": float(any(step.country == need.goal.country for step in career if step.country)),
            "sector": float(any(step.sector == need.goal.sector for step in career)),
            "goal": float(mentor.offers_kind),
            "session": float(mentor.offers_session),
        }
        fit = sum(most * max(values.get(name) or 0.0, floors.get(name, 0.0)) for name, most in points.items())
        scored.append((-fit - _rank_lines(need, mentor, skills), -fit, mentor.user_id))
    return [user for *_, user in nsmallest(count, scored)]


def candidates(need: Need, *, now: datetime) -> QuerySet:
    """Return the mentors who pass the hard rules that SQL can check easily, with all that the score reads."""
    own, me = OuterRef("user__profile"), OuterRef("pk")
    usable = Language.objects.filter(code__in=usable_languages(need)).exclude(level="basic")
    asked, inbox = Match.objects.filter(asked_at__isnull=False), settings.INBOX_PER_FREE_PLACE * F("free")
    mentors = (
        MentorProfile.objects.filter(
            Exists(usable.filter(profile=own)), status=MentorProfile.Status.APPROVED, user__is_active=True
        )
        .filter(formats__contains=[need.format])
        .exclude(user__in=[need.mentee_id, *need.apart_from, *need.declined_by])
        .annotate(
            running=_number_of(Mentorship.objects.filter(status__in=Mentorship.RUNNING)),
            waiting=_number_of(Match.objects.filter(status__in=[Match.Status.ASKED, Match.Status.CLARIFYING])),
            shown=_number_of(Match.objects.filter(status=Match.Status.PROPOSED, created_at__gt=now - SHOWN_FOR)),
            answered=_number_of(asked.filter(status__in=[Match.Status.ACCEPTED, Match.Status.DECLINED])),
            silent=_number_of(Match.objects.filter(silent_side="mentor", reminders_sent__gt=0)),
            offers_kind=Exists(GoalKind.objects.filter(code=need.goal.kind, offered_by=me)),
            offers_session=Exists(SessionKind.objects.filter(code=need.session_kind, offered_by=me)),
            free=F("capacity") - F("active_elsewhere") - F("running"),
        )
        .filter(free__gt=0, waiting__lt=inbox, shown__lt=SHOWS_PER_PLACE_IN_INBOX * inbox)
        .select_related("user__profile")
        .prefetch_related(
            Prefetch("user__profile__languages", usable),
            "user__profile__career",
            "user__profile__availability",
        )
    )
    if need.goal.kind not in LIVED_COUNTS_AS_OFFERED:
        mentors = mentors.filter(offers_kind=True)
    if need.goal.needs_market and need.goal.country:
        mentors = mentors.filter(Exists(CareerStep.objects.filter(profile=own, country=need.goal.country)))
    if not need.accepts_paid:
        return mentors.filter(paid=False)
    if (most := need.max_price) is None:
        return mentors
    payable = Q(rate_currency=most.currency, rate_per=most.per, rate_amount__lte=most.amount)
    return mentors.filter(Q(paid=False) | payable)


def _number_of(rows: QuerySet) -> Coalesce:
    per_mentor = rows.filter(mentor=OuterRef("pk")).order_by().values("mentor").annotate(number=Count("pk"))
    return Coalesce(Subquery(per_mentor.values("number"), output_field=IntegerField()), 0)


def _step(row: CareerStep) -> Step:
    level = Level[row.level.upper()]
    country = str(row.country or "")
    return Step(row.role, row.field.casefold(), row.sector, country, level, row.start_year, row.end_year)


def _helps(need: Need, mentor: Any, turns: Sequence[Transition]) -> bool:
    if need.goal.kind in LIVED_COUNTS_AS_OFFERED and any(turn.kind == need.goal.kind for turn in turns):
        return True
    return mentor.offers_kind


def _shared_minutes(need: Need, profile: Profile, now: datetime) -> int | None:
    windows = [(w.weekday, w.start_minute, w.end_minute) for w in profile.availability.all()]
    if need.hours is None or not windows:
        return None
    hours = weekly_quarter_hours(windows, ZoneInfo(profile.timezone), week_of(now))
    return (hours & need.hours).bit_count() * 15


def _rank_lines(need: Need, mentor: Any, skills: Taxonomy) -> float:
    """Return the points that are added to the fit for the rank."""
    load = FULL_LOAD_COST * (mentor.running + mentor.active_elsewhere) / mentor.capacity
    answers = (mentor.answered + PRIOR_ANSWERS) / (mentor.answered + mentor.silent + PRIOR_QUESTIONS)
    terms, explores = {term.key for term in need.needs}, {skills.resolve(word) for word in mentor.explores}
    interest = INTEREST_BONUS * len(terms & explores) / max(1, len(terms))
    return interest - load - SILENCE_COST * (1 - answers)


def _needs(need: Need, mentor: MentorProfile, skills: Taxonomy) -> float | None:
    teaches = {skills.resolve(word) for word in mentor.teaches}
    able = {skills.resolve(word) for word in mentor.user.profile.skills}
    terms = {term.key: term for term in need.needs}
    if not terms or not (teaches or able):
        return None
    covered = 0.0
    for key, term in terms.items():
        if key in teaches:
            covered += criteria.needs.TEACHES
        elif not teaches.isdisjoint(term.near):
            covered += criteria.needs.TEACHES_NEAR
        elif key in able:
            covered += criteria.needs.KNOWS
        elif not able.isdisjoint(term.near):
            covered += criteria.needs.KNOWS_NEAR
    return covered / len(terms)


def _position(need: Need, career: Sequence[Step]) -> float | None:
    wanted = criteria.position.wanted_words(need.goal)
    return len(wanted & career_words(career)) / len(wanted) if wanted and career else None


def _path(need: Need, career: Sequence[Step], turns: Sequence[Transition]) -> float | None:
    if not career:
        return None
    goal, own = need.goal, own_fields(need)
    parts = criteria.path.parts_of(need)
    stated = (
        (parts.target_field, bool(goal.field)),
        (parts.own_field, bool(own)),
        (parts.sector, bool(goal.sector)),
        (parts.market, bool(goal.country)),
    )
    possible = parts.kind + parts.recency + sum(part for part, given in stated if given)
    best = 0.0
    for turn in turns:
        if turn.kind == goal.kind:
            alike = (
                plain(turn.field) == plain(goal.field),
                plain(turn.from_field) in own,
                turn.sector == goal.sector,
                turn.country == goal.country,
            )
            credit = parts.kind + parts.recency * _fading(need.year - turn.year)
            credit += sum(part for (part, given), same in zip(stated, alike, strict=True) if given and same)
            best = max(best, credit / possible)
    for step in career:
        standing = criteria.path.IN_FIELD * (bool(goal.field) and plain(step.field) == plain(goal.field))
        standing += criteria.path.IN_ROLE * (bool(goal.role) and plain(step.role) == plain(goal.role))
        if standing and goal.country and step.country == goal.country:
            standing += criteria.path.IN_MARKET
        best = max(best, standing / criteria.path.POSITION_WHOLE)
    return best


def _fading(years: int) -> float:
    return 1 - min(max(years, 0), criteria.path.MEMORY_YEARS) / criteria.path.MEMORY_YEARS
