"""The parts of a profile as forms. Each shows what is stored or typed, and checks it by the serializer of the API."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import ZoneField
from accounts.models import Profile
from accounts.models.names import NAME_MAX
from accounts.models.profile import CareerLevel, EmployerSize, LanguageLevel, Sector, clock
from accounts.page_fields import CountryField, LanguageField, WordsField, focus_on_words
from accounts.page_forms import SerializerForm, day, number, sentences, text
from accounts.page_rows import RowForm, Rows, typed
from accounts.serializers.people import MeSerializer
from accounts.week import DAYS, HOURS, Window, hours_and_rest, merged, windows_of
from accounts.words import country_labels, language_labels, weekday_name, weekday_short

Datalists = Mapping[str, Callable[[], Mapping[str, str]]]
NIGHT = 7  # hours before it, and the last one of the day, are shown on demand
EVENING = 23


def choices_of(options: type[Any], nothing: str = "") -> list[tuple[str, str]]:
    """Return the choices in order. The first one chooses nothing, under the label ``nothing``."""
    return [("", nothing or _("Choose")), *((value, capfirst(label)) for value, label in options.choices)]


class Block:
    """A part of the profile. ``stored`` are values to show instead of the profile's, by the name of the serializer."""

    title: ClassVar[Any]
    template: ClassVar[str]
    datalists: ClassVar[Datalists] = {}
    enter_saves: ClassVar[bool] = True  # Else the Enter key presses the first button of the part.

    def __init__(
        self, profile: Profile, *, data: QueryDict | None = None, stored: Mapping[str, Any] | None = None
    ) -> None:
        raise NotImplementedError

    def act(self, do: str) -> bool:
        """Show what was typed, after a button of the form. Nothing is stored.

        Buttons of this part change it. Return whether ``do`` is one of them.
        """
        raise NotImplementedError

    def is_valid(self) -> bool:
        raise NotImplementedError

    @property
    def changes(self) -> dict[str, Any]:
        """The checked values, as the service takes them."""
        raise NotImplementedError


# --- one form ---------------------------------------------------------------------------------------------------


class FormBlock(Block):
    template = "accounts/profile/form.html"
    form_class: ClassVar[type[SerializerForm]]

    def __init__(
        self, profile: Profile, *, data: QueryDict | None = None, stored: Mapping[str, Any] | None = None
    ) -> None:
        self.profile, self.data = profile, data
        initial = MeSerializer(profile).data | dict(stored or {})
        self.form = self.form_class(data, initial=initial, instance=profile)

    def act(self, do: str) -> bool:
        if self.data is not None:
            self.form = typed(self.form, self.data, instance=self.profile)
        return focus_on_words(self.form, do)

    def is_valid(self) -> bool:
        return self.form.is_valid()

    @property
    def changes(self) -> dict[str, Any]:
        changes = dict(self.form.checked)
        return changes | changes.pop("user", {})


class AboutForm(SerializerForm):
    serializer_class = MeSerializer

    name = forms.CharField(label=gettext_lazy("Name"), max_length=NAME_MAX)
    is_mentee = forms.BooleanField(label=gettext_lazy("I look for mentoring"), required=False)
    headline = text(
        MeSerializer,
        "headline",
        rows=1,
        label=gettext_lazy("Headline"),
        help_text=gettext_lazy("One line that says who you are, such as “Physicist who builds forecasting models”."),
    )
    bio = text(
        MeSerializer,
        "bio",
        rows=6,
        label=gettext_lazy("About you"),
        help_text=gettext_lazy("A few sentences. People read them before they decide to talk to you."),
    )
    timezone = ZoneField()
    employer = text(MeSerializer, "employer", rows=1, label=gettext_lazy("Employer"))
    department = text(MeSerializer, "department", rows=1, label=gettext_lazy("Department"))


class About(FormBlock):
    title = gettext_lazy("About you")
    form_class = AboutForm


class SkillsForm(SerializerForm):
    serializer_class = MeSerializer

    skills = WordsField(
        label=gettext_lazy("Add a skill"),
        help_text=gettext_lazy(
            "In your own words; several with commas. While you type, names from our list come up: they are found by "
            "people of other fields, too."
        ),
        required=False,
    )


class Skills(FormBlock):
    title = gettext_lazy("Skills")
    form_class = SkillsForm
    enter_saves = False


# --- rows -------------------------------------------------------------------------------------------------------


class RowsBlock(Block):
    """A list of the profile as rows."""

    template = "accounts/profile/rows.html"
    name: ClassVar[str]
    row_class: ClassVar[type[RowForm]]
    row_title: ClassVar[Any]
    add_title: ClassVar[Any]
    intro: ClassVar[Any] = ""

    def __init__(
        self, profile: Profile, *, data: QueryDict | None = None, stored: Mapping[str, Any] | None = None
    ) -> None:
        self.profile = profile
        shown = self.shown(profile) if stored is None else stored[self.name]
        self.rows = Rows(self.row_class, self.name, data=data, stored=shown)
        if data is None and not self.rows.forms:
            self.rows.add()

    def shown(self, profile: Profile) -> list[Any]:
        """Return the stored rows."""
        return MeSerializer(profile).data[self.name]

    def act(self, do: str) -> bool:
        return self.rows.act(do)

    def is_valid(self) -> bool:
        return self.rows.is_valid(MeSerializer, self.profile)

    @property
    def changes(self) -> dict[str, Any]:
        return {self.name: self.rows.checked}


class CareerRow(RowForm):
    wide = ("employer_size", "hires")

    role = forms.CharField(label=gettext_lazy("Role"), required=False, max_length=120)
    field = forms.CharField(
        label=gettext_lazy("Field"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("such as physics")}),
    )
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), required=False, choices=lambda: choices_of(Sector))
    country = CountryField(label=gettext_lazy("Country"), required=False, max_length=50)
    level = forms.ChoiceField(label=gettext_lazy("Level"), required=False, choices=lambda: choices_of(CareerLevel))
    start_year = forms.IntegerField(label=gettext_lazy("Since (year)"), required=False)
    end_year = forms.IntegerField(
        label=gettext_lazy("Until (year)"),
        required=False,
        widget=forms.NumberInput(attrs={"placeholder": gettext_lazy("today")}),
    )
    employer_size = forms.ChoiceField(
        label=gettext_lazy("Size of the employer"),
        required=False,
        choices=lambda: choices_of(EmployerSize, _("Not stated")),
    )
    hires = forms.BooleanField(
        label=gettext_lazy("I take part in hiring"),
        required=False,
        help_text=gettext_lazy("You read applications, interview or decide."),
    )


class Career(RowsBlock):
    title = gettext_lazy("Career")
    intro = gettext_lazy(
        "Your positions, studies included. Mentors and mentees are matched by their careers, so this part tells most."
    )
    name = "career"
    row_class = CareerRow
    row_title = gettext_lazy("Position")
    add_title = gettext_lazy("Add a position")
    datalists = {"countries": country_labels}


class LanguageRow(RowForm):
    code = LanguageField(label=gettext_lazy("Language"), required=False, max_length=50)
    level = forms.ChoiceField(label=gettext_lazy("Level"), required=False, choices=lambda: choices_of(LanguageLevel))


class Languages(RowsBlock):
    title = gettext_lazy("Languages")
    intro = gettext_lazy("Languages that you can talk in. From “working” on, you are matched with people by them.")
    name = "languages"
    row_class = LanguageRow
    row_title = gettext_lazy("Language")
    add_title = gettext_lazy("Add a language")
    datalists = {"languages": language_labels}


class AbsenceRow(RowForm):
    from_on = day(label=gettext_lazy("First day"))
    until_on = day(label=gettext_lazy("Last day"))


class Away(RowsBlock):
    title = gettext_lazy("Days away")
    intro = gettext_lazy("Days on which you have no time, whatever your week says. Both days are included.")
    name = "absences"
    row_class = AbsenceRow
    row_title = gettext_lazy("Days away")
    add_title = gettext_lazy("Add days")

    def shown(self, profile: Profile) -> list[Any]:
        """Return the days to come. Days that are over are forgotten with the next save."""
        today = timezone.localdate()
        days = [days for days in profile.absences.all() if days.until_on >= today]
        return [{"from_on": row.from_on, "until_on": row.until_on} for row in days]


class ExtraHoursRow(RowForm):
    free_on = day(label=gettext_lazy("Day"))
    start = forms.CharField(label=gettext_lazy("From"), required=False, widget=forms.TextInput(attrs={"type": "time"}))
    end = forms.CharField(label=gettext_lazy("To"), required=False, widget=forms.TextInput(attrs={"type": "time"}))

    def body(self) -> dict[str, Any]:
        return _until_midnight(super().body())


class Extra(RowsBlock):
    title = gettext_lazy("Extra hours")
    intro = gettext_lazy("Hours of one day beside your week. They count on days away as well.")
    name = "extra_hours"
    row_class = ExtraHoursRow
    row_title = gettext_lazy("Extra hours")
    add_title = gettext_lazy("Add hours")

    def shown(self, profile: Profile) -> list[Any]:
        """Return the hours to come, as ``Away`` does."""
        today = timezone.localdate()
        return [
            {"free_on": row.free_on, "start": clock(row.start_minute), "end": _typed_end(row.end_minute)}
            for row in profile.extra_hours.all()
            if row.free_on >= today
        ]


class TravelRow(RowForm):
    from_on = day(label=gettext_lazy("First day"))
    until_on = day(label=gettext_lazy("Last day"))
    timezone = ZoneField(label=gettext_lazy("Time zone there"), help_text="", required=False)


class Journeys(RowsBlock):
    title = gettext_lazy("Days in another time zone")
    intro = gettext_lazy(
        "While you are there, the hours of your week follow the clock of that place. Both days are included."
    )
    name = "travels"
    row_class = TravelRow
    row_title = gettext_lazy("Journey")
    add_title = gettext_lazy("Add a journey")

    def shown(self, profile: Profile) -> list[Any]:
        """Return the journeys to come, as ``Away`` does."""
        today = timezone.localdate()
        return [
            {"from_on": row.from_on, "until_on": row.until_on, "timezone": row.timezone}
            for row in profile.travels.all()
            if row.until_on >= today
        ]


class BufferForm(SerializerForm):
    serializer_class = MeSerializer

    buffer_minutes = number(
        MeSerializer,
        "buffer_minutes",
        label=gettext_lazy("Minutes between two sessions"),
        help_text=gettext_lazy("No time is suggested to you that is nearer to another session of yours."),
    )


class Buffer(FormBlock):
    title = gettext_lazy("Time between sessions")
    form_class = BufferForm


# --- the week ---------------------------------------------------------------------------------------------------


class WindowRow(RowForm):
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Day"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=lambda: [("", _("Choose")), *((day, weekday_name(day)) for day in DAYS)],
    )
    start = forms.CharField(label=gettext_lazy("From"), required=False, widget=forms.TextInput(attrs={"type": "time"}))
    end = forms.CharField(label=gettext_lazy("To"), required=False, widget=forms.TextInput(attrs={"type": "time"}))

    def body(self) -> dict[str, Any]:
        return _until_midnight(super().body())


def _until_midnight(body: dict[str, Any]) -> dict[str, Any]:
    # A field for a time of day has no other way to say the end of the day.
    return body | {"end": "24:00"} if body.get("end") == "00:00" else body


def _typed_end(minute: int) -> str:
    return "00:00" if minute == len(HOURS) * 60 else clock(minute)


# From the name of a button to the hours that it ticks.
PRESETS: dict[str, tuple[Any, set[tuple[int, int]]]] = {
    "evenings": (gettext_lazy("Evenings of workdays"), {(day, hour) for day in range(1, 6) for hour in (18, 19, 20)}),
    "mornings": (gettext_lazy("Mornings of workdays"), {(day, hour) for day in range(1, 6) for hour in (7, 8)}),
    "weekend": (gettext_lazy("Weekend by day"), {(day, hour) for day in (6, 7) for hour in range(10, 17)}),
}


class Week(Block):
    """Weekly time: a grid of hours, and rows for times that are not of whole hours."""

    title = gettext_lazy("Weekly time")
    template = "accounts/profile/week.html"

    def __init__(
        self, profile: Profile, *, data: QueryDict | None = None, stored: Mapping[str, Any] | None = None
    ) -> None:
        self.profile = profile
        self.errors: list[str] = []
        self.checked: list[dict[str, int]] = []
        self.presets = [(f"tick-{name}", label) for name, (label, _hours) in PRESETS.items()]
        if data is None:
            windows = [Window(*window) for window in profile.windows]
            self.hours, rest = hours_and_rest(windows)
            self.rows = Rows(WindowRow, "availability", stored=[_typed_window(window) for window in rest])
        else:
            self.hours = _posted_hours(data)
            self.rows = Rows(WindowRow, "availability", data=data)

    def act(self, do: str) -> bool:
        if do == "tick-none":
            self.hours = set()
        elif do in dict(self.presets):
            self.hours |= PRESETS[do.removeprefix("tick-")][1]
        is_of_the_rows = self.rows.act(do)
        return is_of_the_rows or do == "tick-none" or do in dict(self.presets)

    def is_valid(self) -> bool:
        if not self.rows.is_valid(MeSerializer, self.profile):
            return False
        exact = [Window(row["weekday"], row["start_minute"], row["end_minute"]) for row in self.rows.checked]
        windows = [
            {"weekday": window.weekday, "start": clock(window.start_minute), "end": clock(window.end_minute)}
            for window in merged([*windows_of(self.hours), *exact])
        ]
        serializer = MeSerializer(self.profile, data={"availability": windows}, partial=True)
        if not serializer.is_valid():
            self.errors = sentences(serializer.errors)
            return False
        self.checked = serializer.validated_data["availability"]
        return True

    @property
    def changes(self) -> dict[str, Any]:
        return {"availability": self.checked}

    @property
    def days(self) -> list[tuple[str, str]]:
        """Each day of the week, short and in full."""
        return [(weekday_short(day), weekday_name(day)) for day in DAYS]

    @property
    def by_day(self) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        return self._lines(range(NIGHT, EVENING))

    @property
    def by_night(self) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        return self._lines([*range(NIGHT), *range(EVENING, 24)])

    @property
    def has_nights(self) -> bool:
        return any(hour < NIGHT or hour >= EVENING for _day, hour in self.hours)

    def _lines(self, hours: Any) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """Return for each hour its begin, and for each day the value of the box, its label and whether it is ticked."""
        return [
            (
                clock(hour * 60),
                [
                    (
                        f"{day}-{hour}",
                        _("%(day)s, %(start)s to %(end)s")
                        % {"day": weekday_name(day), "start": clock(hour * 60), "end": clock(hour * 60 + 60)},
                        (day, hour) in self.hours,
                    )
                    for day in DAYS
                ],
            )
            for hour in hours
        ]


def _typed_window(window: Window) -> dict[str, Any]:
    end = _typed_end(window.end_minute)
    return {"weekday": window.weekday, "start": clock(window.start_minute), "end": end}


def _posted_hours(data: QueryDict) -> set[tuple[int, int]]:
    found = (re.fullmatch(r"([1-7])-([0-9]|1[0-9]|2[0-3])", value) for value in data.getlist("hour"))
    return {(int(match[1]), int(match[2])) for match in found if match}
