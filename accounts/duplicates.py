"""Pairs of people who may be one person, by the keys of their names and addresses."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.models import Block, Concern, NotSamePerson, User

# A name, or a mailbox, that more people have says nothing.
NAMESAKES_MAX = 20
LOOKALIKES_MAX = 20

# Each key is grouped in one pass over its index. A join of all people with all would take several.
PAIRS = """
WITH alike AS (
    SELECT array_agg(id) AS people, false AS by_address FROM accounts_user
    WHERE merged_into_id IS NULL AND NOT is_service AND name_key <> ''
    GROUP BY name_key HAVING count(*) BETWEEN 2 AND %(most)s
    UNION ALL
    SELECT array_agg(id), true FROM accounts_user
    WHERE merged_into_id IS NULL AND NOT is_service
    GROUP BY address_key HAVING count(*) BETWEEN 2 AND %(most)s
)
SELECT one, other, bool_or(by_address), bool_or(NOT by_address)
FROM alike, unnest(people) one, unnest(people) other
WHERE one < other AND one <> %(reader)s AND other <> %(reader)s
    AND NOT EXISTS (SELECT FROM accounts_notsameperson n WHERE n.first_id = one AND n.second_id = other)
GROUP BY one, other
ORDER BY bool_or(by_address) DESC, bool_or(NOT by_address) DESC, other DESC, one DESC
LIMIT %(limit)s OFFSET %(offset)s
"""

# The same for some people, and those who look like them.
ALIKE = """
WITH alike AS (
    SELECT array_agg(id) AS people FROM accounts_user
    WHERE merged_into_id IS NULL AND NOT is_service AND name_key <> ''
        AND name_key IN (SELECT name_key FROM accounts_user WHERE id = ANY(%(some)s))
    GROUP BY name_key HAVING count(*) BETWEEN 2 AND %(most)s
    UNION ALL
    SELECT array_agg(id) FROM accounts_user
    WHERE merged_into_id IS NULL AND NOT is_service
        AND address_key IN (SELECT address_key FROM accounts_user WHERE id = ANY(%(some)s))
    GROUP BY address_key HAVING count(*) BETWEEN 2 AND %(most)s
)
SELECT DISTINCT one, other
FROM alike, unnest(people) one, unnest(people) other
WHERE one < other
    AND NOT EXISTS (SELECT FROM accounts_notsameperson n WHERE n.first_id = one AND n.second_id = other)
ORDER BY one, other
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people who look alike. ``conflict`` says what lies between them. Empty: nothing."""

    one: User
    other: User
    same_address: bool
    same_name: bool
    conflict: str

    @property
    def people(self) -> tuple[User, User]:
        return self.one, self.other


def duplicates(*, reader: User, limit: int, offset: int) -> list[Pair]:
    """Return pairs who may be one person: those with alike addresses first, then the newest. Not with ``reader``."""
    values = {"most": NAMESAKES_MAX, "reader": reader.pk, "limit": limit, "offset": offset}
    with connection.cursor() as cursor:
        cursor.execute(PAIRS, values)
        rows = cursor.fetchall()
    people = _people([key for one, other, *_by in rows for key in (one, other)])
    between = conflicts(people)
    return [
        Pair(people[one], people[other], by_address, by_name, between.get(frozenset((one, other)), ""))
        for one, other, by_address, by_name in rows
    ]


def alike(some: Collection[int]) -> list[tuple[int, int]]:
    """Return the pairs of accounts that may be one person, by names and addresses like those of ``some`` people.

    Pairs of whom an admin said that they are two people are left out. Each pair is in ascending order.
    """
    with connection.cursor() as cursor:
        cursor.execute(ALIKE, {"some": list(some), "most": NAMESAKES_MAX})
        return cursor.fetchall()


def _people(keys: Collection[int]) -> dict[int, User]:
    return User.objects.select_related("profile", "mentor").in_bulk(keys)


def conflicts(keys: Collection[int]) -> dict[frozenset[int], str]:
    """Return in words what lies between each two of these people who block or report each other."""
    blocks = Block.objects.filter(blocker__in=keys, blocked__in=keys).values_list("blocker", "blocked")
    concerns = Concern.objects.filter(raised_by__in=keys, about__in=keys).values_list("raised_by", "about")
    found = {frozenset(pair): "One of them blocks the other." for pair in blocks}
    return found | {frozenset(pair): "One of them raised a concern about the other." for pair in concerns}


def lookalikes_of(person: User, *, reader: User) -> QuerySet[User]:
    """Return the people who may be the same person as ``person``, without those of whom an admin denied it.

    The admin ``reader`` is none of them.
    """
    alike = Q(address_key=person.address_key)
    if person.name_key:
        alike |= Q(name_key=person.name_key)
    others = User.objects.filter(alike, merged_into=None, is_service=False).exclude(pk__in=[person.pk, reader.pk])
    denied = NotSamePerson.objects.filter(Q(first=person) | Q(second=person))
    others = others.exclude(pk__in=denied.values("first")).exclude(pk__in=denied.values("second"))
    return others.select_related("profile", "mentor").order_by("-joined_at", "-pk")[:LOOKALIKES_MAX]


def denied_pairs(*, reader: User) -> QuerySet[NotSamePerson]:
    """Return the pairs of whom an admin said that they are two people, the last one first. Not with ``reader``."""
    pairs = NotSamePerson.objects.exclude(Q(first=reader) | Q(second=reader))
    return pairs.select_related("first", "second", "by").order_by("-said_at", "-pk")


def denied(one: User, other: User) -> NotSamePerson | None:
    """Return what an admin said of these two. None unless one said that they are two people."""
    first, second = sorted([one.pk, other.pk])
    return NotSamePerson.objects.select_related("by").filter(first=first, second=second).first()
