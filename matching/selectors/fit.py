"""The fit of particular mentors for one request of a mentee, or the sentences why they cannot be asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from django.utils.translation import gettext

from accounts.models import MentorProfile
from accounts.selectors import taxonomy
from matching.engine import RULES, UNAVAILABLE, MentorTable, suggest
from matching.models import HelpRequest
from matching.selectors.facts import judged_mentors, read_sentences
from matching.selectors.needs import need_of
from matching.selectors.snapshot import current_community
from matching.selectors.words import Words

SENTENCES = {rule.name: UNAVAILABLE if rule.private else rule.sentence for rule in RULES}


@dataclass(frozen=True, slots=True)
class Fit:
    """``points``: 0 to 100, with ``reasons`` for the mentee. None if a hard rule excludes the mentor, then ``why_not``.

    Private rules share one sentence, which reveals none of them.
    """

    points: int | None
    reasons: tuple[str, ...] = ()
    why_not: tuple[str, ...] = ()


def fits_of(request: HelpRequest, mentors: Iterable[MentorProfile], *, now: datetime) -> dict[int, Fit]:
    """Return the fit of each of ``mentors`` for ``request``, saved or not, by the mentor's user id.

    A mentor who is shown often enough already can still be named, so that rule does not count.
    """
    users = [mentor.user_id for mentor in mentors]
    skills = taxonomy()
    judged = judged_mentors(skills=skills, now=now, among=users)
    table = MentorTable(replace(facts, shown=0) for facts in judged)
    found = suggest(need_of(request, skills=skills, now=now), table, vocabulary=Words.read().of, read=read_sentences)
    fits = {suggestion.mentor_id: Fit(suggestion.fit, suggestion.reasons) for suggestion in found.ranked}
    fits |= {out.mentor_id: Fit(None, why_not=sentences_of(out.rules)) for out in found.ineligible}
    # Rejected and deactivated mentors, and rows that the engine refuses, are not judged.
    return {user: fits.get(user) or Fit(None, why_not=(gettext(UNAVAILABLE),)) for user in users}


def by_fit(request: HelpRequest, *, now: datetime) -> list[int]:
    """Return the user ids of all eligible mentors, best fit first, by this process's copy of the community."""
    with current_community(now=now) as community:
        need = need_of(request, skills=community.skills, now=now)
        order = suggest(need, community.table, read=read_sentences).order
        best = np.argsort(-order.judged.score, kind="stable")
        return [int(user) for user in community.table.ids[order.rows[best]]]


def sentences_of(rules: Iterable[str]) -> tuple[str, ...]:
    """Return the sentences of the broken rules, for the mentee, each once."""
    return tuple(dict.fromkeys(gettext(SENTENCES[rule]) for rule in rules))
