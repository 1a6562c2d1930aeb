"""Limits and deadlines that owners change. Each app registers its own in a module of this name.

A default comes from the environment or the code. A process reads the changed ones at most every FRESH_FOR seconds: so
a change counts at once where it was made, and within that time everywhere.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count, QuerySet

from accounts.models import CommunityRules, CommunitySetting, Concern, GroupMail, User
from accounts.models.concern import TIME_TO_CLOSE
from accounts.models.group_mail import A_DAY

FRESH_FOR = 10.0  # seconds


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that a change does. With ``rows``, the sentence begins with their number, and a list shows them.

    ``one`` is the sentence for one row, or without rows the whole sentence.
    """

    one: str
    many: str = ""
    rows: QuerySet[Any] | None = None

    @property
    def words(self) -> str:
        """The sentence. One query with rows."""
        return self.one if self.rows is None else counted(self.rows.count(), self.one, self.many)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingKind:
    """A limit or a deadline, a whole number of ``unit`` from ``least`` to ``most``.

    ``does`` says what it is for. ``runs_on`` says what happens with things that run when it changes. ``affects``
    returns what a change from one value to another does at a time; it reads only.
    """

    code: str
    group: str
    title: str
    does: str
    unit: str
    default: Callable[[], int]
    least: int
    most: int
    runs_on: str
    affects: Callable[[int, int, datetime], Sequence[Effect]]


# An effect of deadlines that a mail names.
SENT_MAILS = Effect("Mails that were sent name the day of before.")

_kinds: dict[str, SettingKind] = {}
_values: dict[str, int] = {}
_read_at = -math.inf


def register(*kinds: SettingKind) -> None:
    """Add kinds. Raises ValueError if a code is taken."""
    for kind in kinds:
        if kind.code in _kinds:
            raise ValueError(f"community setting {kind.code!r} is registered twice")
        _kinds[kind.code] = kind


def all_kinds() -> tuple[SettingKind, ...]:
    return tuple(_kinds.values())


def known_kind(code: str) -> SettingKind | None:
    """Return the kind, or None for a code that another version had."""
    return _kinds.get(code)


def value_of(code: str) -> int:
    """Return the value in force. Raises KeyError for an unknown code."""
    kind = _kinds[code]
    return _changed().get(code, kind.default())


def days_of(code: str) -> timedelta:
    """Return the value in force of a deadline."""
    return timedelta(days=value_of(code))


def forget_values() -> None:
    """Read the changed settings anew at the next use. Call it after a change."""
    remember({}, at=-math.inf)


def remember(values: dict[str, int], *, at: float) -> None:
    """Keep the changed settings as they were read ``at`` a time of the monotonic clock."""
    global _values, _read_at
    _values, _read_at = values, at


def _changed() -> dict[str, int]:
    now = time.monotonic()
    if now - _read_at >= FRESH_FOR:
        # The process keeps them, so they are not read on a replica.
        stored = CommunitySetting.objects.using(DEFAULT_DB_ALIAS).values_list("code", "value")
        remember({code: value for code, value in stored if value is not None}, at=now)
    return _values


def counted(count: int, one: str, many: str) -> str:
    """Return a sentence that begins with a number: that of ``many`` unless the number is 1."""
    return f"{count} {one if count == 1 else many}"


def _open_concerns(old: int, new: int, now: datetime) -> Sequence[Effect]:
    is_open = Concern.objects.filter(status=Concern.Status.OPEN)
    return [Effect("open concern keeps its day.", "open concerns keep their days.", is_open)]


def _rules(old: int, new: int, now: datetime) -> Sequence[Effect]:
    published = CommunityRules.objects.filter(required_at__isnull=False, published_at__lte=now)
    return [Effect("published version keeps its day.", "published versions keep their days.", published)]


def _group_mails(old: int, new: int, now: datetime) -> Sequence[Effect]:
    today = GroupMail.objects.filter(scheduled_at__gt=now - A_DAY, scheduled_by__isnull=False).order_by()
    often = today.values("scheduled_by").annotate(count=Count("pk")).filter(count__gte=new)
    return [
        Effect(
            "admin has sent as many within the last day, and sends no other until that is over.",
            "admins have sent as many within the last day, and send no other until that is over.",
            User.objects.filter(pk__in=often.values("scheduled_by")),
        )
    ]


def old_drafts(*, after: timedelta, now: datetime) -> QuerySet[GroupMail]:
    """Return the drafts of mails to groups that were begun so long ago."""
    return GroupMail.objects.filter(status=GroupMail.Status.DRAFT, status_since_at__lte=now - after).order_by("pk")


def _drafts(old: int, new: int, now: datetime) -> Sequence[Effect]:
    return [
        Effect(
            f"draft is older than {new} days, and is discarded within six hours.",
            f"drafts are older than {new} days, and are discarded within six hours.",
            old_drafts(after=timedelta(days=new), now=now),
        )
    ]


register(
    SettingKind(
        code="concern_days",
        group="Safety",
        title="Time to close a concern",
        does="A concern should be closed so many days after it was raised. Its page and its list say when it is late.",
        unit="days",
        default=lambda: TIME_TO_CLOSE.days,
        least=1,
        most=30,
        runs_on="Concerns that are open keep the day that they have. New ones get the new one.",
        affects=_open_concerns,
    ),
    SettingKind(
        code="rules_grace_days",
        group="Safety",
        title="Time to accept new rules",
        does="A page that publishes rules begins with so many days in which everything works without an answer.",
        unit="days",
        default=lambda: 14,
        least=0,
        most=90,
        runs_on="Each version has its own day, which its page shows before it is published.",
        affects=_rules,
    ),
    SettingKind(
        code="group_mails_a_day",
        group="Mails to groups",
        title="Mails to groups within a day",
        does="One admin sends at most so many mails to groups within 24 hours.",
        unit="mails",
        default=lambda: 3,
        least=1,
        most=50,
        runs_on="Mails that were sent or planned go on.",
        affects=_group_mails,
    ),
    SettingKind(
        code="draft_days",
        group="Mails to groups",
        title="Drafts of mails to groups",
        does="A draft that was not sent for so many days is discarded, and its recipients are forgotten.",
        unit="days",
        default=lambda: 30,
        least=1,
        most=365,
        runs_on="Discarded drafts do not come back.",
        affects=_drafts,
    ),
)
