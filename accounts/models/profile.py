"""A person's profile: languages, career and weekly availability."""

from __future__ import annotations

import logging
import re
import zoneinfo
from collections.abc import Iterable

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries.fields import CountryField

from accounts.languages import site_language

log = logging.getLogger(__name__)

MINUTES_A_DAY = 24 * 60
BUFFER_MAX = 120
WORDS_MAX = 40
YEAR_MIN, YEAR_MAX = 1940, 2100


# Names of machines' files, not of places. Each machine could mean another zone by them.
NO_PLACES = re.compile(r"localtime|Factory|posixrules|(?:posix|right|SystemV)/.*")
TIMEZONES = frozenset(name for name in zoneinfo.available_timezones() if not NO_PLACES.fullmatch(name))


def validate_timezone(name: str) -> None:
    if name not in TIMEZONES:
        raise ValidationError(
            _("“%(name)s” is not a time zone. Use a name such as Europe/Berlin.") % {"name": name}, code="timezone"
        )


def validate_site_language(code: str) -> None:
    if code not in dict(settings.LANGUAGES):
        raise ValidationError(
            _("This site is not there in “%(language)s”. Choose one of: %(languages)s.")
            % {"language": code, "languages": ", ".join(code for code, _name in settings.LANGUAGES)},
            code="language",
        )


def zone_named(name: str, whose: str) -> zoneinfo.ZoneInfo:
    """Return a stored time zone, and UTC for one that this machine does not know. The log names ``whose`` it is."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        log.error("%s: the time zone %r is not known on this machine, UTC is used: update tzdata", whose, name)
        return zoneinfo.ZoneInfo("UTC")


class Sector(models.TextChoices):
    ACADEMIA = "academia", gettext_lazy("Academia")
    INDUSTRY = "industry", gettext_lazy("Industry")
    PUBLIC = "public", gettext_lazy("public sector")
    NONPROFIT = "nonprofit", gettext_lazy("non-profit")
    SELF_EMPLOYED = "self_employed", gettext_lazy("self-employed")


class CareerLevel(models.TextChoices):
    STUDENT = "student", gettext_lazy("Student")
    JUNIOR = "junior", gettext_lazy("Junior")
    MID = "mid", gettext_lazy("Mid")
    SENIOR = "senior", gettext_lazy("Senior")
    LEAD = "lead", gettext_lazy("Lead")
    MANAGER = "manager", gettext_lazy("Manager")
    DIRECTOR = "director", gettext_lazy("Director")
    EXECUTIVE = "executive", gettext_lazy("Executive")


class EmployerSize(models.TextChoices):
    """People who work for an employer. The values are sent by the API and stored."""

    UP_TO_10 = "1-10", gettext_lazy("up to 10 people")
    UP_TO_50 = "11-50", gettext_lazy("11 to 50 people")
    UP_TO_250 = "51-250", gettext_lazy("51 to 250 people")
    UP_TO_1000 = "251-1000", gettext_lazy("251 to 1,000 people")
    UP_TO_10000 = "1001-10000", gettext_lazy("1,001 to 10,000 people")
    MORE = "10001+", gettext_lazy("more than 10,000 people")


class LanguageLevel(models.TextChoices):
    BASIC = "basic", gettext_lazy("Basic")
    WORKING = "working", gettext_lazy("Working")
    FLUENT = "fluent", gettext_lazy("Fluent")
    NATIVE = "native", gettext_lazy("Native")


# Codes whose speakers understand each other: the Norwegian ones, and those that were once called Serbo-Croatian.
LANGUAGES_AS_ONE = ({"no", "nb", "nn"}, {"sr", "hr", "bs", "sh"})


def understood(codes: Iterable[str]) -> set[str]:
    """Return ``codes`` with all codes that count as one with them for matching."""
    codes = set(codes)
    return codes.union(*(group for group in LANGUAGES_AS_ONE if group & codes))


def words_field(verbose_name: str | None = None) -> ArrayField:
    """Return a field for skills in a person's own words. The taxonomy resolves them when they are read."""
    return ArrayField(
        models.CharField(max_length=80), verbose_name=verbose_name, size=WORDS_MAX, default=list, blank=True
    )


class Profile(models.Model):
    """The profile of a user. Every user has one from sign-up on."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name="person", on_delete=models.CASCADE, related_name="profile"
    )
    is_mentee = models.BooleanField("mentee", default=False, help_text="Looks for mentoring.")
    headline = models.CharField(max_length=150, blank=True)
    bio = models.TextField("about them", max_length=5000, blank=True)
    timezone = models.CharField("time zone", max_length=64, default="UTC", validators=[validate_timezone])
    language = models.CharField(
        "language of pages and mails",
        max_length=16,
        blank=True,
        default="",
        validators=[validate_site_language],
        help_text="A language of the site, such as en. Empty: its first one.",
    )
    employer = models.CharField(max_length=120, blank=True)
    department = models.CharField(max_length=120, blank=True)
    skills = words_field()
    quiet_from_minute = models.PositiveSmallIntegerField(
        "quiet from",
        null=True,
        blank=True,
        help_text="No mail from this local time on: minutes since midnight.",
    )
    quiet_until_minute = models.PositiveSmallIntegerField("quiet until (minutes since midnight)", null=True, blank=True)
    buffer_minutes = models.PositiveSmallIntegerField(
        "minutes between sessions",
        default=0,
        db_default=0,
        help_text="No time is suggested that is nearer to another session.",
    )
    asking_paused_at = models.DateTimeField(
        "asking is paused since",
        null=True,
        blank=True,
        help_text="Since when the person asks nobody, after several missed sessions.",
    )
    asking_back_at = models.DateTimeField(
        "asking is possible again since",
        null=True,
        blank=True,
        help_text="When the person came back. Sessions missed before do not count any more.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(buffer_minutes__range=(0, BUFFER_MAX)), name="profile_buffer_is_0_to_120_minutes"
            ),
            models.CheckConstraint(
                condition=Q(quiet_from_minute__isnull=True, quiet_until_minute__isnull=True)
                | Q(
                    quiet_from_minute__isnull=False,
                    quiet_until_minute__isnull=False,
                    quiet_from_minute__lt=MINUTES_A_DAY,
                    quiet_until_minute__lt=MINUTES_A_DAY,
                )
                & ~Q(quiet_from_minute=F("quiet_until_minute")),
                name="profile_quiet_hours_have_both_ends",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def reads_in(self) -> str:
        """The language of pages and mails for this person."""
        return site_language(self.language)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zone_named(self.timezone, f"profile {self.pk}")

    @property
    def windows(self) -> list[tuple[int, int, int]]:
        """The weekly time: weekday, first and last minute of each window. Queries, unless prefetched."""
        return [(row.weekday, row.start_minute, row.end_minute) for row in self.availability.all()]


class Language(models.Model):
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="languages")
    code = models.CharField(
        "language",
        max_length=2,
        help_text="ISO 639-1",
        validators=[RegexValidator("^[a-z]{2}$", gettext_lazy("Two small letters, such as en."))],
    )
    level = models.CharField(max_length=7, choices=LanguageLevel)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "code"], name="language_once_per_profile"),
            models.CheckConstraint(condition=Q(level__in=LanguageLevel.values), name="language_level_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.level})"


class CareerStep(models.Model):
    """One position, in whole years. An empty ``end_year`` marks a current position."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="career")
    role = models.CharField(max_length=120)
    field = models.CharField(max_length=80)
    sector = models.CharField(max_length=13, choices=Sector)
    country = CountryField()
    level = models.CharField(max_length=9, choices=CareerLevel)
    start_year = models.PositiveSmallIntegerField("first year")
    end_year = models.PositiveSmallIntegerField("last year", null=True, blank=True)
    hires = models.BooleanField(
        "takes part in hiring", default=False, db_default=False, help_text="Reads applications, interviews or decides."
    )
    employer_size = models.CharField(
        "size of the employer",
        max_length=10,
        choices=EmployerSize,
        blank=True,
        default="",
        db_default="",
        help_text="Empty: not stated.",
    )

    class Meta:
        ordering = ["start_year", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_year__isnull=True) | Q(end_year__gte=F("start_year")),
                name="career_step_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(start_year__range=(YEAR_MIN, YEAR_MAX))
                & (Q(end_year__isnull=True) | Q(end_year__lte=YEAR_MAX)),
                name="career_step_lies_in_living_memory",
            ),
            models.CheckConstraint(condition=Q(sector__in=Sector.values), name="career_step_sector_is_known"),
            models.CheckConstraint(condition=Q(level__in=CareerLevel.values), name="career_step_level_is_known"),
            models.CheckConstraint(
                condition=Q(employer_size__in=["", *EmployerSize.values]), name="career_step_employer_size_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}, {self.field}"


class Availability(models.Model):
    """A weekly half-open window in the person's zone. ``end_minute`` 1440 is midnight at the end of the day."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="availability")
    weekday = models.PositiveSmallIntegerField("day of the week", help_text="1 Monday to 7 Sunday")
    start_minute = models.PositiveSmallIntegerField("from (minutes since midnight)", help_text="minutes since midnight")
    end_minute = models.PositiveSmallIntegerField("until (minutes since midnight)")

    class Meta:
        ordering = ["weekday", "start_minute", "pk"]
        verbose_name_plural = "availability"
        constraints = [
            models.UniqueConstraint(fields=["profile", "weekday", "start_minute"], name="availability_starts_once"),
            models.CheckConstraint(condition=Q(weekday__range=(1, 7)), name="availability_weekday_is_1_to_7"),
            models.CheckConstraint(
                condition=Q(start_minute__lt=F("end_minute"), end_minute__lte=MINUTES_A_DAY),
                name="availability_lies_within_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {clock(self.start_minute)} to {clock(self.end_minute)}"


class Absence(models.Model):
    """Days on which the person has no time, both included, whatever their weekly availability says."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="absences")
    from_on = models.DateField(verbose_name="away from")
    until_on = models.DateField(verbose_name="away until", help_text="the last day")

    class Meta:
        ordering = ["from_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "from_on"], name="absence_begins_once"),
            models.CheckConstraint(condition=Q(from_on__lte=F("until_on")), name="absence_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.from_on} to {self.until_on}"


class ExtraHours(models.Model):
    """Time on one day beside the weekly availability, by the clock of the person's zone on that day."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="extra_hours")
    free_on = models.DateField(verbose_name="day")
    start_minute = models.PositiveSmallIntegerField("from (minutes since midnight)", help_text="minutes since midnight")
    end_minute = models.PositiveSmallIntegerField("until (minutes since midnight)")

    class Meta:
        ordering = ["free_on", "start_minute", "pk"]
        verbose_name_plural = "extra hours"
        constraints = [
            models.UniqueConstraint(fields=["profile", "free_on", "start_minute"], name="extra_hours_start_once"),
            models.CheckConstraint(
                condition=Q(start_minute__lt=F("end_minute"), end_minute__lte=MINUTES_A_DAY),
                name="extra_hours_lie_within_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.free_on}: {clock(self.start_minute)} to {clock(self.end_minute)}"


class Travel(models.Model):
    """Days in another time zone, both included. The weekly availability then follows the clock of that zone."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="travels")
    from_on = models.DateField(verbose_name="first day there")
    until_on = models.DateField(verbose_name="last day there")
    timezone = models.CharField("time zone there", max_length=64, validators=[validate_timezone])

    class Meta:
        ordering = ["from_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(from_on__lte=F("until_on")), name="travel_ends_after_it_begins"),
            # A day has one zone. Equality of a number needs an extension in an exclusion, overlap does not.
            ExclusionConstraint(
                name="travel_is_to_one_zone_at_a_time",
                expressions=[
                    (
                        Func(F("profile_id"), F("profile_id"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(F("from_on"), F("until_on"), Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.timezone}, {self.from_on} to {self.until_on}"

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zone_named(self.timezone, f"travel {self.pk}")


def clock(minute: int) -> str:
    """Return minutes since midnight as "18:00", and 1440 as "24:00"."""
    return f"{minute // 60:02}:{minute % 60:02}"
