"""Time zones in words: "Berlin, Germany, UTC+1"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache, lru_cache
from importlib import resources

from babel.dates import get_timezone_location
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.languages import locale_of
from accounts.models.profile import TIMEZONES, zone_named

UTC = "UTC"
DATABASE = resources.files("tzdata") / "zoneinfo"


def zone_choices(*, now: datetime) -> list[tuple[str, str]]:
    """Return the name and the words of each zone that people live in, in the order of the words."""
    # Clocks change on the hour of UTC.
    return list(_choices(now.replace(minute=0, second=0, microsecond=0), get_language() or "en"))


@lru_cache(maxsize=8)
def _choices(now: datetime, language: str) -> tuple[tuple[str, str], ...]:
    choices = [(name, zone_in_words(name, now=now)) for name in (*sorted(_countries()), UTC)]
    return tuple(sorted(choices, key=lambda choice: choice[1].casefold()))


def zone_in_words(name: str, *, now: datetime) -> str:
    """Return city, country and the difference from UTC at ``now``. A zone of no place keeps its name."""
    offset = now.astimezone(zone_named(name, "a list of zones")).utcoffset() or timedelta()
    return f"{_place(current_name(name), get_language() or 'en')}, {_difference(offset)}"


@cache
def _place(name: str, language: str) -> str:
    country = _countries().get(name)
    if country is None:
        return _("Universal time") if name == UTC else name
    locale = locale_of(language)
    # CLDR names some cities with the region before them: "Argentina/Buenos Aires".
    city = get_timezone_location(name, locale=locale, return_city=True).rpartition("/")[2]
    return f"{city}, {locale.territories.get(country, country)}"


def _difference(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")


def current_name(name: str) -> str:
    """Return today's name of a zone that was renamed, such as Asia/Kolkata for Asia/Calcutta."""
    return UTC if name == "Etc/UTC" else _renamed().get(name, name)


def former_names(name: str) -> list[str]:
    """Return the names that a zone had before. Browsers may still report them."""
    return sorted(old for old, new in _renamed().items() if new == name)


@cache
def _countries() -> dict[str, str]:
    """Return the country of each zone that people live in."""
    rows = (line.split("\t") for line in _lines("zone.tab"))
    return {row[2].strip(): row[0] for row in rows if row[2].strip() in TIMEZONES}


@cache
def _renamed() -> dict[str, str]:
    """Return today's name for each other name of a zone that people live in."""
    links = (line.split() for line in _lines("tzdata.zi") if line.startswith("L "))
    # Names without a slash, such as EST, are of no place.
    return {
        link: zone for _letter, zone, link in links if zone in _countries() and link not in _countries() and "/" in link
    }


def _lines(file: str) -> Iterator[str]:
    text = (DATABASE / file).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))
