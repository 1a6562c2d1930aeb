"""Check an expectations file and its notes, and report every fault with its JSON path."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jsonschema import Draft202012Validator

from accounts.models import User
from matching.community.schema import BadCommunityFile, Fault
from matching.engine import RULES

EMAILS = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
EXPECTATIONS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["request"],
        "additionalProperties": False,
        "properties": {
            "request": {"type": "string"},
            "first": {"type": "string"},
            "top": {
                "type": "object",
                "required": ["n", "mentors"],
                "additionalProperties": False,
                "properties": {"n": {"type": "integer", "minimum": 1}, "mentors": EMAILS},
            },
            "above": {
                "type": "array",
                "items": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2},
                "uniqueItems": True,
            },
            "ineligible": {"type": "object", "additionalProperties": {"enum": [rule.name for rule in RULES]}},
            "eligible": EMAILS,
        },
    },
}
NOTES = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "field": {"type": "string"},
            "jargon": {"type": "boolean"},
            "text_only": {"type": "boolean"},
            "why": {"type": "string"},
        },
    },
}


@dataclass(frozen=True, slots=True)
class Expected:
    """The expectations of a thoughtful reader for one request: mentors by e-mail, pairs as (better, worse)."""

    request: str
    first: str | None = None
    top_n: int = 0
    top: tuple[str, ...] = ()
    above: tuple[tuple[str, str], ...] = ()
    ineligible: Mapping[str, str] = field(default_factory=dict)
    eligible: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notes:
    """Marked requests by ref.

    - ``jargon``: the request uses the words of another field.
    - ``text_only``: only the meaning of texts leads to its mentor.
    """

    jargon: frozenset[str] = frozenset()
    text_only: frozenset[str] = frozenset()


def parse_expectations(text: str | bytes, community: Mapping[str, Any]) -> list[Expected]:
    """Return the expectations in ``text``, checked against ``community``. Raises BadCommunityFile with all faults."""
    data = shaped(text, EXPECTATIONS)
    faults = list(unknown_requests([(f"$[{i}].request", row["request"]) for i, row in enumerate(data)], community))
    seen: set[str] = set()
    for i, row in enumerate(data):
        if row["request"] in seen:
            faults.append(Fault(f"$[{i}].request", f"{row['request']!r} is there twice"))
        seen.add(row["request"])
        faults += unknown_mentors(_mentors(f"$[{i}]", row), community)
        faults += _contradictions(f"$[{i}]", row)
    if faults:
        raise BadCommunityFile(faults)
    return [_expected(row) for row in data]


def parse_notes(text: str | bytes, community: Mapping[str, Any]) -> Notes:
    """Return the marked requests in ``text``. Raises BadCommunityFile with all faults."""
    data = shaped(text, NOTES)
    faults = list(unknown_requests([(f"$[{ref!r}]", ref) for ref in data], community))
    if faults:
        raise BadCommunityFile(faults)
    return Notes(*(frozenset(ref for ref, row in data.items() if row.get(mark)) for mark in ("jargon", "text_only")))


def shaped(text: str | bytes, schema: Mapping[str, Any]) -> Any:
    """Return the JSON value in ``text``. Raises BadCommunityFile if it does not follow ``schema``."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadCommunityFile([Fault("$", f"is not JSON: {error}")]) from None
    faults = [Fault(error.json_path, error.message[:300]) for error in Draft202012Validator(schema).iter_errors(data)]
    if faults:
        raise BadCommunityFile(faults)
    return data


def unknown_requests(refs: Collection[tuple[str, str]], community: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield a fault for each path and ref that is not in ``community``."""
    known = {request["ref"] for request in community.get("help_requests", [])}
    for path, ref in refs:
        if ref not in known:
            yield Fault(path, f"{ref!r} is not among the help requests")


def unknown_mentors(emails: Iterable[tuple[str, str]], community: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield a fault for each path and e-mail address that is no mentor of ``community``."""
    people = {email_of(person["email"]): "mentor" in person for person in community["people"]}
    for path, email in emails:
        if not people.get(email_of(email)):
            reason = "is no mentor" if email_of(email) in people else "is not among the people"
            yield Fault(path, f"{email!r} {reason}")


def _mentors(path: str, row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "first" in row:
        yield f"{path}.first", row["first"]
    for i, email in enumerate(row.get("top", {}).get("mentors", [])):
        yield f"{path}.top.mentors[{i}]", email
    for i, pair in enumerate(row.get("above", [])):
        for j, email in enumerate(pair):
            yield f"{path}.above[{i}][{j}]", email
    for email in row.get("ineligible", {}):
        yield f"{path}.ineligible[{email!r}]", email
    for i, email in enumerate(row.get("eligible", [])):
        yield f"{path}.eligible[{i}]", email


def _contradictions(path: str, row: Mapping[str, Any]) -> Iterator[Fault]:
    top = row.get("top", {"n": 0, "mentors": []})
    if len(top["mentors"]) > top["n"]:
        yield Fault(f"{path}.top.mentors", f"{len(top['mentors'])} mentors cannot all be among the first {top['n']}")
    for i, (better, worse) in enumerate(row.get("above", [])):
        if email_of(better) == email_of(worse):
            yield Fault(f"{path}.above[{i}]", "the two are one person")


def _expected(row: Mapping[str, Any]) -> Expected:
    top = row.get("top", {"n": 0, "mentors": []})
    return Expected(
        request=row["request"],
        first=email_of(row["first"]) if "first" in row else None,
        top_n=top["n"],
        top=tuple(map(email_of, top["mentors"])),
        above=tuple((email_of(better), email_of(worse)) for better, worse in row.get("above", [])),
        ineligible={email_of(email): rule for email, rule in row.get("ineligible", {}).items()},
        eligible=tuple(map(email_of, row.get("eligible", []))),
    )


def email_of(written: str) -> str:
    """Return an e-mail address in the form that is stored."""
    return User.objects.normalize_email(written)
