"""Open escalations: the rows of all kinds, the oldest first, without those that rest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value

from accounts.escalations import EscalationKind, all_kinds, known_kind
from accounts.models import Escalation, EscalationRule, User
from accounts.selectors import admins_who_may

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

# Code of the kind, key of the row, and the time since when.
Key = tuple[str, int, datetime]
# By code of the kind: the count, and the oldest time.
Counts = dict[str, tuple[int, datetime | None]]


class Owner(StrEnum):
    """Whose escalations a list shows."""

    ALL = "all"
    MINE = "mine"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleInForce:
    """The rule of a kind in force."""

    kind: EscalationKind
    days: int
    is_on: bool
    owner: User | None

    @property
    def sentence(self) -> str:
        return self.kind.rule_with(self.days)

    @property
    def values(self) -> str:
        """The days, the switch and the owner as one text. A form sends back the text that its reader saw."""
        return rule_values(self.days, self.is_on, self.owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The name of an escalation: its kind, the key of its row, and the time since when its cause is there."""

    kind: str
    subject: int
    since_at: datetime

    @property
    def since(self) -> int:
        """``since_at`` in microseconds, for addresses."""
        return (self.since_at - EPOCH) // MICROSECOND


def moment(since: int) -> datetime:
    """Return the time of ``Cause.since``. Raises OverflowError for one that is no time."""
    return EPOCH + since * MICROSECOND


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEscalation:
    """An escalation that needs somebody: its row, and the admins' note on it, if there is one."""

    rule: RuleInForce
    row: Any
    note: Escalation | None

    @property
    def kind(self) -> EscalationKind:
        return self.rule.kind

    @property
    def cause(self) -> Cause:
        return Cause(kind=self.kind.code, subject=self.row.pk, since_at=self.row.since_at)

    @property
    def about(self) -> list[User]:
        return list(self.kind.about(self.row))

    @property
    def detail(self) -> str:
        return self.kind.detail(self.row)

    @property
    def url(self) -> str:
        return self.kind.url(self.row)

    @property
    def assigned_to(self) -> User | None:
        """The admin whom it is assigned to, unless they may not see it any more."""
        if self.kind.owner_field:
            person = getattr(self.row, self.kind.owner_field)
        else:
            person = self.note.assigned_to if self.note else None
        return _if_able(person, self.kind)

    @property
    def owner(self) -> User | None:
        """The admin whom it is assigned to, else the owner of its rule."""
        return self.assigned_to or self.rule.owner


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The causes before and after one in a list, and the number of those before it.

    ``place`` counts from 1. It is None for a cause that is not in the list.
    """

    before: Cause | None
    after: Cause | None
    earlier: int
    place: int | None
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCount:
    """How many escalations of a kind are open, and since when the oldest one is."""

    rule: RuleInForce
    count: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The counts of all kinds, and a part of the escalations, the oldest first."""

    counts: list[OpenCount]
    found: list[OpenEscalation]


def rule_values(days: int, is_on: bool, owner: User | None) -> str:
    """Return the values of a rule as one text. It names the owner by key."""
    return f"{days} {is_on} {owner.pk if owner else 'nobody'}"


def rules_in_force() -> list[RuleInForce]:
    """Return the rule of each kind, also of those that are off, in the order of registration. One query."""
    changed = {rule.kind: rule for rule in EscalationRule.objects.select_related("owner")}
    return [_in_force(kind, changed.get(kind.code)) for kind in all_kinds()]


def rule_in_force(kind: EscalationKind) -> RuleInForce:
    """Return the rule of ``kind``. One query."""
    return _in_force(kind, EscalationRule.objects.filter(kind=kind.code).select_related("owner").first())


def _in_force(kind: EscalationKind, changed: EscalationRule | None) -> RuleInForce:
    if changed is None:
        return RuleInForce(kind=kind, days=kind.days, is_on=True, owner=None)
    return RuleInForce(kind=kind, days=changed.days, is_on=changed.is_on, owner=_if_able(changed.owner, kind))


def _if_able(person: User | None, kind: EscalationKind) -> User | None:
    """Return ``person``, or None for somebody who may not see escalations of ``kind``: a former admin, for one."""
    return person if person is not None and person.has_perm(kind.view_permission) else None


def count_with(kind: EscalationKind, *, days: int, now: datetime, reader: User | None = None) -> int:
    """Return how many escalations of ``kind`` would be open under a rule of ``days``. One query."""
    return _awake(kind, _rows(kind, days, now, reader), now).count()


def look(
    rules: Iterable[RuleInForce],
    *,
    now: datetime,
    owner: Owner = Owner.ALL,
    reader: User | None = None,
    kind: str = "",
    start: int = 0,
    stop: int = 0,
) -> Look:
    """Return the counts of ``rules`` that are on, and their open escalations from place ``start`` to ``stop``.

    ``kind`` limits the escalations, not the counts. ``reader`` is the admin who reads them, and to whom MINE refers.
    None: a channel. Nobody gets rows of which they are a part. One query finds all, one reads the notes, and one more
    reads the rows of each kind that is among the escalations.
    """
    on = {rule.kind.code: rule for rule in rules if rule.is_on}
    # Each is made once, and used twice: to make them costs more than some of them take.
    every = {code: _rows(rule.kind, rule.days, now, reader) for code, rule in on.items()}
    parts = [_open(rule, every[code], owner, reader, now) for code, rule in on.items()]
    counts, keys = _find([part for part in parts if part is not None], kind, start, stop)
    rows = {
        (code, row.pk): row
        for code, those in every.items()
        if (of_kind := [pk for of, pk, _ in keys if of == code])
        for row in those.filter(pk__in=of_kind)
    }
    notes = _notes(keys) if keys else {}
    return Look(
        counts=[
            OpenCount(rule=rule, count=count, oldest_at=oldest)
            for code, rule in on.items()
            for count, oldest in [counts.get(code, (0, None))]
        ],
        found=[
            OpenEscalation(rule=on[code], row=rows[code, pk], note=notes.get((code, pk, since_at)))
            for code, pk, since_at in keys
            # Gone since it was found.
            if (code, pk) in rows
        ],
    )


def open_counts(
    rules: Iterable[RuleInForce], *, now: datetime, owner: Owner = Owner.ALL, reader: User | None = None
) -> list[OpenCount]:
    """Return the count of each of ``rules`` that is on, zeros included. One query."""
    return look(rules, now=now, owner=owner, reader=reader).counts


def beside(
    cause: Cause, rules: Iterable[RuleInForce], *, now: datetime, owner: Owner = Owner.ALL, reader: User | None = None
) -> Beside:
    """Return what stands around a cause in the list of ``rules`` that are on, in the order of ``look``. One query."""
    parts = [_open(rule, _rows(rule.kind, rule.days, now, reader), owner, reader, now) for rule in rules if rule.is_on]
    found, values = _union([part for part in parts if part is not None])
    if not found:
        return Beside(before=None, after=None, earlier=0, place=None, total=0)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH found (kind, pk, since_at) AS MATERIALIZED ({found}), placed AS ("  # noqa: S608 -- Django's own statement
            "SELECT *, row_number() OVER (ORDER BY since_at, kind, pk) AS place, count(*) OVER () AS total FROM found) "
            "SELECT kind, pk, since_at, place, earlier, total FROM placed, "
            "(SELECT count(*) AS earlier FROM found WHERE (since_at, kind, pk) < (%s, %s, %s)) AS those "
            "WHERE place BETWEEN earlier AND earlier + 2",
            [*values, cause.since_at, cause.kind, cause.subject],
        )
        rows = cursor.fetchall()
    near = {place: Cause(kind=code, subject=pk, since_at=at) for code, pk, at, place, _, _ in rows}
    earlier, total = rows[0][4:] if rows else (0, 0)
    is_there = near.get(earlier + 1) == cause
    return Beside(
        before=near.get(earlier),
        after=near.get(earlier + 1 + is_there),
        earlier=earlier,
        place=earlier + 1 if is_there else None,
        total=total,
    )


def open_escalation(cause: Cause, rule: RuleInForce, *, reader: User | None, now: datetime) -> OpenEscalation | None:
    """Return the escalation of a cause that is still there, also if it rests. Two queries.

    None for one of which ``reader`` is a part.
    """
    rows = _rows(rule.kind, rule.days, now, reader)
    row = rows.filter(pk=cause.subject, since_at=cause.since_at).first()
    if row is None:
        return None
    return OpenEscalation(rule=rule, row=row, note=note_on(cause))


def is_part(person: User, cause: Cause, *, now: datetime) -> bool:
    """Return whether ``person`` is a part of the row of a cause. Another admin takes care of it then. One query."""
    kind = known_kind(cause.kind)
    return kind is not None and own_rows(kind, person, now=now).filter(pk=cause.subject).exists()


def own_rows(kind: EscalationKind, person: User, *, now: datetime) -> QuerySet[Any]:
    """Return the rows of which ``person`` is a part, whether they need somebody or not."""
    rows, own = kind.rows(days=kind.days, now=now).model._default_manager, kind.own(person)
    return rows.filter(own) if own else rows.none()


def notes_for(reader: User, *, now: datetime) -> QuerySet[Escalation]:
    """Return the notes on causes of which ``reader`` is no part."""
    own = [Q(kind=kind.code, subject__in=own_rows(kind, reader, now=now).values("pk")) for kind in all_kinds()]
    return Escalation.objects.exclude(Q(*own, _connector=Q.OR))


def note_on(cause: Cause) -> Escalation | None:
    """Return the admins' note on a cause, if there is one."""
    people = Escalation.objects.select_related("assigned_to", "dismissed_by", "acted_by", "snoozed_by")
    return people.filter(kind=cause.kind, subject=cause.subject, since_at=cause.since_at).first()


def _rows(kind: EscalationKind, days: int, now: datetime, reader: User | None) -> QuerySet[Any]:
    rows, hidden = kind.rows(days=days, now=now), kind.hidden_from(reader)
    return rows.exclude(hidden) if hidden else rows


def _open(
    rule: RuleInForce, rows: QuerySet[Any], owner: Owner, reader: User | None, now: datetime
) -> QuerySet[Any] | None:
    """Return code, key and ``since_at`` of the open escalations of a kind. None if there cannot be any."""
    rows, able = _awake(rule.kind, rows, now), admins_who_may(rule.kind.view_permission)
    match owner:
        case Owner.MINE if reader is not None and rule.owner == reader:
            rows = rows.filter(~_is_of(rule.kind, able.exclude(pk=reader.pk)))
        case Owner.MINE:
            rows = rows.filter(_is_of(rule.kind, able.filter(pk=reader.pk) if reader else able.none()))
        case Owner.NOBODY if rule.owner is not None:
            return None
        case Owner.NOBODY:
            rows = rows.filter(~_is_of(rule.kind, able))
    return rows.annotate(kind_code=Value(rule.kind.code, CharField())).values_list("kind_code", "pk", "since_at")


def _is_of(kind: EscalationKind, admins: QuerySet[User]) -> Q:
    """Return the condition on rows that they are assigned to one of ``admins``."""
    keys = admins.order_by().values("pk")
    if kind.owner_field:
        return Q(**{f"{kind.owner_field}__in": keys})
    return Q(Exists(_notes_of(kind).filter(assigned_to__in=keys)))


def _find(parts: list[QuerySet[Any]], kind: str, start: int, stop: int) -> tuple[Counts, list[Key]]:
    """Return count and oldest of each kind, and the keys of one page. The rows are found once for both."""
    found, values = _union(parts)
    if not found:
        return {}, []
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH found (kind, pk, since_at) AS MATERIALIZED ({found}) "  # noqa: S608 -- Django's own statement
            "SELECT kind, NULL AS pk, min(since_at) AS since_at, count(*) FROM found GROUP BY kind UNION ALL "
            "(SELECT kind, pk, since_at, 0 FROM found WHERE %s IN ('', kind) "
            "ORDER BY since_at, kind, pk LIMIT %s OFFSET %s)",
            [*values, kind, stop - start, start],
        )
        rows = cursor.fetchall()
    counts = {code: (count, oldest) for code, pk, oldest, count in rows if pk is None}
    return counts, sorted(((code, pk, at) for code, pk, at, _ in rows if pk is not None), key=lambda key: (key[2], key))


def _union(parts: list[QuerySet[Any]]) -> tuple[str, Sequence[Any]]:
    """Return the statement that finds the rows of all ``parts``, and its values. Empty without parts."""
    if not parts:
        return "", ()
    [first, *others] = parts
    return (first.union(*others, all=True) if others else first).query.sql_with_params()


def _awake(kind: EscalationKind, rows: QuerySet[Any], now: datetime) -> QuerySet[Any]:
    """Return those of ``rows`` that were not dismissed and do not rest, without an order."""
    resting = Q(dismissed_at__isnull=False) | Q(snoozed_until_at__gt=now)
    return rows.exclude(Exists(_notes_of(kind).filter(resting))).order_by()


def _notes_of(kind: EscalationKind) -> QuerySet[Escalation]:
    return Escalation.objects.filter(kind=kind.code, subject=OuterRef("pk"), since_at=OuterRef("since_at"))


def _notes(keys: Collection[Key]) -> dict[Key, Escalation]:
    notes = Escalation.objects.select_related("assigned_to", "dismissed_by", "acted_by", "snoozed_by")
    codes, subjects = {code for code, _, _ in keys}, {pk for _, pk, _ in keys}
    return {
        (note.kind, note.subject, note.since_at): note for note in notes.filter(kind__in=codes, subject__in=subjects)
    }
