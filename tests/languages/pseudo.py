"""A pseudo-language: its catalogue puts ⟦ ⟧ around every string. Text outside of them was not translated.

Texts of people are written in Greek letters for these tests. So all Latin letters outside of the marks are ours.
"""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from django.db.models import CharField, EmailField, Model, TextField
from django.utils.translation.trans_real import CONTEXT_SEPARATOR, DjangoTranslation

from accounts.zones import zone_choices
from tests.factories import NOW

PSEUDO = "en-xa"
GREEK = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "αβψδεφγηιξκλμνοπθρστυωςχζάΑΒΨΔΕΦΓΗΙΞΚΛΜΝΟΠΘΡΣΤΥΩΆΧΖΈ"
)
# Not from a catalogue: addresses, names of zones, names by Babel, and codes in capitals (EUR, JSON, HTTP).
NOT_OURS = [
    re.compile(r"https?://\S+|[\w.+-]+@[\w.-]+|\b[A-Z][A-Za-z]+/[A-Za-z_]+(?:/[A-Za-z_]+)?\b"),
    re.compile("|".join(re.escape(words.rpartition(", ")[0]) for _name, words in zone_choices(now=NOW))),
    re.compile(
        "|".join(
            rf"\b(?:the )?{re.escape(name)}\b"
            for name in sorted(
                {
                    *Locale("en").languages.values(),
                    *Locale("en").territories.values(),
                    *Locale("en").currencies.values(),
                },
                key=len,
                reverse=True,
            )
        )
    ),
    re.compile(r"\b[A-Z]{2,4}\b"),
    re.compile(r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"),
]


PLACEHOLDER = re.compile(r"(%\(\w+\)[sd]|%[sd]|\{\w*\})")


class Pseudo(DjangoTranslation):
    """A catalogue that marks every string."""

    def __init__(self) -> None:
        super().__init__("en")
        self._DjangoTranslation__to_language = PSEUDO
        self._DjangoTranslation__language = PSEUDO

    def gettext(self, message: str) -> str:
        return mark(message.rpartition(CONTEXT_SEPARATOR)[2])

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return mark((singular if number == 1 else plural).rpartition(CONTEXT_SEPARATOR)[2])

    def to_language(self) -> str:
        return PSEUDO

    def language(self) -> str:
        return PSEUDO


def mark(text: str) -> str:
    """Return ``text`` with each part between marks. Placeholders stay outside: their values come from elsewhere."""
    parts = PLACEHOLDER.split(text)
    return "".join(f"⟦{part}⟧" if index % 2 == 0 and part.strip() else part for index, part in enumerate(parts))


def unmarked(text: str, *, allowed: re.Pattern[str] | None = None) -> list[str]:
    """Return the Latin words of ``text`` that stand outside of the marks."""
    outside = re.sub("[⟦⟧]", "", _without_marked(text))
    for pattern in (*NOT_OURS, *([allowed] if allowed else [])):
        outside = pattern.sub(" ", outside)
    return [" ".join(found.split()) for found in re.findall(r"[A-Za-z][A-Za-z' ,;-]+[A-Za-z]", outside)]


def _without_marked(text: str) -> str:
    while (less := re.sub("⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = less
    return text


class VisibleText(HTMLParser):
    """The text that a reader sees or hears on a page, with the attributes that are read out."""

    ATTRIBUTES = ("alt", "aria-label", "placeholder", "title", "data-confirm", "hx-confirm")

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("script", "style")
        given = dict(attrs)
        self.parts += [given[name] or "" for name in self.ATTRIBUTES if name in given]
        if tag == "input" and given.get("type") in ("submit", "button"):
            self.parts.append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style")
        if tag in ("p", "div", "li", "td", "th", "h1", "h2", "h3", "option", "label", "button", "dt", "dd", "title"):
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def visible(html: str) -> str:
    return " ".join(VisibleText(html).parts)


# Fields with values that are no texts of people.
CODES = set(
    "timezone language languages code kind format formats rate_currency rate_per max_rate_currency max_rate_per "
    "country target_country password criteria engine_version twin_key ref".split()
)


def in_greek(value: Any, seen: set[int] | None = None) -> Any:
    """Return ``value`` with the texts of people in Greek letters: a text, a row and its relations, or a container."""
    seen = set() if seen is None else seen
    if isinstance(value, str):
        return value if "//" in value or "@" in value or "⟦" in value else value.translate(GREEK)
    if isinstance(value, Model):
        if id(value) not in seen:
            seen.add(id(value))
            _row_in_greek(value, seen)
        return value
    if isinstance(value, dict):
        return {key: item if key in ("timezone", "to") else in_greek(item, seen) for key, item in value.items()}
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return type(value)(in_greek(item, seen) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type | date | ZoneInfo):
        kept = ("timezone", "email", "shown", "currency", "per", "page", "country")
        changes = {
            field.name: in_greek(getattr(value, field.name), seen)
            for field in dataclasses.fields(value)
            if field.init and field.name not in kept
        }
        return dataclasses.replace(value, **changes)
    return value


def _row_in_greek(row: Model, seen: set[int]) -> None:
    from_system = type(row).__name__ in ("GoalKind", "SessionKind")
    for field in row._meta.concrete_fields:
        given = row.__dict__.get(field.attname)
        if field.is_relation:
            related = row._state.fields_cache.get(field.name)
            if isinstance(related, Model):
                in_greek(related, seen)
        elif field.name in CODES:
            continue
        elif isinstance(given, list) or (_is_text(field) and not (from_system and field.name in ("name", "phrase"))):
            setattr(row, field.attname, in_greek(given, seen))
    for related in list(row._state.fields_cache.values()):
        if isinstance(related, Model):
            in_greek(related, seen)


def _is_text(field: Any) -> bool:
    is_text = isinstance(field, CharField | TextField) and not isinstance(field, EmailField)
    return is_text and not field.choices and not field.primary_key
