"""Mentor deserts: open requests against the free places of mentors who could serve them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass
from datetime import datetime
from enum import StrEnum

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q

from accounts.figures.values import Rows
from accounts.models.profile import LanguageLevel, understood
from accounts.words import country_labels, language_name
from matching.engine.deserts import Places, Supply, Wish, supplies
from matching.engine.words import plain
from matching.selectors.needs import judgeable_requests
from matching.selectors.snapshot import current_community
from mentorship.models import GoalKind

# A row of fewer people would tell what one of them looks for.
SHOWN_TO_ALL_FROM = 3


class Enough(StrEnum):
    """Whether there are places for the requests of a combination."""

    ENOUGH = "enough"
    SHORT = "short"
    NONE = "none"


ENOUGH = {
    Enough.ENOUGH: "with enough places",
    Enough.SHORT: "with too few places",
    Enough.NONE: "where no mentor has a place",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desert:
    """Requests of one kind of goal, field, country and languages, in words, with the free places for them.

    ``code`` names the combination in an address. ``mentor_users`` have the places: these and ``help_requests`` are
    primary keys.
    """

    code: str
    wish: Wish
    kind: str
    field: str
    country: str
    languages: str
    help_requests: list[int]
    mentees: int
    mentor_users: list[int]
    places: int
    missing: int

    @property
    def requests(self) -> int:
        return len(self.help_requests)

    @property
    def mentors(self) -> int:
        return len(self.mentor_users)

    @property
    def words(self) -> str:
        return ", ".join((self.kind, self.field, self.country, self.languages))

    @property
    def enough(self) -> Enough:
        return Enough.ENOUGH if not self.missing else Enough.SHORT if self.places else Enough.NONE


@dataclass(frozen=True, slots=True)
class Deserts:
    """The rows, those with the most missing first, and the free places of all mentors."""

    rows: list[Desert]
    places: int


@dataclass(frozen=True, slots=True)
class Wished:
    """The open requests with one wish: their primary keys, and those of their mentees."""

    help_requests: list[int]
    mentees: list[int]


def deserts(*, now: datetime) -> Deserts:
    """Return what open requests look for, each request once, and the free places. Constant number of queries."""
    wished, written = _wishes()
    wishes = {wish: len(those.help_requests) for wish, those in wished.items()}
    places = _places(wishes, now=now)
    # No ranking waits for this part.
    found = supplies(wishes, places)
    kinds = {kind.code: str(kind) for kind in GoalKind.objects.all()}
    return Deserts([_in_words(one, kinds, written, wished[one.wish]) for one in found], places.total)


def for_filters(found: Deserts) -> dict[str, Rows]:
    """Return the rows for the filters by combination, by the mentors who serve one, and by whether places suffice."""
    return {
        "combination": {row.code: (row.words, row.help_requests) for row in found.rows},
        "serves": {row.code: (row.words, row.mentor_users) for row in found.rows if row.mentors},
        "places": {
            state.value: (label, [pk for row in found.rows if row.enough == state for pk in row.help_requests])
            for state, label in ENOUGH.items()
        },
    }


def _places(wishes: Collection[Wish], *, now: datetime) -> Places:
    with current_community(now=now) as community:
        return Places(community.table, wishes)


def _code(wish: Wish) -> str:
    return hashlib.blake2s(repr(astuple(wish)).encode(), digest_size=6).hexdigest()


def _wishes() -> tuple[dict[Wish, Wished], dict[str, str]]:
    """Return the open requests by their wish, and each field as somebody wrote it."""
    working = [LanguageLevel.WORKING, LanguageLevel.FLUENT, LanguageLevel.NATIVE]
    spoken = ArrayAgg(
        "mentee__profile__languages__code", filter=Q(mentee__profile__languages__level__in=working), default=[]
    )
    requests = judgeable_requests().annotate(spoken=spoken).order_by("pk")
    goal = ("goal__kind__code", "goal__target_field", "goal__target_country")
    wished: dict[Wish, Wished] = defaultdict(lambda: Wished([], []))
    written: dict[str, str] = {}
    for pk, mentee, kind, field, country, wanted, speaks in requests.values_list(
        "pk", "mentee_id", *goal, "languages", "spoken"
    ):
        written.setdefault(plain(field), field)
        those = wished[Wish(kind, plain(field), country or "", _usable(speaks, wanted))]
        those.help_requests.append(pk)
        those.mentees.append(mentee)
    return wished, written


def _usable(speaks: Iterable[str], wanted: Iterable[str]) -> tuple[str, ...]:
    """Return the languages for a request: those that the mentee speaks, only wanted ones if any are."""
    accepted = understood(wanted)
    return tuple(sorted(code for code in set(speaks) if not accepted or code in accepted))


def _in_words(one: Supply, kinds: dict[str, str], written: dict[str, str], wished: Wished) -> Desert:
    wish = one.wish
    return Desert(
        code=_code(wish),
        wish=wish,
        kind=kinds[wish.kind],
        field=written[wish.field] or "any",
        country=country_labels().get(wish.country, wish.country) or "any",
        languages=" or ".join(language_name(code) for code in wish.languages) or "none at working level",
        help_requests=wished.help_requests,
        mentees=len(set(wished.mentees)),
        mentor_users=one.mentors,
        places=one.places,
        missing=one.missing,
    )
