"""The kinds of messages: each app lists its own in ``notification_kinds.py``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

from accounts.models import MailStop, Notification, NotificationChoice

Context = Mapping[str, Any]


class Group(Enum):
    """What belongs together for its recipient: one link at the end of a mail stops the mails of one group.

    The value is its name in links. Mails about one's own account and application cannot be stopped.
    """

    ACCOUNT = "account"
    SUGGESTIONS = "suggestions"
    QUESTIONS = "questions"
    REMINDERS = "reminders"
    MENTORSHIPS = "mentorships"
    WEEKLY = "weekly"
    DIGEST = "digest"
    ADMINS = "admins"
    CHANNEL = "channel"

    @property
    def about(self) -> str:
        """Go on from "mails ..."."""
        return ABOUT[self]


ABOUT = {
    Group.ACCOUNT: "about your account and your application",
    Group.SUGGESTIONS: "about the search for a mentor",
    Group.QUESTIONS: "about questions, offers and the answers to them",
    Group.REMINDERS: "that remind you of what waits for you",
    Group.MENTORSHIPS: "about mentorships that begin and end",
    Group.WEEKLY: "with the requests that fit you, once a week",
    Group.DIGEST: "with what happened, once a day",
    Group.ADMINS: "for the admins of the community",
    Group.CHANNEL: "(posts to a channel on Slack)",
}
# Nobody chooses about these: the first cannot be stopped, the second is what was chosen, the third is no mail.
NOT_CHOSEN = (Group.ACCOUNT, Group.DIGEST, Group.CHANNEL)


@dataclass(frozen=True, slots=True)
class NotificationKind:
    """One kind of message; ``tells`` goes on from "Tells that ...".

    ``context`` reads what the templates in ``notifications/<code>/`` need: ``subject.txt``, ``body.txt`` and
    ``body.html``, or ``post.txt`` for a channel. None means that the message is no
    longer true and is not sent. It is called when the row is written, for the title, and again before sending.
    """

    code: str
    group: Group
    tells: str
    context: Callable[[Notification], Context | None]
    # What the templates need, made up: the catalogue shows every message with it.
    sample: Callable[[], Context]
    # Holds a secret, such as a code: the payload is emptied when the row is done with, and it is not shown in the app.
    secret: bool = False
    # Goes to an address that bounces, too: it may be the way to another address.
    in_spite_of_bounces: bool = False
    # What is done with a message that may have arrived, as nobody knows: shown to the admins, or, where a duplicate
    # is better than a loss, sent once more. A server that honours EMAIL_IDEMPOTENCY_HEADER makes the question idle.
    if_in_doubt: Literal["hold", "resend"] = "hold"


_kinds: dict[str, NotificationKind] = {}


def register(*kinds: NotificationKind) -> None:
    for kind in kinds:
        if kind.code in _kinds:
            raise ValueError(f"notification kind {kind.code!r} is registered twice")
        _kinds[kind.code] = kind


def all_kinds() -> tuple[NotificationKind, ...]:
    return tuple(_kinds.values())


def chosen_kinds(group: Group | None = None) -> tuple[NotificationKind, ...]:
    """Return the kinds about which people choose how they come, all of them or those of ``group``."""
    return tuple(kind for kind in _kinds.values() if kind.group not in NOT_CHOSEN and group in (None, kind.group))


def true_context(row: Notification) -> Context | None:
    """Return what a row's templates need, or None if it is not true, or not for its recipient, any more.

    Raises LookupError for a kind that is not known.
    """
    kind = kind_of(row.kind)
    if kind.group is not Group.CHANNEL and not row.person.is_active:
        return None
    if kind.group is Group.ADMINS and not row.person.is_staff:
        return None
    return kind.context(row)


def email_choice(user_id: int, kind: NotificationKind) -> str:
    """Return how mails of this kind come to somebody, of NotificationChoice.Email: by its name, or by its group."""
    if kind.group in NOT_CHOSEN:
        return NotificationChoice.Email.NOW
    choices = NotificationChoice.objects.filter(user=user_id, kind=kind.code)
    if chosen := choices.values_list("email", flat=True).first():
        return chosen
    is_stopped = MailStop.objects.filter(user=user_id, group=kind.group.value).exists()
    return NotificationChoice.Email.OFF if is_stopped else NotificationChoice.Email.NOW


def known_kind(code: str) -> NotificationKind | None:
    """Return the kind, or None for a row of a version that had others."""
    return _kinds.get(code)


def kind_of(code: str) -> NotificationKind:
    """Return the kind, or raise LookupError with the codes that exist."""
    try:
        return _kinds[code]
    except KeyError:
        raise LookupError(f"no notification kind {code!r}; there are {', '.join(sorted(_kinds))}") from None


def forgotten(code: str) -> dict[str, object]:
    """Return what changes in a row of this kind when it is done with: a secret is not kept."""
    kind = known_kind(code)
    return {"payload": {}} if kind and kind.secret else {}
