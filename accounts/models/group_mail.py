"""A mail that an admin writes to many people at once: its texts, its recipients, and how far it is."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.moves import Moves
from accounts.models.user import User

SUBJECT_MAX = 150
TEXT_MAX = 10_000
RECIPIENTS_MAX = 20_000
# The mails of one admin are counted over this time.
A_DAY = timedelta(days=1)
# From this number of readers on an admin types the number before it is sent.
COUNT_TYPED_FROM = 101
AHEAD_MAX = timedelta(days=60)
# The reason of a message that was not sent since its mail was stopped.
STOPPED = "The mail to the group was stopped."
# Names that a text can have in braces, and what stands there for the reader.
PLACEHOLDERS = {
    "name": "the name of the reader",
    "community": "the name of the community",
    "site": "the address of the site",
}
_IN_BRACES = re.compile(r"\{\s*([^{}\s][^{}\n]{0,59}?)\s*\}")


def unknown_placeholders(text: str) -> list[str]:
    """Return the words in braces that are no placeholders, such as “first name”."""
    return sorted(set(_IN_BRACES.findall(text)) - set(PLACEHOLDERS))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return ``text`` with ``values`` in place of its placeholders. Braces inside of a value stay."""
    return _IN_BRACES.sub(lambda found: values.get(found[1], found[0]), text)


class GroupMail(Moves, models.Model):
    """A mail to a group, from the draft to the last reader.

    - ``source`` names the list in the admin from which its people were chosen, ``query`` the filter of the list.
      ``is_selection`` says that single rows of it were chosen, and ``chosen`` how many.
    - ``version`` grows with each change of the draft: what is sent is what the sender has read. ``text_version`` grows
      with its texts only, so that a change of the recipients does not disturb a writer.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "draft"
        SCHEDULED = "scheduled", "scheduled"
        SENDING = "sending", "being sent"
        SENT = "sent", "sent"
        STOPPED = "stopped", "stopped"
        DISCARDED = "discarded", "discarded"

    MOVES = {
        Status.DRAFT: {Status.SCHEDULED, Status.DISCARDED},
        Status.SCHEDULED: {Status.SENDING, Status.STOPPED},
        Status.SENDING: {Status.SENT, Status.STOPPED},
        Status.SENT: set(),
        Status.STOPPED: set(),
        Status.DISCARDED: set(),
    }
    # The worker has something to do, now or later.
    WORKING = (Status.SCHEDULED, Status.SENDING)
    # Nobody gets it any more.
    OVER = (Status.STOPPED, Status.DISCARDED)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    status_since_at = models.DateTimeField("status since")
    source = models.CharField(max_length=60)
    query = models.TextField(blank=True)
    is_selection = models.BooleanField()
    chosen = models.PositiveIntegerField("chosen rows")
    version = models.PositiveIntegerField(default=0)
    text_version = models.PositiveIntegerField(default=0, db_default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="begun by", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField("begun on", default=timezone.now, editable=False)
    scheduled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="sent by", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    scheduled_at = models.DateTimeField("sending was asked for", null=True)
    send_at = models.DateTimeField("sent from", null=True)
    stopped_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = "mail to a group"
        verbose_name_plural = "mails to groups"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "scheduled", "sending", "sent", "stopped", "discarded"]),
                name="group_mail_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "discarded"], scheduled_at__isnull=True, send_at__isnull=True)
                | Q(
                    status__in=["scheduled", "sending", "sent", "stopped"],
                    scheduled_at__isnull=False,
                    send_at__isnull=False,
                ),
                name="group_mail_has_a_time_once_scheduled",
            ),
        ]
        indexes = [
            # The sweep over mails that are not sent yet.
            models.Index(
                fields=["send_at", "id"], condition=Q(status__in=["scheduled", "sending"]), name="group_mail_working"
            ),
            # The limit of an admin for a day.
            models.Index(fields=["scheduled_by", "scheduled_at"], name="group_mail_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"mail to a group, {timezone.localtime(self.created_at):%Y-%m-%d %H:%M}"

    def move_to(self, status: str, *, at: datetime) -> None:
        """Change the status and save. Raises MoveNotAllowed unless ``MOVES`` allows it."""
        self.must_allow(status)
        self.status, self.status_since_at = status, at
        self.save()

    def discard(self, *, at: datetime) -> None:
        """Discard a draft, and forget its recipients. Raises MoveNotAllowed unless it is a draft."""
        self.move_to(self.Status.DISCARDED, at=at)
        self.recipients.all().delete()

    def text_for(self, language: str) -> GroupMailText | None:
        """Return the text in ``language``, else in the first language of the site. One query, unless prefetched."""
        texts = {text.language: text for text in self.texts.all()}
        return texts.get(language) or texts.get(settings.LANGUAGE_CODE)


class GroupMailText(models.Model):
    """The subject and the words of a group mail in one language, with placeholders."""

    mail = models.ForeignKey(GroupMail, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=16)
    subject = models.CharField(max_length=SUBJECT_MAX)
    words = models.TextField(max_length=TEXT_MAX)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mail", "language"], name="group_mail_text_once_per_language"),
            models.CheckConstraint(condition=~Q(subject="") & ~Q(words=""), name="group_mail_text_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.subject}"


class GroupMailRecipient(models.Model):
    """A person whom a group mail is for. ``left_out`` says why the person does not get it, if so.

    ``notification`` is the message once it is written. Its own row says how far it is.
    """

    class LeftOut(models.TextChoices):
        TAKEN_OUT = "taken_out", "taken out by an admin"
        LOCKED = "locked", "account locked"
        UNCONFIRMED = "unconfirmed", "address not confirmed"

    mail = models.ForeignKey(GroupMail, on_delete=models.CASCADE, related_name="recipients")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    left_out = models.CharField(max_length=11, choices=LeftOut, blank=True, default="")
    written_at = models.DateTimeField(null=True)
    notification = models.ForeignKey("accounts.Notification", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mail", "person"], name="group_mail_recipient_once"),
            models.CheckConstraint(
                condition=Q(left_out="") | Q(written_at__isnull=True, notification__isnull=True),
                name="group_mail_recipient_is_written_to_or_left_out",
            ),
            models.CheckConstraint(
                condition=Q(left_out__in=["", "taken_out", "locked", "unconfirmed"]),
                name="group_mail_recipient_is_left_out_for_a_known_reason",
            ),
        ]
        indexes = [
            # The worker: the next people to write to.
            models.Index(
                fields=["mail", "id"], condition=Q(written_at__isnull=True, left_out=""), name="group_mail_unwritten"
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)
