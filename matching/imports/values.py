"""From the text of a cell to a value, as people and spreadsheets write it: plain values in, plain values out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import zip_longest

from babel import Locale

from matching.imports.reading import plain_cell

# Day 0 of Excel's calendar. It counts a 29 February 1900 that never was, so serial numbers below 61 are off by one.
EXCEL_DAY_0 = date(1899, 12, 30)
EXCEL_FIRST, EXCEL_LAST = 14_611, 73_415  # 1940-01-01 and 2100-12-31
JOINED_FIRST = date(1940, 1, 1)
LANGUAGE_MAX = 100  # characters of a language with its level
LANGUAGES = ("en", "de", "es", "fr", "it", "nl", "pt")

YES = frozenset("yes y true 1 x ja j wahr sí si s verdadero oui o vrai vero sim".split())
NO = frozenset("no n false 0 - nein falsch non faux falso não nao nee".split())

WRITE_A_DAY = "Write the day as year-month-day, such as 2021-04-30."
WRITE_A_YEAR = "Write a year with four digits, such as 2018."
WRITE_A_NUMBER = "Write a whole number in digits, such as 3."
WRITE_AN_AMOUNT = "Write the amount with two digits after the dot, such as 1250.00."


class BadValue(ValueError):
    """A cell cannot be read. ``wrong`` and ``todo`` are sentences. Without ``todo``, that of the column stands."""

    def __init__(self, wrong: str, todo: str = "") -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.todo = todo


def plain(text: str) -> str:
    """Return ``text`` for comparison: composed, case folded, letters and digits only, with single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(character if character.isalnum() else " " for character in folded).split())


def day(text: str) -> date:
    """Return a day: ISO 8601, a local form, or the serial number of Excel. Raises BadValue, also if two days fit."""
    # Spreadsheets add a time of midnight.
    text = re.sub(r"[T ]0?0:00(:00(\.0+)?)?(Z)?$", "", text.strip())
    if serial := _serial(text):
        return serial
    if found := re.fullmatch(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})", text):
        return _day(int(found[1]), int(found[2]), int(found[3]), text)
    if found := re.fullmatch(r"([0-9]{1,2})([-/.])\s?([0-9]{1,2})\2\s?([0-9]{4})", text):
        first, sign, second, year = int(found[1]), found[2], int(found[3]), int(found[4])
        # With dots the day comes first, everywhere.
        if sign == "." or first > 12 or first == second:
            return _day(year, second, first, text)
        if second > 12:
            return _day(year, first, second, text)
        one, other = _day(year, second, first, text), _day(year, first, second, text)
        raise BadValue(f"“{text}” may be {_in_words(one)} or {_in_words(other)}.", f"Write {one} or {other}.")
    if found := re.fullmatch(r"([0-9]{1,2})\.?\s+(?:de\s+)?([^\W\d_]+)\.?,?\s+(?:de\s+)?([0-9]{4})", text):
        return _day(int(found[3]), _month(found[2], text), int(found[1]), text)
    if found := re.fullmatch(r"([^\W\d_]+)\.?\s+([0-9]{1,2})(?:st|nd|rd|th)?,?\s+([0-9]{4})", text):
        return _day(int(found[3]), _month(found[1], text), int(found[2]), text)
    if re.fullmatch(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2}", text):
        raise BadValue(f"“{text}” has a year of two digits.", WRITE_A_DAY)
    raise BadValue(f"“{_short(text)}” is not a day.", WRITE_A_DAY)


def joined(text: str, *, today: date) -> date:
    """Return the day on which somebody came to the community. Raises BadValue for a day to come or before 1940."""
    found = day(text)
    if not JOINED_FIRST <= found <= today:
        raise BadValue(f"“{_short(text)}” lies before 1940 or after today.", WRITE_A_DAY)
    return found


def year(text: str) -> int:
    """Return a year: four digits, a month of a year, or any day. Raises BadValue."""
    text = text.strip()
    if found := re.fullmatch(r"([0-9]{4})(?:[.,]0+)?", text):
        return int(found[1])
    if found := re.fullmatch(r"([0-9]{4})[-/.][0-9]{1,2}|[0-9]{1,2}[-/.]([0-9]{4})", text):
        return int(found[1] or found[2])
    # The day does not matter, so one that may be two is clear enough.
    if found := re.fullmatch(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.]([0-9]{4})", text):
        return int(found[1])
    if (found := re.fullmatch(r"([^\W\d_]+)\.?,?\s+([0-9]{4})", text)) and _month(found[1], text, WRITE_A_YEAR):
        return int(found[2])
    try:
        return day(text).year
    except BadValue:
        raise BadValue(f"“{_short(text)}” is not a year.", WRITE_A_YEAR) from None


def whole_number(text: str) -> int:
    """Return a whole number. A spreadsheet may have added ".0". Raises BadValue."""
    found = re.fullmatch(r"(-?[0-9]{1,9})(?:[.,]0+)?", text.strip())
    if found is None:
        raise BadValue(f"“{_short(text)}” is not a whole number.", WRITE_A_NUMBER)
    return int(found[1])


def amount(text: str) -> str:
    """Return an amount of money as "1250.00". Raises BadValue, also if its sign may separate thousands or cents."""
    text = re.sub(r"[\s'’\u00a0\u202f]", "", text)
    if re.fullmatch(r"[0-9]{1,3}[.,][0-9]{3}", text):
        raise BadValue(f"“{text}” may be a thousand or a few.", WRITE_AN_AMOUNT)
    for thousands, cents in ((",", "."), (".", ",")):
        whole = rf"[0-9]{{1,12}}|[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+"
        pattern = rf"({whole})(?:{re.escape(cents)}([0-9]{{1,2}}))?"
        if found := re.fullmatch(pattern, text):
            return f"{found[1].replace(thousands, '')}.{(found[2] or '').ljust(2, '0')}"
    raise BadValue(f"“{_short(text)}” is not an amount.", WRITE_AN_AMOUNT)


def yes_or_no(text: str) -> bool:
    """Return a truth value, in one of several languages. Raises BadValue."""
    word = text.strip().casefold()
    if word in YES or word in NO:
        return word in YES
    raise BadValue(f"“{_short(text)}” is neither yes nor no.", "Write yes or no.")


def chooser(values: Mapping[str, Sequence[str]]) -> Callable[[str], str]:
    """Return a reader of values that are named by themselves or by their labels. ``values`` has the labels of each.

    A label of two values is the one of the first language that has it. It raises BadValue with the values that there
    are.
    """
    known = {plain(value): value for value in values}
    for labels in zip_longest(*values.values(), fillvalue=""):
        for value, label in zip(values, labels, strict=True):
            known.setdefault(plain(label), value)
    known.pop("", None)

    def choice(text: str) -> str:
        if (found := known.get(plain(text))) is None:
            raise BadValue(f"“{_short(text)}” is none of the values.", f"Write one of: {', '.join(values)}.")
        return found

    return choice


def items(text: str) -> list[str]:
    """Return the items of a list: between semicolons, bars or line breaks, or else between commas. Each once."""
    parts = re.split(r"[;|\n]", text) if re.search(r"[;|\n]", text) else text.split(",")
    found: dict[str, str] = {}
    for part in parts:
        if word := plain_cell(" ".join(part.split())):
            found.setdefault(word.casefold(), word)
    return list(found.values())


def level_beside(text: str) -> tuple[str, str]:
    """Return a language and its level, as in "German (native)", "de: native" and "German - native". "" without one."""
    if len(text) > LANGUAGE_MAX:
        # The search below takes seconds for a text with a thousand brackets.
        return text, ""
    found = re.fullmatch(r"(.+?)\s*(?:\((.*)\)|(?::|\s[-–]\s?|=)\s*(.*))", text.strip())
    if found is None:
        return text.strip(), ""
    return found[1].strip(), (found[2] or found[3] or "").strip()


def _serial(text: str) -> date | None:
    found = re.fullmatch(r"([0-9]{5})(?:[.,][0-9]+)?", text)
    if found is None or not EXCEL_FIRST <= int(found[1]) <= EXCEL_LAST:
        return None
    return EXCEL_DAY_0 + timedelta(days=int(found[1]))


def _day(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise BadValue(f"There is no day “{text}”.", WRITE_A_DAY) from None


def _month(word: str, text: str, todo: str = WRITE_A_DAY) -> int:
    if (found := _months().get(plain(word))) is None:
        raise BadValue(f"“{_short(text)}” names no month.", todo)
    return found


@cache
def names_of(what: str) -> Mapping[str, str]:
    """Return the code for each name of "languages", "territories" or "currencies" in some languages, by ``plain``."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in getattr(Locale(language), what).items():
            if len(code) == (3 if what == "currencies" else 2):
                found.setdefault(plain(name), code)
    return found


@cache
def _months() -> Mapping[str, int]:
    """Return the number of each month by its names, long and short. Names that mean two months are left out."""
    found: dict[str, set[int]] = {}
    for language in LANGUAGES:
        for forms in Locale(language).months.values():
            for width in ("wide", "abbreviated"):
                for number, name in forms[width].items():
                    found.setdefault(plain(name), set()).add(number)
    return {name: min(numbers) for name, numbers in found.items() if len(numbers) == 1 and not name.isdigit()}


def _in_words(one: date) -> str:
    return f"{one.day} {Locale('en').months['format']['wide'][one.month]} {one.year}"


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def listed(words: Iterable[str]) -> str:
    """Return words as "a, b and c"."""
    words = list(words)
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
