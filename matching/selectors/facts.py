"""From rows to the values the engine judges."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import Count, Q, QuerySet
from numpy.typing import NDArray

from accounts.models import CareerStep, MentorProfile, Profile
from accounts.selectors import Taxonomy
from matching.engine import Goal, Level, Mentor, MentorTable, Need, Price, Speaks, Step, Term, check_mentor
from matching.engine.availability import weekly_quarter_hours
from matching.models import HelpRequest, Match, RequestText
from matching.text.items import request_text
from matching.text.model import digest_of, matrix, text_model, vector_of
from mentorship.models import Mentorship
from mentorship.selectors import kept_apart

log = logging.getLogger(__name__)

LEVELS = {level.name.lower(): level for level in Level}
SPEAKS = {speaks.name.lower(): speaks for speaks in Speaks}

# How many unanswered requests a mentor's inbox holds, for each free place. Who has none is full, and that is another
# rule; their inbox counts as if there were one.
INBOX_PER_FREE_PLACE = 2


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class MentorLoad(TypedDict):
        """What ``judged_mentors`` counts for each mentor."""

        running: int
        waiting: int

    JudgedMentor = WithAnnotations[MentorProfile, MentorLoad]


def judged_mentors() -> QuerySet[JudgedMentor]:
    """Return everybody who is a mentor or may become one, with all that the engine reads."""
    running = Q(mentorships__status__in=Mentorship.RUNNING)
    waiting = Q(matches__status=Match.Status.ASKED)
    return (
        MentorProfile.objects.exclude(status=MentorProfile.Status.REJECTED)
        .filter(user__is_active=True, user__profile__isnull=False)
        .select_related("user__profile", "texts")
        .prefetch_related(
            "goal_kinds",
            "session_kinds",
            "user__profile__languages",
            "user__profile__career",
            "user__profile__availability",
        )
        .annotate(
            running=Count("mentorships", filter=running, distinct=True),
            waiting=Count("matches", filter=waiting, distinct=True),
        )
        .order_by("pk")
    )


def mentor_table(mentors: Iterable[JudgedMentor], *, skills: Taxonomy, now: datetime) -> MentorTable:
    """Return the columnar table of ``mentors``, which come from ``judged_mentors``."""
    rows = list(mentors)
    helped: dict[int, dict[str, int]] = {}
    done = (
        Mentorship.objects.filter(mentor__in=rows, status=Mentorship.Status.COMPLETED)
        .values_list("mentor_id", "goal__kind__code")
        .annotate(times=Count("pk"))
    )
    for mentor_id, kind, times in done:
        helped.setdefault(mentor_id, {})[kind] = times
    return MentorTable(list(_judgeable(_mentor(row, skills, helped.get(row.pk, {}), now) for row in rows)))


def need_of(request: HelpRequest, *, skills: Taxonomy, now: datetime) -> Need:
    """Return what ``request`` asks for, with what is known of its mentee. Works for an unsaved request."""
    profile = Profile.objects.prefetch_related("languages", "career", "availability").get(user=request.mentee)
    goal = request.goal
    tried = (
        Match.objects.filter(help_request=request)
        .filter(status__in=[Match.Status.DECLINED, Match.Status.EXPIRED, Match.Status.DISMISSED])
        .values_list("mentor__user_id", flat=True)
        if request.pk
        else ()
    )
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
        needs=tuple(
            replace(term, near=skills.near(term.key), known=skills.knows(term.key))
            for term in _terms(request.needs, skills)
        ),
        format=request.format,
        session_kind=request.session_kind.code,
        minutes=request.minutes,
        languages=_languages(profile),
        wanted_languages=frozenset(request.languages),
        career=_career(profile.career.all()),
        hours=_hours(profile, now),
        accepts_paid=request.accepts_paid,
        max_price=_price(request.max_rate_amount, request.max_rate_currency, request.max_rate_per),
        apart_from=kept_apart(request.mentee_id),
        declined_by=frozenset(tried),
        text=_request_vector(request),
        year=now.year,
    )


def _judgeable(mentors: Iterable[Mentor]) -> Iterator[Mentor]:
    """Leave out, and log, whom the engine cannot judge: one bad row must not stop a community."""
    for mentor in mentors:
        try:
            check_mentor(mentor)
        except ValueError as fault:
            log.error("left out of matching: %s", fault)
        else:
            yield mentor


def _mentor(row: JudgedMentor, skills: Taxonomy, helped: dict[str, int], now: datetime) -> Mentor:
    profile = row.user.profile
    running = row.running + row.active_elsewhere
    return Mentor(
        id=row.user_id,
        status=row.status,
        languages=_languages(profile),
        career=_career(profile.career.all()),
        skills=_terms(profile.skills, skills),
        teaches=_terms(row.teaches, skills),
        explores=_terms(row.explores, skills),
        goals=frozenset(kind.code for kind in row.goal_kinds.all()),
        formats=frozenset(row.formats),
        session_kinds=frozenset(kind.code for kind in row.session_kinds.all()),
        hours=_hours(profile, now),
        price=_price(row.rate_amount, row.rate_currency, row.rate_per),
        capacity=row.capacity,
        running=running,
        waiting=row.waiting,
        inbox_room=INBOX_PER_FREE_PLACE * max(row.capacity - running, 1),
        helped_with=helped,
        **_texts(row),
    )


def _texts(row: MentorProfile) -> dict[str, Any]:
    texts = getattr(row, "texts", None)
    # Vectors of an other model than the request's would compare to nonsense.
    if texts is None or not texts.items or texts.model != text_model().name:
        return {}
    return {"texts": tuple(texts.items), "vectors": matrix(texts.vectors, len(texts.items))}


def _request_vector(request: HelpRequest) -> NDArray[np.float32] | None:
    text = request_text(request)
    stored = RequestText.objects.filter(help_request=request, digest=digest_of(text)).first() if request.pk else None
    # Not stored: a preview, or a request that no worker has seen as it is now. One text.
    vector = vector_of(text) if stored is None else np.frombuffer(stored.vector, dtype=np.float32)
    return vector if vector.size else None


def _terms(words: Iterable[str], skills: Taxonomy) -> tuple[Term, ...]:
    return tuple(Term(key=skills.resolve(written), written=written) for written in words)


def _languages(profile: Profile) -> dict[str, Speaks]:
    return {language.code: SPEAKS[language.level] for language in profile.languages.all()}


def _career(steps: Iterable[CareerStep]) -> tuple[Step, ...]:
    return tuple(
        Step(
            role=step.role,
            field=step.field.casefold(),
            sector=step.sector,
            country=str(step.country or ""),
            level=LEVELS[step.level],
            start=step.start_year,
            end=step.end_year,
        )
        for step in steps
    )


def _hours(profile: Profile, now: datetime) -> int | None:
    windows = [(w.weekday, w.start_minute, w.end_minute) for w in profile.availability.all()]
    if not windows:
        return None
    zone = ZoneInfo(profile.timezone)
    today = now.astimezone(zone).date()
    return weekly_quarter_hours(windows, zone, today - timedelta(days=today.weekday()))


def _price(amount, currency: str, per: str) -> Price | None:
    return None if amount is None else Price(float(amount), currency, per)
