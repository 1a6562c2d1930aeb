"""Subjects of concerns and blocks, and outcomes of concerns. Each app registers its own.

An app lists both in a module ``concerns``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise

from accounts.models import Concern, User

# The sentence that the person who raised a concern, and the other one, read about its end.
Told = Literal["no_action", "talked_to", "kept_apart", "acted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectKind:
    """A kind of thing that two people share, such as a session.

    ``other`` returns the other person of the thing with this identifier, for a reader who knows their name. It does
    not ask whether the two are kept apart: somebody who was blocked can still report what happened before. None for a
    thing that the reader does not know. ``route`` is the page on which the reader blocks or reports.
    """

    code: str
    label: str | Promise
    other: Callable[[UUID, User], User | None]
    route: str

    def page(self, uuid: UUID | str) -> str:
        return reverse(self.route, args=[uuid])


@dataclass(frozen=True, slots=True)
class Fact:
    """A line about two people for the organisers: since when, and the page of the admin that shows more."""

    since_at: datetime
    words: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A way in which a concern ends. ``label`` is for the organisers, who read them by ``position``: mild ones first.

    The two stay kept apart after it if ``parts``. ``act`` makes its consequence in the transaction of the end, and
    gets the concern, the admin, the reason and the time. ``reason_for`` says who reads that reason. Empty: none is
    asked for. ``is_possible`` says whether there is something to act on.
    """

    code: str
    position: int
    label: str
    told: Told
    parts: bool
    reason_for: str = ""
    act: Callable[[Concern, User, str, datetime], object] | None = None
    is_possible: Callable[[Concern], bool] = lambda concern: True


_kinds: dict[str, SubjectKind] = {}
_outcomes: dict[str, Outcome] = {}
_facts: list[Callable[[User, User], list[Fact]]] = []


def register_subjects(*kinds: SubjectKind) -> None:
    """Add kinds of things. Raises ValueError if the code of one is taken."""
    for kind in kinds:
        if kind.code in _kinds:
            raise ValueError(f"the subject {kind.code!r} is registered twice")
        _kinds[kind.code] = kind


def register_outcomes(*outcomes: Outcome) -> None:
    """Add outcomes. Raises ValueError if the code of one is taken."""
    for outcome in outcomes:
        if outcome.code in _outcomes:
            raise ValueError(f"the outcome {outcome.code!r} is registered twice")
        _outcomes[outcome.code] = outcome


def register_facts(facts: Callable[[User, User], list[Fact]]) -> None:
    """Add a function that returns what two people have or had with each other."""
    _facts.append(facts)


def subject_codes() -> list[tuple[str, str | Promise]]:
    """Return the code and the label of each kind."""
    return [(kind.code, kind.label) for kind in _kinds.values()]


def subject_kind(code: str) -> SubjectKind | None:
    """Return the kind. None for a code that no app registered."""
    return _kinds.get(code)


def other_person(code: str, uuid: UUID, reader: User) -> User | None:
    """Return the other person of a thing that the reader knows. None for any other code and identifier."""
    kind = subject_kind(code)
    return kind.other(uuid, reader) if kind else None


def all_outcomes() -> tuple[Outcome, ...]:
    return tuple(sorted(_outcomes.values(), key=lambda outcome: outcome.position))


def outcome_of(code: str) -> Outcome | None:
    """Return the outcome. None for a code that a version with other outcomes wrote."""
    return _outcomes.get(code)


def facts_about(one: User, other: User) -> list[Fact]:
    """Return what two people have or had with each other, the newest first."""
    found = (fact for facts in _facts for fact in facts(one, other))
    return sorted(found, key=lambda fact: fact.since_at, reverse=True)
