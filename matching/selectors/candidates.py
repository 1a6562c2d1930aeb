"""Mentors whom an admin considers for a request: a search for them, and one of them beside the request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from accounts.models import MentorProfile, User
from matching.engine import Suggestion
from matching.models import OVERRIDABLE
from matching.selectors.words_for_admins import LINES_IN_WORDS

FOUND_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A mentor beside a request. ``rules`` are all hard rules in the way, in the order of RULES.

    ``judged`` has fit and reasons whatever the rules. None for a rejected or deactivated mentor.
    """

    mentor: MentorProfile
    judged: Suggestion | None
    rules: tuple[str, ...] = ()

    @property
    def overridable(self) -> tuple[str, ...]:
        return tuple(rule for rule in self.rules if rule in OVERRIDABLE)

    @property
    def forbidding(self) -> tuple[str, ...]:
        return tuple(rule for rule in self.rules if rule not in OVERRIDABLE)

    @property
    def points(self) -> Sequence[tuple[str, int, int]]:
        """The words, the points and their maximum of each criterion."""
        return [
            (LINES_IN_WORDS.get(name, name), criterion.points, max(round(criterion.weight), criterion.points))
            for name, criterion in (self.judged.criteria.items() if self.judged else ())
        ]


def mentors_called(words: str, *, by_address: bool) -> list[MentorProfile]:
    """Return up to FOUND_MAX mentors whose name has all ``words``, or the one with this UUID.

    If ``by_address``, also those whose address has the words.
    """
    mentors = MentorProfile.objects.select_related("user__profile").exclude(status=MentorProfile.Status.REJECTED)
    found = mentors.filter(_wanted(words, by_address=by_address), user__is_active=True)
    return list(found.order_by("user__name", "pk")[:FOUND_MAX]) if words else []


def _wanted(words: str, *, by_address: bool) -> Q:
    try:
        return Q(uuid=UUID(words))
    except ValueError:
        wanted = Q()
    for word in words.split():
        wanted &= Q(user__name__icontains=word)
    if by_address:
        wanted |= Q(user__email__icontains=User.objects.normalize_email(words))
    return wanted
