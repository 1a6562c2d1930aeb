"""Goals of mentees, and their kinds."""

from __future__ import annotations

import unicodedata
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, gettext_noop
from django_countries.fields import CountryField

from accounts.models import MentorProfile
from accounts.models.moves import Moves
from accounts.models.profile import CareerLevel, Sector


class GoalKind(models.Model):
    """A kind of career goal. Admins can add kinds. The engine knows the initial six by their codes."""

    code = models.SlugField("code in files", max_length=40, unique=True)
    name = models.CharField(max_length=80)
    phrase = models.CharField(
        max_length=120, help_text="Completes “You want to …”, such as “move from academia to industry”."
    )
    description = models.TextField(blank=True)
    needs_market = models.BooleanField(
        "needs the target market",
        default=False,
        help_text="Only mentors who worked in the target country are eligible; the goal must name one.",
    )
    usual_weeks = models.PositiveSmallIntegerField(
        "weeks of a mentorship",
        default=26,
        validators=[MinValueValidator(1, gettext_lazy("A mentorship lasts one week at least."))],
        help_text="Planned length of an ongoing mentorship. The two may extend it.",
    )
    position = models.PositiveSmallIntegerField("place in the list", default=100)
    is_offered = models.BooleanField(
        "can be chosen",
        db_default=True,
        default=True,
        help_text="Off: what uses it keeps it, and nobody can choose it any more.",
    )
    offered_by = models.ManyToManyField(MentorProfile, related_name="goal_kinds", blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            # An end on the day of the start would be asked about at once.
            models.CheckConstraint(condition=Q(usual_weeks__gte=1), name="goal_kind_lasts_a_week_at_least"),
        ]

    def __str__(self) -> str:
        """Return the name, translated if it is one that came with the system."""
        return gettext(self.name)


# The names and phrases of the kinds that come with the system, for the catalogues.
SEEDED = [
    gettext_noop("Find a job"),
    gettext_noop("find a job"),
    gettext_noop("Get promoted"),
    gettext_noop("get promoted"),
    gettext_noop("Move from academia to industry"),
    gettext_noop("move from academia to industry"),
    gettext_noop("Find a job in another country"),
    gettext_noop("find a job in another country"),
    gettext_noop("Lead for the first time"),
    gettext_noop("lead for the first time"),
    gettext_noop("Change role"),
    gettext_noop("change role"),
]


def plain(text: str) -> str:
    """Return ``text`` for comparison: one form of each letter, small, without punctuation and invisible characters.

    "C++" and "C#" keep their signs.
    """
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    visible = (character for character in text if unicodedata.category(character) != "Cf")
    return " ".join("".join(" " if _is_punctuation(character) else character for character in visible).split())


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character).startswith("P") and character != "#"


class Goal(Moves, models.Model):
    """A mentee's goal. Only an active one can be part of a new help request.

    Twins are goals of one mentee with the same kind, role, field and country. One of them at most is active.
    ``twin_key`` is equal for twins, and set with every save.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", gettext_lazy("Active")
        REACHED = "reached", gettext_lazy("Reached")
        DROPPED = "dropped", gettext_lazy("Dropped")

    MOVES = {
        Status.ACTIVE: {Status.REACHED, Status.DROPPED},
        # A slip of the finger, or a second thought.
        Status.REACHED: {Status.ACTIVE},
        Status.DROPPED: {Status.ACTIVE},
    }

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mentee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="goals")
    kind = models.ForeignKey(GoalKind, on_delete=models.PROTECT, related_name="goals")
    target_role = models.CharField("wanted role", max_length=120)
    target_field = models.CharField("wanted field", max_length=80)
    target_sector = models.CharField("wanted sector", max_length=13, choices=Sector, blank=True)
    target_level = models.CharField("wanted level", max_length=9, choices=CareerLevel, blank=True)
    target_country = CountryField("wanted country", blank=True)
    by_on = models.DateField("wanted by", null=True, blank=True)
    status = models.CharField(max_length=7, choices=Status, default=Status.ACTIVE)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    settled_at = models.DateTimeField(
        null=True, editable=False, help_text="Since when others read it; only its date may still change."
    )
    ended_at = models.DateTimeField(null=True, editable=False, help_text="Reached or dropped then.")
    twin_key = models.TextField(editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["active", "reached", "dropped"]), name="goal_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status="active", ended_at__isnull=True) | (~Q(status="active") & Q(ended_at__isnull=False)),
                name="goal_has_an_end_if_and_only_if_not_active",
            ),
            models.CheckConstraint(
                condition=Q(target_sector__in=["", *Sector.values]), name="goal_sector_is_known_or_not_stated"
            ),
            models.CheckConstraint(
                condition=Q(target_level__in=["", *CareerLevel.values]), name="goal_level_is_known_or_not_stated"
            ),
            models.CheckConstraint(condition=~Q(twin_key=""), name="goal_has_a_twin_key"),
            models.UniqueConstraint(
                fields=["mentee", "kind", "twin_key"], condition=Q(status="active"), name="goal_once_among_active_ones"
            ),
        ]
        indexes = [
            # A mentee's own list, newest first.
            models.Index(fields=["mentee", "-created_at", "-id"], name="goal_of_mentee"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.target_role}"

    def save(self, **options: Any) -> None:
        self.twin_key = self.key_of_twins()
        if options.get("update_fields") is not None:
            options["update_fields"] = {*options["update_fields"], "twin_key"}
        super().save(**options)

    def key_of_twins(self) -> str:
        """Return the text that twins share: role, field and country in normal form."""
        return "|".join([plain(self.target_role), plain(self.target_field), str(self.target_country or "")])

    def move_to(self, status: str, *, at: datetime) -> None:
        """Change the status and save; the caller holds the row lock. Raises MoveNotAllowed outside MOVES."""
        self.must_allow(status)
        self.status = status
        self.ended_at = None if status == self.Status.ACTIVE else at
        self.save(update_fields=["status", "ended_at"])
