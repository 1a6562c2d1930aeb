"""A dated intake whose people are matched at once, and the people in it."""

from __future__ import annotations

import secrets
import uuid
from datetime import UTC, date, datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models.mentor import CAPACITY_MAX
from accounts.models.moves import Moves
from accounts.models.names import NAME_MAX

ABOUT_MAX = 2000
GROUP_MAX = 60
# A year such as 26 is a slip.
FOUR_DIGITS = MinValueValidator(date(2000, 1, 1), gettext_lazy("Write the year with four digits, such as 2027."))


def new_key() -> str:
    """Return the secret part of an invitation link: 128 bits."""
    return secrets.token_urlsafe(16)


class Cohort(Moves, models.Model):
    """People join by the invitation link while it is open. It is matched when it is closed.

    - ``about``: what people read before they join. ``company``: the employer it belongs to, if it is one's.
    - ``joins_until_on``: the last day to join. ``starts_on``, ``ends_on``: the mentorships that it leads to.
    - ``different_department``, ``outside_reporting_line``: hard rules of its own, beside those of everybody.
    - ``policy``: which assignment is the best one. ``both_sides``: the fit of a pair is the harmonic mean of both.
    - ``key``: the secret of the invitation link. A new key ends the links that were sent.
    """

    class Status(models.TextChoices):
        PREPARING = "preparing", gettext_lazy("in preparation")
        OPEN = "open", gettext_lazy("open to join")
        CLOSED = "closed", gettext_lazy("closed")
        ARCHIVED = "archived", gettext_lazy("archived")

    MOVES = {
        Status.PREPARING: {Status.OPEN, Status.ARCHIVED},
        Status.OPEN: {Status.CLOSED},
        Status.CLOSED: {Status.OPEN, Status.ARCHIVED},
        Status.ARCHIVED: set(),
    }

    class Policy(models.TextChoices):
        BOTTLENECK = "bottleneck", gettext_lazy("lift the worst pair first, then the total")
        TOTAL = "total", gettext_lazy("the highest total")
        COVERAGE = "coverage", gettext_lazy("the most people matched, then the total")
        BALANCED = "balanced", gettext_lazy("the most people matched, and mentors alike busy")
        EVERY_MENTOR = "every_mentor", gettext_lazy("a mentee for every mentor, then the total")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=NAME_MAX)
    about = models.TextField(max_length=ABOUT_MAX, blank=True, help_text="People read it before they join.")
    company = models.CharField(max_length=NAME_MAX, blank=True, help_text="The employer, if it is for one.")
    status = models.CharField(max_length=9, choices=Status, default=Status.PREPARING)
    joins_until_on = models.DateField("last day to join", validators=[FOUR_DIGITS])
    starts_on = models.DateField("mentorships begin", validators=[FOUR_DIGITS])
    ends_on = models.DateField("mentorships end", validators=[FOUR_DIGITS])
    different_department = models.BooleanField("never match two of one department", default=False)
    outside_reporting_line = models.BooleanField("never match somebody with a manager above them", default=True)
    policy = models.CharField("best assignment", max_length=12, choices=Policy, default=Policy.BOTTLENECK)
    both_sides = models.BooleanField(
        "fits of both sides count", default=False, help_text="The fit of a pair is the harmonic mean of both."
    )
    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    opened_at = models.DateTimeField("opened on", null=True, blank=True, editable=False)
    closed_at = models.DateTimeField("closed on", null=True, blank=True, editable=False)
    archived_at = models.DateTimeField("archived on", null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["preparing", "open", "closed", "archived"]), name="cohort_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(policy__in=["bottleneck", "total", "coverage", "balanced", "every_mentor"]),
                name="cohort_policy_is_known",
            ),
            models.CheckConstraint(
                condition=Q(joins_until_on__lte=F("starts_on"), starts_on__lt=F("ends_on")),
                name="cohort_dates_are_in_order",
                violation_error_message="People join first, then mentorships begin, and then they end.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["open", "closed"]) | Q(opened_at__isnull=False), name="cohort_open_has_a_time"
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False)
                | Q(status__in=["preparing", "open"], closed_at__isnull=True)
                | Q(status="archived"),
                name="cohort_closed_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status="archived", archived_at__isnull=False)
                | (~Q(status="archived") & Q(archived_at__isnull=True)),
                name="cohort_archived_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def takes_people(self, now: datetime) -> bool:
        """Return whether somebody can join."""
        return self.status == Cohort.Status.OPEN and not self.is_past_last_day(now)

    def is_past_last_day(self, now: datetime) -> bool:
        """Return whether the last day to join has passed. It ends at midnight, UTC."""
        return now.astimezone(UTC).date() > self.joins_until_on

    def move_to(self, status: str, *, at: datetime) -> None:
        """Change the status and note the time. Raises MoveNotAllowed."""
        self.must_allow(status)
        self.status = status
        match status:
            case Cohort.Status.OPEN:
                self.opened_at, self.closed_at = self.opened_at or at, None
            case Cohort.Status.CLOSED:
                self.closed_at = at
            case Cohort.Status.ARCHIVED:
                self.archived_at = at
        self.save(update_fields=["status", "opened_at", "closed_at", "archived_at"])


class CohortMember(models.Model):
    """A person on one side of a cohort. Somebody may be on both.

    - ``places``: the mentees that a mentor takes here at most. Their capacity limits all mentorships together.
    - ``group``: what they call themselves, for a check of fairness only. Their consent is that they wrote it; nobody
      is matched by it, and it is shown for groups of five or more.
    - ``manager``: who manages them, for ``outside_reporting_line``. The department is that of their profile.
    - ``left_at``: they are not matched any more. Joining again empties it.
    - ``is_taken_out``: an organiser ended it, so that organisers may add them again. Others come back themselves.
    - ``reminded_at``: when a mentee without a request was reminded to write one, once.
    """

    class Side(models.TextChoices):
        MENTEE = "mentee", gettext_lazy("Mentee")
        MENTOR = "mentor", gettext_lazy("Mentor")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="cohort_memberships")
    side = models.CharField(max_length=6, choices=Side)
    places = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(CAPACITY_MAX)],
        help_text="Mentees in this cohort, for mentors.",
    )
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    group = models.CharField(
        "group, for a check of fairness only", max_length=GROUP_MAX, blank=True, default="", db_default=""
    )
    joined_at = models.DateTimeField("joined on")
    left_at = models.DateTimeField("left on", null=True, blank=True)
    is_taken_out = models.BooleanField("an organiser took them out", default=False, db_default=False, editable=False)
    reminded_at = models.DateTimeField("reminded to write a request on", null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cohort", "person", "side"], name="cohort_member_once_per_side"),
            models.CheckConstraint(condition=Q(side__in=["mentee", "mentor"]), name="cohort_member_side_is_known"),
            models.CheckConstraint(
                condition=Q(side="mentee", places__isnull=True)
                | Q(side="mentor", places__isnull=False, places__range=(1, CAPACITY_MAX)),
                name="cohort_member_has_places_if_and_only_if_mentor",
            ),
            models.CheckConstraint(
                condition=Q(manager__isnull=True) | ~Q(manager=F("person")), name="cohort_member_manages_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.cohort} ({self.get_side_display()})"


class CohortOrganiser(models.Model):
    """Somebody who looks after one cohort, or who reads its numbers for the company that it belongs to."""

    class Part(models.TextChoices):
        MANAGER = "manager", gettext_lazy("Programme manager")
        EMPLOYER = "employer", gettext_lazy("Reads the numbers for the company")

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="organisers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="organised_cohorts")
    part = models.CharField(max_length=8, choices=Part)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cohort", "person", "part"], name="cohort_organiser_once_per_part"),
            models.CheckConstraint(
                condition=Q(part__in=["manager", "employer"]), name="cohort_organiser_part_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} for {self.cohort} ({self.get_part_display()})"
