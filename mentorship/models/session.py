"""Sessions of a mentorship: their times to choose from, and the hours for which both people are booked."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models.moves import Moves
from mentorship.models.mentorship import Mentorship
from mentorship.models.session_kind import SessionKind

MINUTES_MIN, MINUTES_MAX = 10, 240
TIMES_MAX = 5
# A session is planned so far ahead at most.
AHEAD_MAX = timedelta(days=180)
# With a host, and without a name before it: https://bank.example@host leads to "host".
LINK = re.compile(r"https?://[^\s/?#@\\]+([/?#][^\s\\]*)?")


def is_link(place: str) -> bool:
    return LINK.fullmatch(place) is not None


def is_address(place: str) -> bool:
    """Return whether a place has a time zone: neither a link nor still to be agreed on."""
    return bool(place) and not is_link(place)


class Session(Moves, models.Model):
    """A meeting of the two of a mentorship.

    A proposed session has no time yet, and times to choose from (SessionTime). A confirmed one has a time, and can have
    times to choose from as well: somebody wants to move it, and until another time is taken the present one holds.
    ``proposed_by`` wrote the open times, and the other side has to answer since ``waits_since_at``.
    ``version`` counts the confirmed changes of time, place, length and addresses: calendars know by it which invitation
    is the newest (SEQUENCE of RFC 5545).

    From the confirmation on both people are booked for exactly this time, and a session without a time books nobody. A
    trigger checks that at the end of each transaction (migration 0015), since it concerns two tables.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", gettext_lazy("proposed")
        CONFIRMED = "confirmed", gettext_lazy("confirmed")
        HELD = "held", gettext_lazy("held")
        MISSED_BY_MENTOR = "missed_by_mentor", gettext_lazy("missed by the mentor")
        MISSED_BY_MENTEE = "missed_by_mentee", gettext_lazy("missed by the mentee")
        CANCELLED = "cancelled", gettext_lazy("cancelled")

    MOVES = {
        Status.PROPOSED: {Status.CONFIRMED, Status.CANCELLED},
        Status.CONFIRMED: {
            Status.CONFIRMED,
            Status.HELD,
            Status.MISSED_BY_MENTOR,
            Status.MISSED_BY_MENTEE,
            Status.CANCELLED,
        },
        Status.HELD: set(),
        Status.MISSED_BY_MENTOR: set(),
        Status.MISSED_BY_MENTEE: set(),
        Status.CANCELLED: set(),
    }
    AHEAD = (Status.PROPOSED, Status.CONFIRMED)
    # A session that was missed or cancelled leaves room for another one.
    COUNTS = (*AHEAD, Status.HELD)
    MISSED = (Status.MISSED_BY_MENTOR, Status.MISSED_BY_MENTEE)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mentorship = models.ForeignKey(Mentorship, on_delete=models.PROTECT, related_name="sessions")
    kind = models.ForeignKey(SessionKind, on_delete=models.PROTECT, related_name="sessions")
    status = models.CharField(max_length=16, choices=Status, default=Status.PROPOSED)
    minutes = models.PositiveSmallIntegerField()
    place = models.CharField(
        max_length=500, blank=True, help_text="A link, or an address. Empty: the two agree on it by mail."
    )
    place_zone = models.CharField(
        "time zone of the place", max_length=50, blank=True, help_text="The time zone of an address. Empty for a link."
    )
    starts_at = models.DateTimeField("begins", null=True, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    waits_since_at = models.DateTimeField("waits for an answer since", null=True, blank=True)
    shared_notes = models.TextField(blank=True)
    created_at = models.DateTimeField("proposed on")
    confirmed_at = models.DateTimeField("confirmed on", null=True, blank=True)
    cancelled_at = models.DateTimeField("cancelled on", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    attendance_asked_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Since when both are asked whether it was held."
    )
    disputed_at = models.DateTimeField(
        "the two disagree since", null=True, blank=True, help_text="Since when the two say different things about it."
    )
    missed_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When it was settled that one of the two missed it."
    )
    # One-off help leads to one session. The constraint below needs it in this table.
    is_only = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__range=(MINUTES_MIN, MINUTES_MAX)), name="session_minutes_are_10_to_240"
            ),
            models.CheckConstraint(
                condition=Q(status="proposed", starts_at__isnull=True)
                | Q(status="cancelled")
                | Q(
                    status__in=["confirmed", "held", "missed_by_mentor", "missed_by_mentee"],
                    starts_at__isnull=False,
                ),
                name="session_has_a_time_unless_proposed",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True)
                | Q(
                    confirmed_at__isnull=False,
                    starts_at__gt=F("confirmed_at"),
                    starts_at__lte=F("confirmed_at") + AHEAD_MAX,
                ),
                name="session_starts_within_180_days_of_its_confirmation",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True, waits_since_at__isnull=True)
                | Q(proposed_by__isnull=False, waits_since_at__isnull=False, status__in=["proposed", "confirmed"]),
                name="session_waits_for_an_answer_to_a_proposal",
            ),
            models.CheckConstraint(
                condition=~Q(status="proposed") | Q(proposed_by__isnull=False), name="session_is_proposed_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(status="cancelled", cancelled_at__isnull=False)
                | (~Q(status="cancelled") & Q(cancelled_at__isnull=True)),
                name="session_is_cancelled_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(disputed_at__isnull=True) | Q(attendance_asked_at__isnull=False),
                name="session_is_disputed_after_both_were_asked",
            ),
            models.CheckConstraint(
                condition=Q(missed_at__isnull=True) | Q(status__in=["missed_by_mentor", "missed_by_mentee"]),
                name="session_is_missed_at_some_time",
            ),
            models.UniqueConstraint(
                fields=["mentorship"],
                condition=Q(is_only=True, status__in=["proposed", "confirmed", "held"]),
                name="session_is_the_only_one_of_one_off_help",
            ),
        ]
        indexes = [
            models.Index(fields=["mentorship", "-created_at", "-id"], name="session_of_mentorship"),
            # The sweeps over sessions that come, and those that are over and not settled.
            models.Index(fields=["starts_at", "id"], condition=Q(status="confirmed"), name="session_confirmed"),
            # The admins' lists of what differs, of what was missed, and of mentors with too many hours.
            models.Index(fields=["disputed_at"], condition=Q(disputed_at__isnull=False), name="session_disputed"),
            models.Index(
                fields=["starts_at"],
                condition=Q(status__in=["missed_by_mentor", "missed_by_mentee"]),
                name="session_missed",
            ),
            models.Index(
                fields=["starts_at"], condition=Q(status__in=["confirmed", "held"]), name="session_planned_or_held"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.mentorship}"

    @property
    def ends_at(self) -> datetime | None:
        return None if self.starts_at is None else self.starts_at + timedelta(minutes=self.minutes)

    def move_to(self, status: str, *, at: datetime) -> None:
        """Change the status of the locked row, and save. Raises MoveNotAllowed unless ``MOVES`` allows it."""
        self.must_allow(status)
        self.status = status
        if status == self.Status.CONFIRMED:
            self.confirmed_at = at
        if status == self.Status.CANCELLED:
            self.cancelled_at = at
        if status in self.MISSED:
            self.missed_at = at
        if status not in self.AHEAD:
            self.proposed_by = self.waits_since_at = None
        self.save()


class SessionTime(models.Model):
    """A time at which a session could start. At most TIMES_MAX for a session, numbered from 1."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="times")
    number = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField("begins")

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="session_time_number_once"),
            models.UniqueConstraint(fields=["session", "starts_at"], name="session_time_once"),
            models.CheckConstraint(condition=Q(number__range=(1, TIMES_MAX)), name="session_time_number_is_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"


class Booking(models.Model):
    """A person is taken while a confirmed session lasts. No person is booked twice at once, in either role."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="bookings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="bookings")
    during = DateTimeRangeField()
    comes_at = models.DateTimeField(null=True, blank=True, help_text="When the person said that they will be there.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="booking_once_a_session_and_person"),
            # Equality of a number needs an extension in an exclusion; overlap of two ranges of one number does not.
            ExclusionConstraint(
                name="booking_of_a_person_at_a_time",
                expressions=[
                    (Func(F("person_id"), F("person_id"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(during__isempty=False, during__lower_inf=False, during__upper_inf=False),
                name="booking_has_a_beginning_and_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, from {timezone.localtime(self.during.lower):%Y-%m-%d %H:%M}"


class Attendance(models.Model):
    """The answer of one of the two about a session that is over."""

    class Answer(models.TextChoices):
        HELD = "held", gettext_lazy("We met")
        OTHER_MISSED = "other_missed", gettext_lazy("I was there, and the other side did not come")
        I_MISSED = "i_missed", gettext_lazy("I could not be there")
        MOVED = "moved", gettext_lazy("We agreed on another time")

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendance")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    answer = models.CharField(max_length=12, choices=Answer)
    answered_at = models.DateTimeField("answered on")

    class Meta:
        verbose_name_plural = "attendance"
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="attendance_once_a_session_and_person"),
            models.CheckConstraint(
                condition=Q(answer__in=["held", "other_missed", "i_missed", "moved"]), name="attendance_answer_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_answer_display()}"


class SessionNote(models.Model):
    """Notes of one person about a session. Nobody else reads them."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="own_notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "author"], name="session_note_once_an_author")]

    def __str__(self) -> str:
        return f"notes on session {self.session_id}"
