"""An admin writes to a group: begins a draft, writes it, takes people out, sends it, stops it, or discards it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.audience import readers_now
from accounts.community_settings import value_of
from accounts.doorbell import ring_after_commit
from accounts.exceptions import (
    GroupMailChanged,
    GroupMailIncomplete,
    GroupMailTimeNotPossible,
    MoveNotAllowed,
    NobodyToWriteTo,
    TooManyGroupMails,
    TooManyToWriteTo,
)
from accounts.locks import lock_group_mail, lock_profile
from accounts.models import GroupMail, GroupMailRecipient, GroupMailText, Notification, User
from accounts.models.group_mail import (
    A_DAY,
    AHEAD_MAX,
    PLACEHOLDERS,
    RECIPIENTS_MAX,
    STOPPED,
    unknown_placeholders,
)
from accounts.tasks import send_group_mail

Status, LeftOut = GroupMail.Status, GroupMailRecipient.LeftOut
AT_ONCE = 5000
LOOK_AGAIN = "Read it again, then decide."


@transaction.atomic
def begin_group_mail(
    *, people: Iterable[int], source: str, query: str, is_selection: bool, chosen: int, by: User, now: datetime
) -> GroupMail:
    """Begin a draft for ``people``, keys of users, each once. The other arguments say how they were chosen.

    Raises NobodyToWriteTo, TooManyToWriteTo.
    """
    keys = sorted(set(people))
    if not keys:
        raise NobodyToWriteTo("Nobody is chosen. Choose at least one row.")
    if len(keys) > RECIPIENTS_MAX:
        raise TooManyToWriteTo(f"These are {len(keys)} people, and one mail goes to {RECIPIENTS_MAX} at most. Filter.")
    mail = GroupMail.objects.create(
        status_since_at=now,
        created_at=now,
        source=source,
        query=query,
        is_selection=is_selection,
        chosen=chosen,
        created_by=by,
    )
    rows = (GroupMailRecipient(mail=mail, person_id=key) for key in keys)
    GroupMailRecipient.objects.bulk_create(rows, batch_size=AT_ONCE)
    return mail


@transaction.atomic
def write_group_mail(
    *, mail_id: int, texts: Mapping[str, tuple[str, str]], text_version: int, now: datetime
) -> GroupMail:
    """Store subject and text by language. A language without both has none: its readers get the first of the site.

    ``text_version`` is that of the texts which the admin has seen. Changes of the recipients do not count.

    Raises GroupMailIncomplete with what is missing, GroupMailChanged if another admin was quicker, MoveNotAllowed
    unless it is a draft.
    """
    mail = _draft(mail_id)
    written = {language: (subject.strip(), text.strip()) for language, (subject, text) in texts.items()}
    stored = {text.language: (text.subject, text.words) for text in mail.texts.all()}
    if stored == {language: pair for language, pair in written.items() if any(pair)}:
        # A second press of the button.
        return mail
    if mail.text_version != text_version:
        raise GroupMailChanged("Another text was saved while you had the page open. Yours is not saved yet.")
    for language, (subject, text) in written.items():
        if bool(subject) != bool(text):
            raise GroupMailIncomplete(f"Write both a subject and a text in “{language}”, or none of them.")
        if unknown := unknown_placeholders(f"{subject} {text}"):
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            raise GroupMailIncomplete(f"There is no placeholder {{{unknown[0]}}}. There are {known}.")
    if not any(written.get(settings.LANGUAGE_CODE, ())):
        raise GroupMailIncomplete(f"Write it in “{settings.LANGUAGE_CODE}”: readers of other languages get this text.")
    mail.texts.exclude(language__in=[language for language, (subject, _) in written.items() if subject]).delete()
    for language, (subject, text) in written.items():
        if subject:
            GroupMailText.objects.update_or_create(
                mail=mail, language=language, defaults={"subject": subject, "words": text}
            )
    mail.text_version += 1
    return _changed(mail)


@transaction.atomic
def take_out(*, mail_id: int, recipient_ids: Collection[int], now: datetime) -> int:
    """Take people out of a draft, or of a mail that waits for its time. Return how many.

    Raises MoveNotAllowed if it is being sent, or is over.
    """
    mail = _not_begun(mail_id)
    recipients = mail.recipients.filter(pk__in=recipient_ids, left_out="")
    count = recipients.update(left_out=LeftOut.TAKEN_OUT)
    if count:
        _changed(mail)
    return count


@transaction.atomic
def put_back(*, mail_id: int, recipient_ids: Collection[int], now: datetime) -> int:
    """Put people back who were taken out. Return how many. Raises MoveNotAllowed as ``take_out`` does."""
    mail = _not_begun(mail_id)
    recipients = mail.recipients.filter(pk__in=recipient_ids, left_out=LeftOut.TAKEN_OUT)
    count = recipients.update(left_out="")
    if count:
        _changed(mail)
    return count


@transaction.atomic
def schedule_group_mail(
    *, mail_id: int, by: User, version: int, readers: int, send_at: datetime | None, now: datetime
) -> GroupMail:
    """Send a draft, now (None) or from ``send_at`` on. ``version`` and ``readers`` are what the admin has read.

    Raises GroupMailChanged if they differ now, GroupMailIncomplete without a text, NobodyToWriteTo,
    GroupMailTimeNotPossible, TooManyGroupMails at the limit of a day, MoveNotAllowed unless it is a draft.
    """
    # One admin's mails are counted one after the other.
    lock_profile(by.pk)
    mail = _draft(mail_id)
    if mail.version != version:
        raise GroupMailChanged(f"It was changed while you had it open. {LOOK_AGAIN}")
    if mail.text_for(settings.LANGUAGE_CODE) is None:
        raise GroupMailIncomplete("Write a subject and a text first.")
    found = readers_now(mail)
    if not found:
        raise NobodyToWriteTo("Nobody would get it. The list of the recipients says why.")
    if found != readers:
        raise GroupMailChanged(f"The number has changed: {found} would get it now, and not {readers}. {LOOK_AGAIN}")
    if send_at is not None and not now < send_at <= now + AHEAD_MAX:
        raise GroupMailTimeNotPossible(f"Choose a time to come, within {AHEAD_MAX.days} days.")
    before = GroupMail.objects.filter(scheduled_by=by, scheduled_at__gt=now - A_DAY).count()
    if before >= value_of("group_mails_a_day"):
        raise TooManyGroupMails(
            f"You have sent {before} mails to groups within a day, which is the most. Wait, or ask a colleague."
        )
    mail.scheduled_by, mail.scheduled_at, mail.send_at = by, now, send_at or now
    mail.move_to(Status.SCHEDULED, at=now)
    if send_at is None:
        ring_after_commit(send_group_mail, mail.pk)
    return mail


@transaction.atomic
def stop_group_mail(*, mail_id: int, by: User, now: datetime) -> int:
    """Stop a mail that waits for its time or is being sent. Return how many messages are not sent by that.

    Mails whose last line is under way at this moment may still arrive. Raises MoveNotAllowed if it is over.
    """
    mail = lock_group_mail(mail_id)
    mail.stopped_by = by
    mail.move_to(Status.STOPPED, at=now)
    messages = mail.recipients.filter(notification__isnull=False).values("notification")
    pending = Notification.objects.filter(pk__in=messages, status=Notification.Status.PENDING)
    unwritten = mail.recipients.filter(written_at__isnull=True, left_out="").count()
    return unwritten + pending.try_move(Notification.Status.SKIPPED, last_error=STOPPED)


@transaction.atomic
def discard_group_mail(*, mail_id: int, now: datetime) -> None:
    """Discard a draft, and forget its recipients. Raises MoveNotAllowed unless it is a draft."""
    lock_group_mail(mail_id).discard(at=now)


def _draft(mail_id: int) -> GroupMail:
    """Return the locked draft. Raises MoveNotAllowed if it is none."""
    mail = lock_group_mail(mail_id)
    mail.must_allow(Status.SCHEDULED)
    return mail


def _not_begun(mail_id: int) -> GroupMail:
    mail = lock_group_mail(mail_id)
    if mail.status not in (Status.DRAFT, Status.SCHEDULED):
        raise MoveNotAllowed("mail to a group", mail.status, Status.SCHEDULED)
    return mail


def _changed(mail: GroupMail) -> GroupMail:
    mail.version += 1
    mail.save(update_fields=["version", "text_version"])
    return mail
