"""The readers of a mail to a group: who gets it, who does not and why, and how far it is for each of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, Min, OuterRef, Q, QuerySet, Value, When

from accounts.group_mail_kind import NEWS
from accounts.models import GroupMail, GroupMailRecipient, Notification, User
from accounts.models.group_mail import STOPPED
from accounts.models.notification import BOUNCED
from accounts.models.trial import HELD
from accounts.notifications.holds import UNWANTED
from accounts.notifications.registry import wants_mail
from accounts.selectors import trial_mode_in_force

Status = Notification.Status
LeftOut = GroupMailRecipient.LeftOut

GETS = "gets"
# The codes of ``standing``, in the order in which pages list them.
STANDINGS = {
    GETS: "to be written to",
    "waits": "written, not sent yet",
    "sent": "sent",
    "digest": "part of a daily mail",
    "uncertain": "may have arrived or not",
    "dead": "could not be sent",
    "bounces": "address bounces",
    "off": "switched such mails off",
    "trial": "held by trial mode",
    "unconfirmed": "address not confirmed",
    "locked": "account locked",
    "taken_out": "taken out by an admin",
    "stopped": "not sent, since it was stopped",
    "not_true": "not sent, for another reason",
}


def with_standing(recipients: QuerySet[GroupMailRecipient]) -> QuerySet[Any]:
    """Annotate recipients with ``standing``, one of STANDINGS: what would happen, or what became of the message."""
    return recipients.annotate(
        standing=Case(
            When(~Q(left_out=""), then=F("left_out")),
            *_written(),
            When(mail__status__in=GroupMail.OVER, then=Value("stopped")),
            *_unwritten(),
            default=Value(GETS),
            output_field=CharField(),
        )
    )


def _written() -> list[When]:
    """Return the standings of those who were written to, by their message."""
    skipped = {"notification__status": Status.SKIPPED}
    return [
        When(notification__status__in=[Status.PENDING, *Notification.HELD], then=Value("waits")),
        When(notification__status__in=[Status.SENT, Status.UNCERTAIN, Status.DEAD], then=F("notification__status")),
        When(**skipped, notification__digest__isnull=False, then=Value("digest")),
        When(**skipped, notification__last_error__startswith=BOUNCED, then=Value("bounces")),
        When(**skipped, notification__last_error__startswith=HELD, then=Value("trial")),
        When(**skipped, notification__last_error=UNWANTED, then=Value("off")),
        When(**skipped, notification__last_error=STOPPED, then=Value("stopped")),
        # Claimed before the stop, and judged after it.
        When(**skipped, mail__status=GroupMail.Status.STOPPED, then=Value("stopped")),
        When(written_at__isnull=False, then=Value("not_true")),
    ]


def _unwritten() -> list[When]:
    """Return the standings of those who were not written to yet, as they are at this moment."""
    trial = trial_mode_in_force()
    confirmed = User.objects.filter(pk=OuterRef("person"), emailaddress__verified=True)
    return [
        When(person__is_active=False, then=Value(LeftOut.LOCKED.value)),
        When(~Exists(confirmed), then=Value(LeftOut.UNCONFIRMED.value)),
        When(person__bouncing_since_at__isnull=False, then=Value("bounces")),
        When(~wants_mail(NEWS, user="person"), then=Value("off")),
        *([When(~Q(person__email__in=trial.addresses), then=Value("trial"))] if trial else []),
    ]


def confirmed_among(people: Collection[int]) -> set[int]:
    """Return the keys of the people who have confirmed an address."""
    return set(User.objects.filter(pk__in=people, emailaddress__verified=True).values_list("pk", flat=True))


def standings_of(mail: GroupMail) -> dict[str, int]:
    """Return how many recipients have each standing, without those that nobody has, in the order of STANDINGS."""
    counted = with_standing(GroupMailRecipient.objects.filter(mail=mail)).order_by()
    numbers = dict(counted.values_list("standing").annotate(Count("pk")))
    return {code: numbers[code] for code in STANDINGS if code in numbers}


def readers_now(mail: GroupMail) -> int:
    """Return how many people would get the mail at this moment."""
    return standings_of(mail).get(GETS, 0)


def is_under_way(mail: GroupMail) -> bool:
    """Return whether a message of the mail is not settled yet."""
    open_messages = [Status.PENDING, *Notification.HELD]
    return GroupMailRecipient.objects.filter(mail=mail, notification__status__in=open_messages).exists()


def goes_on_at(mail: GroupMail, *, now: datetime) -> datetime:
    """Return when something happens next with a mail that is being sent: when its next message is due, or now."""
    if mail.recipients.filter(written_at__isnull=True, left_out="").exists():
        return now
    open_messages = Notification.objects.filter(status__in=[Status.PENDING, *Notification.HELD])
    of_mail = open_messages.filter(pk__in=mail.recipients.values("notification"))
    first = of_mail.aggregate(first=Min("due_at"))["first"]
    return max(now, first or now)


def samples_of(mail: GroupMail, most: int) -> list[GroupMailRecipient]:
    """Return some who get the mail: one for each language, then the first ones."""
    readers = with_standing(GroupMailRecipient.objects.filter(mail=mail)).filter(standing=GETS)
    readers = readers.select_related("person__profile")
    by_language = readers.order_by("person__profile__language", "pk").distinct("person__profile__language")[:most]
    found = {reader.pk: reader for reader in (*by_language, *readers.order_by("pk")[:most])}
    return list(found.values())[:most]
