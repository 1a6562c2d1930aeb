"""Corrections of a help request, as its mentors may read them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.words import language_name
from matching.models import Correction, HelpRequest, Match
from matching.selectors.shown import Shown, shown

# A mentor without a question reads the need, and not the mentee.
FOR_ANY_MENTOR = ("gap", "ask", "needs", "minutes", "languages")
FOR_MENTORS_ASKED = ("situation", "why")
LABELS = {
    "situation": gettext_lazy("Situation"),
    "gap": gettext_lazy("What is missing"),
    "ask": gettext_lazy("The ask"),
    "why": gettext_lazy("Why it matters"),
    "needs": gettext_lazy("Help wanted with"),
    "minutes": gettext_lazy("Time wanted"),
    "languages": gettext_lazy("Languages"),
}


def last_correction_at(help_request_id: int) -> datetime | None:
    """Return the time of the last correction of a request: what was judged before it is out of date."""
    return Correction.objects.filter(help_request=help_request_id).aggregate(last=Max("corrected_at"))["last"]


@dataclass(frozen=True, slots=True)
class Change:
    """One changed field in words."""

    field: str
    label: str
    before: str
    after: str


def readable_by(match: Match) -> tuple[str, ...]:
    """Return the fields that the mentor of ``match`` may read now. The match carries ``is_kept_apart``."""
    level = shown(match, to=Match.Side.MENTOR)
    if level >= Shown.PERSON:
        return (*FOR_MENTORS_ASKED, *FOR_ANY_MENTOR)
    return FOR_ANY_MENTOR if level >= Shown.NEED else ()


def changes_since(match: Match, read: int) -> list[Change]:
    """Return what changed after correction ``read``, as far as the mentor of ``match`` may read it now.

    A number that no correction has yet was not read: all changes are returned.
    """
    return _changes(_after(match.help_request, read), readable_by(match))


def changes_for_any_mentor(request: HelpRequest, read: int) -> list[Change]:
    """Return what changed after correction ``read``, as far as a mentor without a question may read it."""
    return _changes(_after(request, read), FOR_ANY_MENTOR)


def changes_for(match: Match, correction: Correction) -> list[Change]:
    """Return what a correction changed, as far as the mentor of ``match`` may read it now."""
    return _changes([correction], readable_by(match))


def _after(request: HelpRequest, read: int) -> list[Correction]:
    corrections = list(request.corrections.all())
    return corrections[read if 0 <= read <= len(corrections) else 0 :]


def _changes(corrections: Sequence[Correction], readable: Collection[str]) -> list[Change]:
    """Return what corrections in a row changed, in the order of a page."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for correction in corrections:
        before = correction.before | before
        after |= correction.after
    names = [name for name in LABELS if name in readable and name in after and before[name] != after[name]]
    return [
        Change(name, str(LABELS[name]), _in_words(name, before[name]), _in_words(name, after[name])) for name in names
    ]


def count_of_told(request: HelpRequest) -> int:
    """Return how many mentors are told of a correction: those who were asked, or offered."""
    return request.matches.filter(status__in=Match.WAITING).count()


def _in_words(name: str, value: Any) -> str:
    if name == "minutes":
        return ngettext("%(count)d minute", "%(count)d minutes", value) % {"count": value}
    if name == "languages":
        return ", ".join(map(language_name, value)) or _("any that you both speak")
    if name == "needs":
        value = ", ".join(value)
    return value or _("(nothing)")
