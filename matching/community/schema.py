"""Check a community file, format 1, and report every fault with its JSON path."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from jsonschema import Draft202012Validator, FormatChecker, validators

from accounts.fields import COUNTRY_CODES, CURRENCY_CODES, LANGUAGE_CODES
from accounts.models import User
from accounts.models.addresses import validate_address
from accounts.models.names import validate_name
from accounts.models.profile import validate_timezone

SCHEMA = json.loads((Path(__file__).parent / "schema.json").read_text())
CLOCK = re.compile(r"(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)")


def is_text(value: str) -> bool:
    """Return whether the database can store ``value``: no NUL, no lone surrogate."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in value


def passes(validate: Callable[[str], None], value: object) -> bool:
    """Return whether ``value`` is no string, or a string that a validator of the models accepts."""
    if not isinstance(value, str):
        return True
    try:
        validate(value)
    except ValidationError:
        return False
    return is_text(value)


formats = FormatChecker(formats=["date"])
formats.checks("timezone")(partial(passes, validate_timezone))
formats.checks("country")(lambda value: not isinstance(value, str) or value in COUNTRY_CODES)
formats.checks("language")(lambda value: not isinstance(value, str) or value in LANGUAGE_CODES)
formats.checks("currency")(lambda value: not isinstance(value, str) or value in CURRENCY_CODES)
formats.checks("clock")(lambda value: not isinstance(value, str) or bool(CLOCK.fullmatch(value)))
formats.checks("text")(lambda value: not isinstance(value, str) or is_text(value))
formats.checks("email")(partial(passes, validate_address))
formats.checks("name")(partial(passes, validate_name))

FORMAT_NAMES = {
    "timezone": "an IANA time zone, such as Europe/Berlin",
    "country": "an ISO 3166 alpha-2 country, such as DE",
    "language": "an ISO 639-1 language, such as en",
    "currency": "an ISO 4217 currency in use today, such as EUR",
    "clock": "a time of day from 00:00 to 24:00",
    "email": "an e-mail address",
    "name": "the name of a person, in letters and on one line, without addresses",
    "date": "a date as YYYY-MM-DD",
    "text": "text that can be stored; it has a NUL or half a character in it",
}


@dataclass(frozen=True, slots=True)
class Fault:
    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class BadCommunityFile(Exception):
    """The whole file is refused. ``faults`` has every fault."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def parse(text: str | bytes) -> dict[str, Any]:
    """Return the community in ``text``, checked. Raises BadCommunityFile with all faults."""
    try:
        data = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_Object)
        # The validator recurses as well: deep nesting is refused here already.
        faults = list(_repeated_keys(data, "$"))
    except (ValueError, RecursionError) as error:
        raise BadCommunityFile([Fault("$", f"is not JSON: {error}")]) from None
    faults += [Fault(error.json_path, _reason(error)) for error in _validator().iter_errors(data)]
    # References can be checked only in a file of the right shape.
    faults = faults or list(_references(data))
    if faults:
        raise BadCommunityFile(faults)
    return data


class _Object(dict[str, Any]):
    """A JSON object that knows the keys it was given more than once. JSON keeps the last value of each."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.repeated = [key for key, times in Counter(key for key, _ in pairs).items() if times > 1]


def _repeated_keys(data: Any, path: str) -> Iterator[Fault]:
    """Yield a fault for each key that is there twice, at every depth of a file that ``json`` has read."""
    children: Iterable[tuple[str, Any]] = ()
    if isinstance(data, _Object):
        for key in data.repeated:
            yield Fault(_below(path, key), "the key is there twice; keep one, or all but the last would be lost")
        children = ((_below(path, key), value) for key, value in data.items())
    elif isinstance(data, list):
        children = ((f"{path}[{i}]", value) for i, value in enumerate(data))
    for child, value in children:
        if isinstance(value, dict | list):
            yield from _repeated_keys(value, child)


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if key.isidentifier() else f"{path}[{key!r}]"


def _is_integer(_checker: object, value: object) -> bool:
    """Return whether ``value`` is written as an integer. JSON Schema would also take 2.0."""
    return isinstance(value, int) and not isinstance(value, bool)


CommunityValidator = validators.extend(
    Draft202012Validator, type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer)
)


def _validator() -> Any:
    return CommunityValidator(SCHEMA, format_checker=formats)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _reason(error: Any) -> str:
    if error.validator == "format":
        return f"{error.instance!r} is not {FORMAT_NAMES[error.validator_value]}"
    if error.validator == "not":
        return error.schema.get("description", error.message)
    return str(error.message)[:300]


def _references(data: dict[str, Any]) -> Iterator[Fault]:
    emails: set[str] = set()
    for i, person in enumerate(data["people"]):
        email = User.objects.normalize_email(person["email"])
        if email in emails:
            yield Fault(f"$.people[{i}].email", f"{email} is there twice")
        emails.add(email)
        yield from _person_faults(f"$.people[{i}]", person)
    pairs: set[frozenset[str]] = set()
    for i, exclusion in enumerate(data.get("exclusions", [])):
        for j, email in enumerate(exclusion["people"]):
            if User.objects.normalize_email(email) not in emails:
                yield Fault(f"$.exclusions[{i}].people[{j}]", f"{email} is not among the people")
        pair = frozenset(map(User.objects.normalize_email, exclusion["people"]))
        if len(pair) < 2:
            yield Fault(f"$.exclusions[{i}].people", "the two are one person")
        if pair in pairs:
            yield Fault(f"$.exclusions[{i}].people", "the pair is there twice")
        pairs.add(pair)
    refs: set[str] = set()
    for i, request in enumerate(data.get("help_requests", [])):
        if request["ref"] in refs:
            yield Fault(f"$.help_requests[{i}].ref", f"{request['ref']} is there twice")
        refs.add(request["ref"])
        if User.objects.normalize_email(request["mentee"]) not in emails:
            yield Fault(f"$.help_requests[{i}].mentee", f"{request['mentee']} is not among the people")


def _person_faults(path: str, person: dict[str, Any]) -> Iterator[Fault]:
    codes = [language["code"] for language in person["languages"]]
    for i, code in enumerate(codes):
        if code in codes[:i]:
            yield Fault(f"{path}.languages[{i}].code", f"{code} is there twice")
    for i, step in enumerate(person.get("career", [])):
        if step.get("end") is not None and step["end"] < step["start"]:
            yield Fault(f"{path}.career[{i}].end", "lies before start")
    starts: set[tuple[int, str]] = set()
    for i, window in enumerate(person.get("availability", [])):
        where = f"{path}.availability[{i}]"
        if window["start"] >= window["end"]:
            yield Fault(f"{where}.end", "is not after start; split a window that crosses midnight in two")
        if (window["weekday"], window["start"]) in starts:
            yield Fault(f"{where}.start", "two windows start at the same time")
        starts.add((window["weekday"], window["start"]))
