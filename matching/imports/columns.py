"""The columns that each kind of file can fill, and how their cells are read. Limits are those of the serializers."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from rest_framework import serializers
from rest_framework.exceptions import ValidationError as Invalid

from accounts.languages import CATALOGUES
from accounts.models import MentorProfile, User
from accounts.models.addresses import validate_address
from accounts.models.mentor import CAPACITY_MAX
from accounts.models.profile import TIMEZONES, CareerLevel, EmployerSize, LanguageLevel, Sector
from accounts.models.skill import normalise
from accounts.serializers.mentors import MentorProfileSerializer, RateSerializer
from accounts.serializers.people import CareerStepSerializer, MeSerializer
from accounts.words import countries_written, currencies_written, languages_written
from matching.imports import values
from matching.imports.values import BadValue
from matching.models import Import
from mentorship.models import CohortMember, Exclusion, GoalKind, SessionKind

Kind = Import.Kind
# An admin decides on applications, so a file can have both. The other statuses have pages of their own.
STATUSES = {value: MentorProfile.Status(value).label for value in ("applied", "approved")}
ADDRESS = "Write an e-mail address such as anna@example.org."
NO_ADDRESS = "This is no e-mail address."
YES_OR_NO = "Write yes or no."
PLACES = f"Write a whole number from 1 to {CAPACITY_MAX}, for mentors."
WORDS = "Write up to 40, with semicolons between them."
# Other names of columns in headers, by kind and name.
OTHER_NAMES = tomllib.loads(Path(__file__).with_name("headers.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a kind of file. ``todo`` says what to write.

    ``read`` turns the text of a cell, which is never empty, into a value. It raises BadValue.
    ``required``: each row needs a value. A column that ``is_key`` says whom the row is about.
    """

    name: str
    title: str
    read: Callable[[str], Any]
    todo: str
    required: bool = False
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a row, and what to do about it."""

    column: str
    cell: str
    wrong: str
    todo: str

    def as_json(self) -> dict[str, str]:
        cell = self.cell if len(self.cell) <= 80 else self.cell[:79] + "…"
        return {"column": self.column, "cell": cell, "wrong": self.wrong, "todo": self.todo}


def columns_of(kind: str) -> dict[str, Column]:
    """Return the columns of a kind of file by name. For mentors it reads the kinds of goals and sessions."""
    found: Sequence[Column] = {
        Kind.PEOPLE: lambda: _person(),
        Kind.MENTORS: lambda: [*_person(), *_mentor()],
        Kind.CAREERS: lambda: _career(),
        Kind.EXCLUSIONS: lambda: _exclusion(),
        Kind.COHORT: lambda: _cohort(),
    }[Kind(kind)]()
    return {column.name: column for column in found}


def other_names(kind: str) -> dict[str, list[str]]:
    """Return names that headers of a kind of file have in use, by column. Mentors have those of people as well."""
    return (OTHER_NAMES[Kind.PEOPLE] if kind == Kind.MENTORS else {}) | OTHER_NAMES[kind]


def read_row(columns: Sequence[Column | None], cells: Sequence[str]) -> tuple[dict[str, Any], list[Fault]]:
    """Return the values of a row by name, and its faults. ``columns`` has the column of each cell, or None.

    An empty cell is no value.
    """
    found: dict[str, Any] = {}
    faults = []
    for column, cell in zip(columns, cells, strict=False):
        if column is None or not cell:
            continue
        try:
            found[column.name] = column.read(cell)
        except BadValue as bad:
            faults.append(Fault(column.title, cell, bad.wrong, bad.todo or column.todo))
    if any(cells[len(columns) :]):
        faults.append(
            Fault(
                "",
                cells[-1],
                f"The row has {len(cells)} cells, and the header names {len(columns)} columns.",
                "Put text with a separator in it into quotes.",
            )
        )
    faulty = {fault.column for fault in faults}
    for column in columns:
        if column is not None and column.required and column.name not in found and column.title not in faulty:
            faults.append(Fault(column.title, "", "The cell is empty.", column.todo))
    return found, faults


def checked(field: serializers.Field, value: Any) -> Any:
    """Return ``value`` as the field of a serializer takes it. Raises BadValue with its first sentence."""
    try:
        return field.run_validation(value)
    except Invalid as invalid:
        raise BadValue(_first(invalid.detail)) from None


def _first(detail: Any) -> str:
    while isinstance(detail, list | dict):
        detail = next(iter(detail.values() if isinstance(detail, dict) else detail))
    return str(detail)


def address(text: str) -> str:
    """Return an address as it is stored. Raises BadValue."""
    try:
        validate_address(text)
    except ValidationError as invalid:
        # The advice stands in a column of its own.
        raise BadValue(" ".join(invalid.messages).removeprefix(ADDRESS).strip() or NO_ADDRESS) from None
    return User.objects.normalize_email(text)


def _texts(serializer: serializers.Serializer, name: str) -> Callable[[str], Any]:
    return partial(checked, serializer.fields[name])


def _numbers(serializer: serializers.Serializer, name: str) -> Callable[[str], Any]:
    field = serializer.fields[name]
    return lambda text: checked(field, values.whole_number(text))


def _lists(serializer: serializers.Serializer, name: str) -> Callable[[str], Any]:
    field = serializer.fields[name]
    return lambda text: checked(field, values.items(text))


def _amounts(serializer: serializers.Serializer) -> Callable[[str], Any]:
    field = serializer.fields["amount"]
    return lambda text: checked(field, values.amount(text))


def _years(serializer: serializers.Serializer) -> Callable[[str], int]:
    field = serializer.fields["start_year"]
    return lambda text: checked(field, values.year(text))


def one_of(labels: Iterable[str]) -> str:
    return f"Write one of: {', '.join(labels)}."


def some_of(labels: Iterable[str]) -> str:
    return f"Write some of: {', '.join(labels)}, with semicolons between them."


def _choices(labels: Mapping[str, Any]) -> Callable[[str], str]:
    """Return a reader of choices by their labels. A file is read alike for each reader: in all languages."""
    named: dict[str, list[str]] = {value: [] for value in labels}
    for language in dict.fromkeys((*CATALOGUES, *dict(settings.LANGUAGES))):
        with translation.override(language):
            for value, label in labels.items():
                named[value].append(str(label))
    return values.chooser(named)


def _codes(labels: Mapping[str, Any]) -> Callable[[str], list[str]]:
    choose = _choices(labels)
    return lambda text: list(dict.fromkeys(choose(item) for item in values.items(text)))


def _zone(field: serializers.Field, text: str) -> str:
    if text not in TIMEZONES:
        wanted = text.replace(" ", "_").casefold()
        text = next((zone for zone in TIMEZONES if zone.casefold() == wanted), text)
    return checked(field, text)


def _languages(field: serializers.Field) -> Callable[[str], list[dict[str, str]]]:
    level_of = _choices(dict(LanguageLevel.choices))

    def read(text: str) -> list[dict[str, str]]:
        found = []
        for item in values.items(text):
            name, level = values.level_beside(item)
            code = languages_written().get(normalise(name)) or values.names_of("languages").get(values.plain(name))
            if code is None:
                raise BadValue(f"“{name}” is no language that is known.")
            if not level:
                raise BadValue(f"“{item}” has no level.")
            found.append({"code": code, "level": level_of(level)})
        return [dict(row) for row in checked(field, found)]

    return read


def _country(field: serializers.Field) -> Callable[[str], str]:
    def read(text: str) -> str:
        code = countries_written().get(normalise(text)) or values.names_of("territories").get(values.plain(text))
        return checked(field, code or text)

    return read


def _currency(field: serializers.Field) -> Callable[[str], str]:
    def read(text: str) -> str:
        code = currencies_written().get(normalise(text)) or values.names_of("currencies").get(values.plain(text))
        return checked(field, code or text)

    return read


def _joined(text: str) -> date:
    return values.joined(text, today=timezone.localdate())


def _person() -> list[Column]:
    me = MeSerializer()
    text = partial(_texts, me)
    sites = dict(settings.LANGUAGES)
    zone = partial(_zone, me.fields["timezone"])
    languages = _languages(me.fields["languages"])
    levels = "Write each with its level (basic, working, fluent, native): “en: fluent; de: native”."
    return [
        Column("email", "Address", address, ADDRESS, required=True, is_key=True),
        Column("name", "Name", text("name"), "Write the name in letters, on one line."),
        Column("first_name", "First name", text("name"), "Write the first name in letters."),
        Column("last_name", "Last name", text("name"), "Write the last name in letters."),
        Column("is_mentee", "Looks for mentoring", values.yes_or_no, YES_OR_NO),
        Column("headline", "Headline", text("headline"), "Write one line, such as “Physicist on the way to industry”."),
        Column("bio", "About", text("bio"), "Write some sentences about the person."),
        Column("timezone", "Time zone", zone, "Write the name of a time zone, such as Europe/Berlin."),
        Column("language", "Language of mails", _choices(sites), one_of(sites)),
        Column("employer", "Employer", text("employer"), "Write the name of the employer."),
        Column("department", "Department", text("department"), "Write the name of the department."),
        Column("skills", "Skills", _lists(me, "skills"), WORDS),
        Column("languages", "Languages", languages, levels),
        Column("joined_on", "Member since", _joined, values.WRITE_A_DAY),
    ]


def _mentor() -> list[Column]:
    mentor, rate = MentorProfileSerializer(), RateSerializer()
    number = partial(_numbers, mentor)
    goals = {kind.code: kind for kind in GoalKind.objects.filter(is_offered=True)}
    sessions = {kind.code: kind for kind in SessionKind.objects.filter(is_offered=True)}
    formats, pers = dict(MentorProfile.Format.choices), dict(MentorProfile.Per.choices)
    currency = _currency(rate.fields["currency"])
    return [
        Column("status", "Status", _choices(STATUSES), one_of(STATUSES)),
        Column("motivation", "Motivation", _texts(mentor, "motivation"), "Write why the person wants to mentor."),
        Column("teaches", "Teaches", _lists(mentor, "teaches"), WORDS),
        Column("explores", "Wants to explore", _lists(mentor, "explores"), WORDS),
        Column("formats", "Formats", _codes(formats), some_of(formats)),
        Column("capacity", "People at once", number("capacity"), "Write a whole number from 1 to 10."),
        Column("active_elsewhere", "People mentored elsewhere", number("active_elsewhere"), "Write a whole number."),
        Column("monthly_hours", "Hours a month", number("monthly_hours"), "Write a whole number from 0 to 200."),
        Column("is_listed", "Found by search", values.yes_or_no, YES_OR_NO),
        Column("rate_amount", "Price", _amounts(rate), values.WRITE_AN_AMOUNT),
        Column("rate_currency", "Currency", currency, "Write the code of a currency, such as EUR."),
        Column("rate_per", "Price per", _choices(pers), one_of(pers)),
        Column("goal_kinds", "Kinds of goals", _codes(goals), some_of(goals)),
        Column("session_kinds", "Kinds of sessions", _codes(sessions), some_of(sessions)),
    ]


def _career() -> list[Column]:
    step = CareerStepSerializer()
    sectors, levels = dict(Sector.choices), dict(CareerLevel.choices)
    sizes = dict(EmployerSize.choices)
    country = _country(step.fields["country"])
    until = "Write a year with four digits, or leave the cell empty for the present position."
    return [
        Column("email", "Address", address, ADDRESS, required=True, is_key=True),
        Column("role", "Role", _texts(step, "role"), "Write the role.", required=True, is_key=True),
        Column("field", "Field", _texts(step, "field"), "Write the field, such as data science.", required=True),
        Column("sector", "Sector", _choices(sectors), one_of(sectors), required=True),
        Column("country", "Country", country, "Write the country, such as Germany or DE.", required=True),
        Column("level", "Level", _choices(levels), one_of(levels), required=True),
        Column("start_year", "From", _years(step), values.WRITE_A_YEAR, required=True, is_key=True),
        Column("end_year", "Until", _years(step), until),
        Column("hires", "Takes part in hiring", values.yes_or_no, YES_OR_NO),
        Column("employer_size", "Size of the employer", _choices(sizes), one_of(sizes)),
    ]


def _cohort() -> list[Column]:
    sides = dict(CohortMember.Side.choices)
    return [
        Column("email", "Address", address, ADDRESS, required=True, is_key=True),
        Column("side", "Side", _choices(sides), one_of(sides), required=True, is_key=True),
        Column("places", "Mentees", _places, PLACES),
        Column("manager", "Address of the manager", address, ADDRESS),
    ]


def _places(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= CAPACITY_MAX):
        raise BadValue("This is no number of mentees.", PLACES)
    return int(text)


def _exclusion() -> list[Column]:
    reasons = dict(Exclusion.Reason.choices)
    return [
        Column("first", "Address of one", address, ADDRESS, required=True, is_key=True),
        Column("second", "Address of the other", address, ADDRESS, required=True, is_key=True),
        Column("reason", "Reason", _choices(reasons), one_of(reasons), required=True),
    ]
