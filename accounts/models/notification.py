"""A message to a person or to a channel: in-app message and entry of the outbox in one row."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models.moves import Moves
from accounts.models.trial import HELD as HELD_BY_TRIAL

if TYPE_CHECKING:
    from accounts.models.user import User

# The reason of a message that was skipped for a bouncing address begins with this.
BOUNCED = "The address has bounced since"


class NotificationQuerySet(models.QuerySet["Notification"]):
    def held_by(self, row: Notification) -> NotificationQuerySet:
        """Return ``row`` as a query set. It is empty once the claim of ``row`` has ended."""
        return self.filter(pk=row.pk, claim=row.claim)

    def held_by_trial(self) -> NotificationQuerySet:
        """Return the messages that trial mode held."""
        return self.filter(status=Notification.Status.SKIPPED, last_error__startswith=HELD_BY_TRIAL)

    def try_move(self, status: str, **changes: object) -> int:
        """Move all rows to ``status`` that may move there, in one guarded update. Return how many moved.

        Unlike ``move_to`` of the other models it raises nothing. To move a row that you claimed, filter by the claim
        (``held_by``). The count says whether you still held it. A row that leaves ``HELD`` loses its claim.
        """
        sources = [source for source, following in Notification.MOVES.items() if status in following]
        if status not in Notification.HELD:
            changes |= {"claim": None, "lease_until_at": None}
        return self.filter(status__in=sources).update(status=status, **changes)


class Notification(Moves, models.Model):
    """A message, written in the transaction of the fact it reports. The rows are the queue.

    ``kind`` names an entry of the registry. ``key`` makes the message unique for its recipient. ``payload`` holds
    identifiers: the text is rendered from them when the message is sent.
    """

    class Status(models.TextChoices):
        PENDING = "pending", gettext_lazy("Pending")
        SENDING = "sending", gettext_lazy("Sending")
        IN_DOUBT = "in_doubt", gettext_lazy("in doubt")
        SENT = "sent", gettext_lazy("Sent")
        SKIPPED = "skipped", gettext_lazy("Skipped")
        UNCERTAIN = "uncertain", gettext_lazy("Uncertain")
        DEAD = "dead", gettext_lazy("Dead")

    class Channel(models.TextChoices):
        ADMINS = "admins", gettext_lazy("Admins")
        COMMUNITY = "community", gettext_lazy("Community")

    MOVES = {
        Status.PENDING: {Status.SENDING, Status.SKIPPED},
        Status.SENDING: {Status.IN_DOUBT, Status.PENDING, Status.SKIPPED, Status.DEAD},
        # In doubt: from the last byte to the server's answer. A refusal says that it was not sent.
        Status.IN_DOUBT: {Status.SENT, Status.PENDING, Status.DEAD, Status.UNCERTAIN},
        # An admin decides, or the answer arrives late.
        Status.UNCERTAIN: {Status.SENT, Status.PENDING, Status.SKIPPED},
        Status.DEAD: {Status.PENDING, Status.SKIPPED},
        Status.SENT: set(),
        Status.SKIPPED: set(),
    }
    # A process holds these rows until their lease ends.
    HELD = (Status.SENDING, Status.IN_DOUBT)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="to",
        on_delete=models.CASCADE,
        null=True,
        related_name="notifications",
        help_text="Nobody, for what goes to a channel.",
    )
    channel = models.CharField(
        "channel on Slack",
        max_length=9,
        choices=Channel,
        blank=True,
        default="",
        db_default="",
        help_text="On Slack, instead of a person.",
    )
    kind = models.CharField("kind of message", max_length=40)
    key = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    title = models.CharField("subject", max_length=200)
    status = models.CharField(max_length=9, choices=Status, default=Status.PENDING)
    due_at = models.DateTimeField("due on", help_text="Not before.")
    due_on_clock = models.CharField(
        max_length=16,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="The time on the recipient's clock that due_at stands for, if any: it moves with their zone.",
    )
    kept_quiet = models.BooleanField(
        db_default=False,
        default=False,
        editable=False,
        help_text="It waits for the end of its recipient's quiet hours.",
    )
    digest = models.ForeignKey(
        "self", null=True, editable=False, on_delete=models.SET_NULL, related_name="gathered", db_index=False
    )
    attempts = models.PositiveSmallIntegerField("times tried", default=0)
    doubts = models.PositiveSmallIntegerField(
        db_default=0, editable=False, help_text="How often it was sent again although it may have arrived."
    )
    claim = models.UUIDField(null=True, editable=False, help_text="Who is sending it now.")
    lease_until_at = models.DateTimeField(null=True, editable=False)
    last_error = models.CharField("last fault", max_length=300, blank=True)
    failed_at = models.DateTimeField(
        null=True, editable=False, help_text="When it became uncertain or dead, the last time."
    )
    sent_at = models.DateTimeField("sent on", null=True, editable=False)
    read_at = models.DateTimeField("read on the site on", null=True, blank=True)
    created_at = models.DateTimeField("written on", default=timezone.now, editable=False)

    objects = NotificationQuerySet.as_manager()

    # The subject of the message, if its writer has read it. Not stored.
    about: object = None
    # Set by who writes or delivers it, for ``moment``. Not stored.
    true_at: datetime | None = None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipient", "kind", "key"], name="notification_once_per_key"),
            models.UniqueConstraint(
                fields=["channel", "kind", "key"],
                condition=Q(recipient__isnull=True),
                name="notification_once_per_key_and_channel",
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False, channel="")
                | Q(recipient__isnull=True, channel__in=["admins", "community"]),
                name="notification_goes_to_a_person_or_a_channel",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "sending", "in_doubt", "sent", "skipped", "uncertain", "dead"]),
                name="notification_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["sending", "in_doubt"], claim__isnull=False, lease_until_at__isnull=False)
                | (~Q(status__in=["sending", "in_doubt"]) & Q(claim__isnull=True, lease_until_at__isnull=True)),
                name="notification_is_claimed_while_sending",
            ),
            models.CheckConstraint(
                condition=Q(status="sent", sent_at__isnull=False) | (~Q(status="sent") & Q(sent_at__isnull=True)),
                name="notification_sent_at_is_set_when_sent",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["uncertain", "dead"]) | ~Q(last_error=""),
                name="notification_has_a_reason_when_uncertain_or_dead",
            ),
        ]
        indexes = [
            # The drain: the oldest due row first.
            models.Index(fields=["due_at", "id"], condition=Q(status="pending"), name="notification_due"),
            # The drain: claims whose lease has ended.
            models.Index(
                fields=["lease_until_at"], condition=Q(status__in=["sending", "in_doubt"]), name="notification_lease"
            ),
            # The admin: number and list of messages that got stuck.
            models.Index(
                fields=["status", "id"], condition=Q(status__in=["uncertain", "dead"]), name="notification_stuck"
            ),
            # The page of trial mode: the messages that it held.
            models.Index(
                fields=["last_error"],
                condition=Q(status="skipped", last_error__startswith=HELD_BY_TRIAL),
                name="notification_held_by_trial",
            ),
            # A digest: the messages in it.
            models.Index(fields=["digest"], condition=Q(digest__isnull=False), name="notification_gathered"),
            # A change of zone or quiet hours: the messages that are rescheduled.
            models.Index(
                fields=["recipient"],
                condition=Q(status="pending") & (Q(kept_quiet=True) | ~Q(due_on_clock="")),
                name="notification_on_clock",
            ),
            # A person's inbox, newest first.
            models.Index(fields=["recipient", "-created_at", "-id"], name="notification_inbox"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def moment(self) -> datetime:
        """The moment at which its words are to be true: that of the writing, of the delivery, or now."""
        return self.true_at or timezone.now()

    @property
    def person(self) -> User:
        """The recipient. Raises ValueError for a message to a channel."""
        if self.recipient is None:
            raise ValueError(f"notification {self.uuid} goes to a channel")
        return self.recipient
