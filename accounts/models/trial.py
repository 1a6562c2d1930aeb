"""Trial mode: while it is on, only the addresses on its list get mail."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models.addresses import EMAIL_MAX

ADDRESSES_MAX = 200
# The reason of a message that trial mode held begins with this.
HELD = "Held by trial mode, on since"


class TrialMode(models.Model):
    """The switch of trial mode. There is one row, once an owner has used the switch.

    ``since_at`` is when it was switched on. ``changed_at`` tells two owners with the same form apart.
    ``held_without_row`` counts the mails since then that were held and have no row in the outbox.
    """

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    is_on = models.BooleanField("it is on", default=False)
    addresses = ArrayField(models.CharField(max_length=EMAIL_MAX), size=ADDRESSES_MAX, default=list, blank=True)
    since_at = models.DateTimeField("on since", null=True, blank=True)
    held_without_row = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    changed_at = models.DateTimeField("changed on", null=True, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "trial mode"
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="trial_mode_is_one_row"),
            models.CheckConstraint(
                condition=Q(is_on=True, since_at__isnull=False) | Q(is_on=False, since_at__isnull=True),
                name="trial_mode_has_a_beginning_while_on",
            ),
            models.CheckConstraint(
                condition=Q(is_on=False) | ~Q(addresses=[]), name="trial_mode_lists_somebody_while_on"
            ),
        ]

    def __str__(self) -> str:
        return "trial mode"

    @property
    def reason(self) -> str:
        """The reason of the messages that it holds, as a sentence for the admins."""
        return f"{HELD} {self.since_at:%Y-%m-%d %H:%M:%S} UTC."
