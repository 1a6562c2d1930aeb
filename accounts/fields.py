"""Serializers that refuse unknown fields, and fields that refuse values of another type instead of converting them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from babel import Locale
from babel.core import get_global
from babel.numbers import get_territory_currencies
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.fields import empty

from accounts.models.names import NAME_MAX, plain_name, validate_name
from accounts.models.profile import MINUTES_A_DAY, WORDS_MAX, clock, validate_site_language, validate_timezone

LANGUAGE_CODES = frozenset(code for code in map(str, Locale("en").languages) if len(code) == 2)
NO_LANGUAGE = gettext_lazy("“{input}” is not a language code. Use ISO 639-1, such as en or de.")
COUNTRY_CODES = frozenset(code for code, _ in countries)
# Bulgaria pays in euro since 2026, which Babel's data does not know yet.
FORMER_CURRENCIES = {"BGN"}
# Currencies that somebody can pay with today: no former ones, no codes for tests, metals or funds.
CURRENCY_CODES = frozenset(
    code for territory in get_global("territory_currencies") for code in get_territory_currencies(territory)
).difference(FORMER_CURRENCIES)

UUID_TEXT = re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
NO_UUID = gettext_lazy("Send a UUID, as 8d5dd8a7-2f59-4c1b-9a52-0d3a2b5c6e71.")

FAULTS_MAX = 10  # reported of one list or object
CODES_MAX = 100  # more than any community has kinds
NAME_SHOWN_MAX = 60


def shortened(text: str) -> str:
    """Return ``text`` as it is named in an error."""
    return text if len(text) <= NAME_SHOWN_MAX else text[: NAME_SHOWN_MAX - 1] + "…"


def has_visible(text: str) -> bool:
    """Return whether ``text`` has a character that people see: no space, control, joiner or mark of direction."""
    return any(unicodedata.category(character) not in ("Cc", "Cf", "Zs", "Zl", "Zp") for character in text)


class TextField(serializers.CharField):
    """Text only: a number is refused, not converted to digits. A required text has something to see."""

    default_error_messages = {"invalid": gettext_lazy("Send text, in quotes.")}

    def run_validation(self, data: Any = empty) -> Any:
        if isinstance(data, str) and not self.allow_blank and not has_visible(data):
            self.fail("blank")
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class NameField(TextField):
    """The name of a person, with one plain space between its words."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=NAME_MAX, validators=[validate_name], **kwargs)

    def to_internal_value(self, data: Any) -> str:
        return plain_name(super().to_internal_value(data))


class FlagField(serializers.BooleanField):
    """True or false only: DRF would also take "yes", 1 and "off"."""

    default_error_messages = {"invalid": gettext_lazy("Send true or false, without quotes.")}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class ReasonField(serializers.ChoiceField):
    """A reason out of a list."""

    default_error_messages = {
        "required": gettext_lazy("Choose a reason."),
        "invalid_choice": gettext_lazy("Choose a reason from the list."),
    }

    def to_internal_value(self, data: Any) -> str:
        if data == "":
            self.fail("required")
        return super().to_internal_value(data)


class NumberField(serializers.IntegerField):
    """A whole number only: DRF would also take "3" and 3.0."""

    default_error_messages = {
        "invalid": gettext_lazy("Send a whole number, without quotes and without a decimal point.")
    }

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class NumberInAddressField(NumberField):
    """A whole number in the query of an address, which holds text only: "30", not "3_0" or " 30"."""

    default_error_messages = {"invalid": gettext_lazy("Write a whole number in digits, such as 30.")}

    def to_internal_value(self, data: Any) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", str(data)):
            self.fail("invalid")
        return super().to_internal_value(int(data))


class AmountField(serializers.DecimalField):
    """An amount of money as text, such as "40.00", or as a number. DRF would also take "1_000", "1e2" and " 5 "."""

    default_error_messages = {"invalid": gettext_lazy("Write an amount in digits, such as 40.00.")}

    def to_internal_value(self, data: Any) -> Decimal:
        is_text = isinstance(data, str) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", data)
        if not is_text and (isinstance(data, bool) or not isinstance(data, int | float | Decimal)):
            self.fail("invalid")
        return super().to_internal_value(data)


NO_DAY = gettext_lazy("Write the day as year-month-day, such as 2027-03-01.")


class DayField(serializers.DateField):
    """A day as "2027-03-01" only: DRF would also take "20270301" and "2027-W09-1"."""

    default_error_messages = dict.fromkeys(("required", "invalid", "null"), NO_DAY)

    def to_internal_value(self, data: Any) -> date:
        is_text = isinstance(data, str) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", data)
        # Forms of pages send days that they have read already.
        if not is_text and not isinstance(data, date):
            self.fail("invalid")
        return super().to_internal_value(data)


NO_MOMENT = gettext_lazy(
    "Write the time with its difference from UTC, such as 2027-03-02T18:00:00+01:00 or 2027-03-02T17:00:00Z."
)
MOMENT_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})?")


class MomentField(serializers.DateTimeField):
    """A full minute, with its difference from UTC. The value is in UTC.

    DRF would read a time without a difference in the zone of the server.
    """

    default_error_messages = {
        **dict.fromkeys(("required", "invalid", "date", "null", "overflow"), NO_MOMENT),
        "naive": gettext_lazy("Add the difference from UTC, such as +01:00 or Z. Without it, nobody knows the zone."),
        "minute": gettext_lazy("Give a full minute, without seconds."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)

    def to_internal_value(self, data: Any) -> datetime:
        try:
            found = parse_datetime(data) if isinstance(data, str) and MOMENT_TEXT.fullmatch(data) else None
        except ValueError:
            found = None
        # Forms of pages send times that they have read already.
        found = data if isinstance(data, datetime) else found
        if found is None:
            self.fail("invalid")
        if found.tzinfo is None:
            self.fail("naive")
        if found.second or found.microsecond:
            self.fail("minute")
        return super().to_internal_value(found)


class IdentifierField(serializers.UUIDField):
    """A UUID in its usual form only: DRF would also take true, numbers and URNs."""

    default_error_messages = {"invalid": NO_UUID}

    def to_internal_value(self, data: Any) -> UUID:
        is_text = isinstance(data, str) and UUID_TEXT.fullmatch(data)
        if not is_text and not isinstance(data, UUID):
            self.fail("invalid")
        return super().to_internal_value(data)


def check_length(items: list, *, longest: int | None, shortest: int = 0) -> None:
    """Raise ValidationError if a list has too many or too few elements. No element is read."""
    if longest is not None and len(items) > longest:
        raise serializers.ValidationError(
            _("This list has %(number)s elements. Send at most %(most)s.")
            % {"number": format(len(items), ","), "most": longest},
            code="max_length",
        )
    if len(items) < shortest:
        raise serializers.ValidationError(_("Send at least %(least)s.") % {"least": shortest}, code="min_length")


def validate_each(items: Iterable[Any], validate: Callable[[Any], Any]) -> list:
    """Return the validated items. Raises ValidationError by index, with the first ten faulty items at most."""
    valid = []
    faults: dict[int, Any] = {}
    for index, item in enumerate(items):
        try:
            valid.append(validate(item))
        except serializers.ValidationError as error:
            faults[index] = error.detail
            if len(faults) == FAULTS_MAX:
                break
    if faults:
        raise serializers.ValidationError(cast(dict, faults))
    return valid


class BoundedListField(serializers.ListField):
    """A list whose length is checked before its elements."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_internal_value(self, data: Any) -> list:
        if not isinstance(data, list):
            self.fail("not_a_list", input_type=type(data).__name__)
        check_length(data, longest=self.max_length, shortest=self.min_length or 0)
        return validate_each(data, self.child.run_validation)


class BoundedListSerializer(serializers.ListSerializer):
    """A list of objects whose length is checked before its elements."""

    max_length: int | None
    min_length: int | None

    def to_internal_value(self, data: Any) -> list:
        if not isinstance(data, list):
            message = self.error_messages["not_a_list"].format(input_type=type(data).__name__)
            raise serializers.ValidationError(message, code="not_a_list")
        check_length(data, longest=self.max_length, shortest=self.min_length or 0)
        return validate_each(data, self.run_child_validation)


class StrictMixin:
    """Mixin for all serializers: an unknown field is refused, and a list of objects is bounded.

    Known fields that are read-only may be sent back. They are ignored.
    """

    @classmethod
    def many_init(cls, *args: Any, **kwargs: Any) -> serializers.BaseSerializer:
        many = super().many_init(*args, **kwargs)  # type: ignore[misc]
        many.__class__ = BoundedListSerializer
        return many

    def to_internal_value(self, data: Any) -> Any:
        faults = self.faults_of_names(data) if isinstance(data, Mapping) else {}
        try:
            value = super().to_internal_value(data)  # type: ignore[misc]
        except serializers.ValidationError as error:
            raise serializers.ValidationError(cast(dict, error.detail) | faults) from None
        if faults:
            raise serializers.ValidationError(faults)
        return value

    def faults_of_names(self, data: Mapping) -> dict[str, list[ErrorDetail]]:
        """Return a fault for each field that does not exist, ten at most."""
        fields = self.fields  # type: ignore[attr-defined]
        unknown = [name for name in data if name not in fields][:FAULTS_MAX]
        if not unknown:
            return {}
        known = ", ".join(name for name, field in fields.items() if not field.read_only)
        return {
            shortened(name): [
                ErrorDetail(
                    _("There is no field “%(name)s”. Fields: %(known)s.") % {"name": shortened(name), "known": known},
                    "unknown_field",
                )
            ]
            for name in unknown
        }


class StrictSerializer(StrictMixin, serializers.Serializer):
    pass


class StrictModelSerializer(StrictMixin, serializers.ModelSerializer):
    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {
        models.CharField: TextField,
        models.TextField: TextField,
        models.BooleanField: FlagField,
        models.IntegerField: NumberField,
        models.PositiveIntegerField: NumberField,
        models.SmallIntegerField: NumberField,
        models.PositiveSmallIntegerField: NumberField,
        models.BigIntegerField: NumberField,
        models.PositiveBigIntegerField: NumberField,
        models.DecimalField: AmountField,
        models.DateField: DayField,
        models.UUIDField: IdentifierField,
    }

    def include_extra_kwargs(
        self, kwargs: MutableMapping[str, Any], extra_kwargs: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """Keep of a read-only choice that it may be empty: the schema says so."""
        may_be_blank = kwargs.get("allow_blank", False)
        found = super().include_extra_kwargs(kwargs, extra_kwargs)
        if may_be_blank and "choices" in found:
            found["allow_blank"] = True
        return found


class PartMixin(StrictMixin):
    """Mixin for nested serializers: required fields must be present, also in a PATCH.

    DRF asks only the outermost serializer whether an update is partial. A nested object is always written whole.
    """

    def faults_of_names(self, data: Mapping) -> dict[str, list[ErrorDetail]]:
        missing = {
            name: [ErrorDetail(field.error_messages["required"], "required")]
            for name, field in self.fields.items()  # type: ignore[attr-defined]
            if field.required and not field.read_only and name not in data
        }
        return missing | super().faults_of_names(data)


class CodeField(serializers.SlugRelatedField):
    """One row by its code. A value that cannot be a code is refused without a query."""

    def run_validation(self, data: Any = empty) -> Any:
        # DRF takes an empty text for null.
        return super().run_validation(self.checked(data) if data == "" and self.allow_null else data)

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(self.checked(data))

    def checked(self, data: Any) -> str:
        if not isinstance(data, str) or "\x00" in data:
            self.fail("invalid")
        if self.slug_field == "uuid" and not UUID_TEXT.fullmatch(data):
            raise serializers.ValidationError(NO_UUID, code="invalid")
        return data

    @classmethod
    def many_init(cls, *args: Any, **kwargs: Any) -> serializers.ManyRelatedField:
        field = super().many_init(*args, **kwargs)
        field.__class__ = CodesField
        return field


class CodesField(serializers.ManyRelatedField):
    """A list of codes, found with one query. An object is refused: DRF would read it as the list of its keys."""

    child_relation: CodeField

    def to_internal_value(self, data: Any) -> list:
        if not isinstance(data, list):
            self.fail("not_a_list", input_type=type(data).__name__)
        check_length(data, longest=CODES_MAX, shortest=0 if self.allow_empty else 1)
        try:
            return self._rows(validate_each(data, self.child_relation.checked))
        except serializers.ValidationError as error:
            # One fault of the whole field for each code: the sentence names the code.
            faults = cast(dict, error.detail).values()
            raise serializers.ValidationError([fault for found in faults for fault in found]) from None

    def _rows(self, codes: list[str]) -> list[models.Model]:
        slug = self.child_relation.slug_field
        rows = cast(models.QuerySet, self.child_relation.get_queryset()).filter(**{f"{slug}__in": codes})
        found = {getattr(row, slug): row for row in rows}

        def row_of(code: str) -> models.Model:
            if code not in found:
                self.child_relation.fail("does_not_exist", slug_name=slug, value=code)
            return found[code]

        return validate_each(dict.fromkeys(codes), row_of)


class WordsField(BoundedListField):
    """Skills in a person's own words, without duplicates."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=TextField(max_length=80), max_length=WORDS_MAX, **kwargs)

    def to_internal_value(self, data: Any) -> list[str]:
        return list(dict.fromkeys(super().to_internal_value(data)))


class LanguageCodeField(TextField):
    default_error_messages = {"language": NO_LANGUAGE}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=2, max_length=2, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data)
        if code not in LANGUAGE_CODES:
            self.fail("language", input=code)
        return code


class CurrencyField(TextField):
    default_error_messages = {
        "currency": gettext_lazy("“{input}” is not the code of a currency in use today. Use ISO 4217, such as EUR.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=3, max_length=3, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data)
        if code not in CURRENCY_CODES:
            self.fail("currency", input=code)
        return code


class CountryCodeField(TextField):
    default_error_messages = {
        "country": gettext_lazy("“{input}” is not a country code. Use ISO 3166 alpha-2, such as DE.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=2, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data)
        if code and code not in COUNTRY_CODES:
            self.fail("country", input=code)
        return code


class TimezoneField(TextField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=64, validators=[validate_timezone], **kwargs)


class SiteLanguageField(TextField):
    """A language in which the site is offered."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=16, validators=[validate_site_language], **kwargs)


@extend_schema_field({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$", "example": "18:00"})
class ClockField(serializers.Field):
    """A time of day as "18:00", stored as minutes since midnight. "24:00" is the end of the day."""

    default_error_messages = {"clock": gettext_lazy("Write the time as HH:MM, from 00:00 to 24:00.")}

    def to_internal_value(self, data: Any) -> int:
        found = re.fullmatch(r"([0-9]{2}):([0-5][0-9])", data) if isinstance(data, str) else None
        minutes = int(found[1]) * 60 + int(found[2]) if found else MINUTES_A_DAY + 1
        if minutes > MINUTES_A_DAY:
            self.fail("clock")
        return minutes

    def to_representation(self, value: int) -> str:
        return clock(value)
