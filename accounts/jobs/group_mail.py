"""Writing the messages of mails to groups, some people at a time. A sweep goes on after a crash."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.audience import confirmed_among, is_under_way
from accounts.community_settings import days_of, old_drafts
from accounts.locks import try_lock_group_mail
from accounts.models import GroupMail, GroupMailRecipient
from accounts.notifications.write import notify_each
from accounts.sweep import each_due

Status, LeftOut = GroupMail.Status, GroupMailRecipient.LeftOut
AT_ONCE = 200


def send_group_mails(*, now: datetime) -> int:
    """Go on with mails whose time has come, and end those whose messages are settled. Return how many changed."""
    return each_due(_due(now).order_by("send_at", "pk"), lambda mail_id: send_group_mail(mail_id=mail_id, now=now) > 0)


def send_group_mail(*, mail_id: int, now: datetime) -> int:
    """Write to all recipients of a mail, and end it if everything is settled. Return how often something changed.

    Each time is a transaction of its own: a mail that is stopped meanwhile ends, and a crash loses nothing.
    """
    done = 0
    while _write_some(mail_id, now=now):
        done += 1
    return done + _end(mail_id, now=now)


def discard_old_drafts(*, now: datetime) -> int:
    """Discard the drafts that were not sent for too long. Return how many."""
    old = old_drafts(after=days_of("draft_days"), now=now)
    return each_due(old, lambda mail_id: _discard(old, mail_id, now=now))


@transaction.atomic
def _discard(old: QuerySet[GroupMail], mail_id: int, *, now: datetime) -> bool:
    mail = try_lock_group_mail(old, mail_id)
    if mail is None:
        return False
    mail.discard(at=now)
    return True


def _due(now: datetime) -> QuerySet[GroupMail]:
    return GroupMail.objects.filter(status__in=GroupMail.WORKING, send_at__lte=now)


@transaction.atomic
def _write_some(mail_id: int, *, now: datetime) -> bool:
    """Write to the next people. Return False if there are none, or somebody else has the mail."""
    mail = try_lock_group_mail(_due(now), mail_id)
    if mail is None:
        return False
    if mail.status == Status.SCHEDULED:
        mail.move_to(Status.SENDING, at=now)
    unwritten = mail.recipients.filter(written_at__isnull=True, left_out="").select_related("person__profile")
    recipients = list(unwritten.order_by("pk")[:AT_ONCE])
    confirmed = confirmed_among([one.person_id for one in recipients])
    readers = []
    for one in recipients:
        if not one.person.is_active:
            one.left_out = LeftOut.LOCKED
        elif one.person_id not in confirmed:
            one.left_out = LeftOut.UNCONFIRMED
        else:
            one.written_at = now
            readers.append(one.person)
    written = notify_each(
        recipients=readers,
        kind="group_mail",
        key=str(mail.uuid),
        payload={"mail": str(mail.uuid)},
        about=_with_texts(mail),
        now=now,
    )
    for one in recipients:
        one.notification_id = written.get(one.person_id)
    GroupMailRecipient.objects.bulk_update(recipients, ["left_out", "written_at", "notification"])
    return bool(recipients)


def _with_texts(mail: GroupMail) -> GroupMail:
    """Return the mail with its texts, read once for all titles."""
    return GroupMail.objects.prefetch_related("texts").get(pk=mail.pk)


@transaction.atomic
def _end(mail_id: int, *, now: datetime) -> bool:
    """Mark a mail as sent once everybody was written to, and no message of it waits. Return whether it was."""
    mail = try_lock_group_mail(_due(now).filter(status=Status.SENDING), mail_id)
    if mail is None or mail.recipients.filter(written_at__isnull=True, left_out="").exists() or is_under_way(mail):
        return False
    mail.move_to(Status.SENT, at=now)
    return True
