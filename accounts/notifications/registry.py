"""Kinds of messages, and the groups by which people choose their delivery. Each app registers its own.

An app lists its kinds in ``notification_kinds.py``. A group is registered with its first kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import Notification, NotificationChoice, User

Context = Mapping[str, Any]
Email = NotificationChoice.Email


@dataclass(frozen=True, slots=True)
class Group:
    """Kinds of messages with one choice of delivery and one link to stop them.

    ``code`` is its name in links and in the API. ``about`` completes "mails ...". ``when_off`` says what it means to
    switch them off, for those who choose.
    """

    code: str
    about: str | Promise = field(compare=False)
    # False: people cannot choose the delivery.
    is_chosen: bool = True
    # The delivery by mail for people who did not choose.
    default: Email = Email.NOW
    # False: sent in quiet hours as well.
    keeps_quiet_hours: bool = True
    # True: only admins get these, and choose their delivery.
    for_admins: bool = False
    when_off: str = ""


# Groups that several apps use, and those that delivery treats in a special way.
ACCOUNT = Group(
    "account", gettext_lazy("about your account and your application"), is_chosen=False, keeps_quiet_hours=False
)
REMINDERS = Group("reminders", gettext_lazy("that remind you of what waits for you"))
ADMINS = Group("admins", gettext_lazy("for the admins of the community"), for_admins=True)
DIGEST = Group("digest", gettext_lazy("with what happened, once a day"), is_chosen=False)
CHANNEL = Group("channel", gettext_lazy("(posts to a channel on Slack)"), is_chosen=False, keeps_quiet_hours=False)


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """A calendar object for a mail: in a context under "calendar". ``method`` is that of iTIP, such as REQUEST."""

    method: str
    text: str


@dataclass(frozen=True, slots=True)
class NotificationKind:
    """One kind of message. ``tells`` completes "Tells that ...".

    ``context`` reads the values for the templates in ``notifications/<code>/``: ``subject.txt``, ``body.txt`` and
    ``body.html``, or ``post.txt`` for a channel. None means that the message is no longer true: it is not sent. It is
    called when the row is written, for the title, and again before sending.
    """

    code: str
    group: Group
    tells: str | Promise
    context: Callable[[Notification], Context | None]
    # Made-up values for the templates: the catalogue shows every message with them.
    sample: Callable[[], Context]
    # Holds a secret, such as a code: the payload is emptied once the row is settled, and the app does not show it.
    secret: bool = False
    # Also sent to an address that bounces: its owner may need the mail to change the address.
    in_spite_of_bounces: bool = False
    # About two people who work together: an answer goes to ``answers_to`` of the context, not to the community. None
    # there means that the two are kept apart.
    answers_go_to_other: bool = False
    # About two people: the key of the payload that holds what they share, which is also its code in the registry of
    # concerns. The foot of the mail leads to the page on which the recipient reports a problem. Empty: no such link.
    trouble_with: str = ""
    # For a message that may have arrived: "hold" shows it to the admins, "resend" sends it once more. Choose "resend"
    # if a duplicate is better than a loss. A server that honours EMAIL_IDEMPOTENCY_HEADER makes both needless.
    if_in_doubt: Literal["hold", "resend"] = "hold"
    # A kind for admins goes to those whose role has this permission (accounts/roles.py).
    permission: str = ""

    @property
    def is_in_app(self) -> bool:
        return not self.secret and self.group not in (DIGEST, CHANNEL)


_kinds: dict[str, NotificationKind] = {}


def register(*kinds: NotificationKind) -> None:
    """Add kinds. Raises ValueError for a code that is taken, and for a kind for admins that names no permission."""
    for kind in kinds:
        if kind.group.for_admins and not kind.permission:
            raise ValueError(f"notification kind {kind.code!r} is for admins, and names no permission")
        if kind.code in _kinds:
            raise ValueError(f"notification kind {kind.code!r} is registered twice")
        if (same := group_of(kind.group.code)) not in (None, kind.group):
            raise ValueError(f"there are two groups {kind.group.code!r}: {same} and {kind.group}")
        _kinds[kind.code] = kind


def all_kinds() -> tuple[NotificationKind, ...]:
    return tuple(_kinds.values())


def known_kind(code: str) -> NotificationKind | None:
    """Return the kind, or None for a row that a version with other kinds wrote."""
    return _kinds.get(code)


def kind_of(code: str) -> NotificationKind:
    """Return the kind, or raise LookupError with the codes that exist."""
    try:
        return _kinds[code]
    except KeyError:
        raise LookupError(f"no notification kind {code!r}; there are {', '.join(sorted(_kinds))}") from None


def all_groups() -> tuple[Group, ...]:
    """Return the groups in the order in which their first kinds were registered."""
    return tuple(dict.fromkeys(kind.group for kind in _kinds.values()))


def group_of(code: str) -> Group | None:
    return next((group for group in all_groups() if group.code == code), None)


def chosen_groups(user: User) -> tuple[Group, ...]:
    """Return the groups whose delivery ``user`` can choose: of those for admins the ones that the role gets."""
    may_get = {kind.group for kind in all_kinds() if not kind.group.for_admins or user.has_perm(kind.permission)}
    return tuple(group for group in all_groups() if group.is_chosen and group in may_get)


def email_choice(user_id: int, group: Group) -> str:
    """Return how mails of ``group`` come to a person, one of NotificationChoice.Email."""
    if not group.is_chosen:
        return Email.NOW
    chosen = NotificationChoice.objects.filter(user=user_id, group=group.code).values_list("email", flat=True).first()
    return chosen or group.default


def wants_mail(group: Group, *, user: str) -> Q:
    """Return a query condition: the user whose key is in the field ``user`` gets mails of ``group``."""
    choices = NotificationChoice.objects.filter(user=OuterRef(user), group=group.code)
    if group.default == Email.OFF:
        return Q(Exists(choices.exclude(email=Email.OFF)))
    return ~Q(Exists(choices.filter(email=Email.OFF)))


def true_context(row: Notification) -> Context | None:
    """Return the values for a row's templates. None if it is no longer true, or its recipient may not get it.

    Raises LookupError for an unknown kind.
    """
    kind = kind_of(row.kind)
    if kind.group is not CHANNEL and (not row.person.is_active or row.person.is_service):
        return None
    if kind.group.for_admins and not row.person.has_perm(kind.permission):
        return None
    return kind.context(row)


def secret_erased(code: str) -> dict[str, object]:
    """Return the changes that erase the secret of a settled row. Empty if the kind holds no secret."""
    kind = known_kind(code)
    return {"payload": {}} if kind and kind.secret else {}
