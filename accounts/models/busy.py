"""Busy times that the worker reads from a person's own calendar."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models.profile import Profile

# Busy times that are older are still used, and people are told that they may be wrong.
OLD_AFTER = timedelta(days=1)
FAILURES = (
    *("", "no_https", "not_public", "no_server", "no_trust", "too_slow", "too_big", "redirects", "no_access"),
    *("no_content", "web_page", "no_calendar", "bad_event", "too_much", "lost"),
)


class BusyCalendar(models.Model):
    """The address of a person's calendar, and how the last reading went.

    The address opens the whole calendar to everybody who has it, so it is stored sealed (accounts/sealed.py).
    ``read_at`` is the last reading that succeeded; ``failure`` is empty if that was the last one tried. ``tried_at``
    is empty for a calendar to be read at once.
    """

    # The sentences are no choices of the field: a better wording needs no migration.
    class Failure(models.TextChoices):
        NO_HTTPS = "no_https", gettext_lazy("The address must begin with https://.")
        NOT_PUBLIC = "not_public", gettext_lazy("The address does not lead to a public server.")
        NO_SERVER = "no_server", gettext_lazy("There is no server of this name, or it does not answer.")
        NO_TRUST = "no_trust", gettext_lazy("The server could not prove that it has this name.")
        TOO_SLOW = "too_slow", gettext_lazy("The server took longer than 10 seconds.")
        TOO_BIG = "too_big", gettext_lazy("The calendar has more than 5 MB. Publish a shorter period of it.")
        REDIRECTS = "redirects", gettext_lazy("The server sends from one address to another without an end.")
        NO_ACCESS = "no_access", gettext_lazy("The server does not know this address any more, or wants a password.")
        NO_CONTENT = "no_content", gettext_lazy("The server answered with an error.")
        WEB_PAGE = (
            "web_page",
            gettext_lazy(
                "This is the address of a web page. Copy the secret address of the calendar in iCal format instead."
            ),
        )
        NO_CALENDAR = "no_calendar", gettext_lazy("There is no calendar in iCal format at this address.")
        BAD_EVENT = "bad_event", gettext_lazy("An event of the calendar has a time or a rule that cannot be read.")
        LOST = "lost", gettext_lazy("The key of the address is gone. Enter the address again.")
        TOO_MUCH = "too_much", gettext_lazy("The calendar has too many events, or one that repeats without measure.")

    profile = models.OneToOneField(
        Profile, verbose_name="person", on_delete=models.CASCADE, related_name="busy_calendar"
    )
    sealed_address = models.TextField(editable=False)
    read_at = models.DateTimeField("last read on", null=True, blank=True)
    tried_at = models.DateTimeField("last tried on", null=True, blank=True)
    failure = models.CharField(max_length=11, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(failure__in=list(FAILURES)),
                name="busy_calendar_failure_is_known",
            ),
        ]
        indexes = [
            # The sweep over calendars to read again, those that were never tried first.
            models.Index(F("tried_at").asc(nulls_first=True), "id", name="busy_calendar_by_try"),
        ]

    def __str__(self) -> str:
        return f"calendar of {self.profile}"

    @property
    def failure_in_words(self) -> str:
        """The sentence about the last failure. Empty if the last reading succeeded."""
        return str(self.Failure(self.failure).label) if self.failure else ""

    def is_old(self, now: datetime) -> bool:
        """Return whether the busy times may be wrong: the calendar was not read for OLD_AFTER, or never."""
        return self.read_at is None or self.read_at < now - OLD_AFTER


class BusyTime(models.Model):
    """A time at which the calendar says that the person is busy, and nothing else about it. Half-open."""

    calendar = models.ForeignKey(BusyCalendar, on_delete=models.CASCADE, related_name="busy_times")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="busy_time_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return (
            f"{timezone.localtime(self.starts_at):%Y-%m-%d %H:%M} to {timezone.localtime(self.ends_at):%Y-%m-%d %H:%M}"
        )
