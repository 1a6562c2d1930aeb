"""Kinds of causes for which an admin has to act: "escalations". Each app registers its own in a module of this name.

The rows of a kind are read anew each time. So an escalation is over at the moment at which its cause is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy

from accounts.models import Concern, MentorProfile, Notification, User
from accounts.selectors import (
    concerns_about_admins,
    failed_mails,
    mails_in_doubt,
    mails_of_concerns,
    open_concerns,
    unreached_people,
    waiting_applications,
)


class Rows(Protocol):
    """Return the rows with a cause, without an order. ``since_at`` of a row is the time since when it is there."""

    def __call__(self, *, days: int, now: datetime) -> QuerySet[Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationKind:
    """One kind of cause. ``rule`` says it in a sentence, with ``{days}`` in it.

    ``waits`` is read after a count: "2 applications to mentor". ``about`` returns the people whom a row is about, and
    ``detail`` what an admin should know of it at first sight. Both read what ``rows`` has loaded. ``shown_by`` returns
    the row of ``model`` whose page in the admin shows it: its ``page`` of that name. ``permission``: what its readers
    need, if the list of ``model`` is open to more of them. ``owner_field`` names the field with the owner of a row.
    Without one the owner is in the note on it.

    ``own`` is the condition on the rows of which an admin is a part: these are for the others. A channel that all
    admins read counts no row of ``kept_from_channels``.
    """

    code: str
    title: str
    rule: str
    days: int
    waits: Promise
    model: type[Model]
    rows: Rows
    about: Callable[[Any], Sequence[User]]
    detail: Callable[[Any], str] = lambda row: ""
    shown_by: Callable[[Any], Model] = lambda row: row
    page: str = "change"
    owner_field: str = ""
    own: Callable[[User], Q] = lambda reader: Q()
    kept_from_channels: Callable[[], Q] = Q
    permission: str = ""

    @property
    def view_permission(self) -> str:
        """The permission to see its rows: its own, or that of the list of its model."""
        return self.permission or f"{self.model._meta.app_label}.view_{self.model._meta.model_name}"

    def hidden_from(self, reader: User | None) -> Q:
        """Return the condition on rows that a reader does not see. None: a channel. Empty if there are none."""
        return self.own(reader) if reader else self.kept_from_channels()

    def url(self, row: Any) -> str:
        """Return the address of the admin's page that shows ``row``."""
        shown = self.shown_by(row)
        return reverse(f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_{self.page}", args=[shown.pk])

    def rule_with(self, days: int) -> str:
        return self.rule.format(days=f"{days} day" if days == 1 else f"{days} days")


_kinds: dict[str, EscalationKind] = {}


def register(*kinds: EscalationKind) -> None:
    """Add kinds. Raises ValueError if a code is taken."""
    for kind in kinds:
        if kind.code in _kinds:
            raise ValueError(f"escalation kind {kind.code!r} is registered twice")
        _kinds[kind.code] = kind


def all_kinds() -> tuple[EscalationKind, ...]:
    return tuple(_kinds.values())


def known_kind(code: str) -> EscalationKind | None:
    """Return the kind, or None for a code that another version had."""
    return _kinds.get(code)


def _recipient(mail: Notification) -> Sequence[User]:
    return [mail.recipient] if mail.recipient else []


def _title(mail: Notification) -> str:
    return f"“{mail.title}”: {mail.last_error}"


register(
    EscalationKind(
        code="application_waits",
        title="Application waits",
        rule="An application to mentor has waited for {days}.",
        days=3,
        waits=ngettext_lazy("waiting to be let in as a mentor", "waiting to be let in as mentors"),
        model=MentorProfile,
        rows=waiting_applications,
        about=lambda mentor: [mentor.user],
        page="decide",
        own=lambda reader: Q(user=reader),
    ),
    EscalationKind(
        code="concern_open",
        title="Concern open",
        rule="A concern about a member is open, and was raised {days} ago or earlier.",
        days=0,
        waits=ngettext_lazy("concern that is open", "concerns that are open"),
        model=Concern,
        rows=open_concerns,
        about=lambda concern: [concern.about, concern.raised_by],
        detail=lambda concern: concern.get_topic_display(),
        owner_field="owner",
        own=lambda reader: Q(about=reader) | Q(raised_by=reader),
        # An admin who sees none, and reads of one in a channel, would know that it is about them.
        kept_from_channels=lambda: Q(pk__in=concerns_about_admins()),
    ),
    EscalationKind(
        code="mail_uncertain",
        title="Mail uncertain",
        rule="A mail may have arrived or not, since an attempt {days} ago or earlier.",
        days=0,
        waits=ngettext_lazy("in the outbox that may have arrived or not", "in the outbox that may have arrived or not"),
        model=Notification,
        rows=mails_in_doubt,
        about=_recipient,
        detail=_title,
        own=lambda reader: mails_of_concerns(Concern.objects.filter(about=reader)),
        kept_from_channels=lambda: mails_of_concerns(concerns_about_admins()),
    ),
    EscalationKind(
        code="mail_failed",
        title="Mail not sent",
        rule="A mail could not be sent, the last time {days} ago or earlier.",
        days=0,
        waits=ngettext_lazy("in the outbox that could not be sent", "in the outbox that could not be sent"),
        model=Notification,
        rows=failed_mails,
        about=_recipient,
        detail=_title,
        own=lambda reader: mails_of_concerns(Concern.objects.filter(about=reader)),
        kept_from_channels=lambda: mails_of_concerns(concerns_about_admins()),
    ),
    EscalationKind(
        code="address_bounces",
        title="Address bounces",
        rule="An address has bounced for {days}, and a mail was or is due there.",
        days=0,
        waits=ngettext_lazy("whose address bounces", "whose address bounces"),
        model=User,
        rows=unreached_people,
        about=lambda user: [user],
    ),
)
