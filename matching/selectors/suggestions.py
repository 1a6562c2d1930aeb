"""Ranking mentors for one help request: the one path of the API, the worker and the commands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from babel import Locale
from django.db.models import QuerySet
from django_countries import countries

from accounts.models import MentorProfile
from accounts.selectors import taxonomy
from matching.engine import Suggestions, Vocabulary, suggest
from matching.models import HelpRequest
from matching.selectors.facts import judged_mentors, mentor_table, need_of
from mentorship.models import GoalKind, SessionKind

if TYPE_CHECKING:
    from matching.selectors.facts import JudgedMentor

# Countries whose names want an article in a sentence: "worked in the Netherlands".
WITH_ARTICLE = frozenset(
    "AE AX BQ BS CC CD CF CK DO FK FO GB GM GS IM IO KM KY MH MP MV NL PH PS SB SC TC TF UM US VA VG VI".split()
)


def suggestions_for(request: HelpRequest, *, now: datetime, among: Iterable[int] | None = None) -> Suggestions:
    """Rank every mentor for ``request``, saved or not; with ``among``, only those of these users."""
    mentors = judged_mentors() if among is None else judged_mentors().filter(user__in=among)
    return _suggest(request, mentors, now=now)


def check_mentor(request: HelpRequest, mentor: MentorProfile, *, now: datetime) -> tuple[str, ...]:
    """Return the names of the hard rules that keep ``mentor`` from ``request`` right now."""
    result = _suggest(request, judged_mentors().filter(pk=mentor.pk), now=now)
    if result.ineligible:
        return result.ineligible[0].rules
    # Rejected and deactivated mentors are not judged at all.
    return () if result.rows.size else ("not_approved",)


def _suggest(request: HelpRequest, mentors: QuerySet[JudgedMentor], *, now: datetime) -> Suggestions:
    skills = taxonomy()
    return suggest(
        need_of(request, skills=skills, now=now),
        mentor_table(mentors, skills=skills, now=now),
        vocabulary=vocabulary(),
    )


def vocabulary() -> Vocabulary:
    """Return the words that reasons are made of."""
    return Vocabulary(
        countries=_countries(),
        languages=_languages(),
        session_kinds=dict(SessionKind.objects.values_list("code", "name")),
        goals=dict(GoalKind.objects.values_list("code", "phrase")),
    )


@cache
def _countries() -> dict[str, str]:
    names = dict(Locale("en").territories)
    return {code: f"the {names[code]}" if code in WITH_ARTICLE else names.get(code, name) for code, name in countries}


@cache
def _languages() -> dict[str, str]:
    return {code: name for code, name in Locale("en").languages.items() if len(code) == 2}
