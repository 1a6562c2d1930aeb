"""Names for codes and values, in the language of the reader: languages, countries, prices, days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_countries import countries

from accounts.fields import CURRENCY_CODES, LANGUAGE_CODES
from accounts.languages import CATALOGUES, active_locale
from accounts.models.profile import TIMEZONES
from accounts.models.rate import Rate
from accounts.models.skill import normalise

# People write these more often than the name.
COUNTRIES_WRITTEN = {"usa": "US", "uk": "GB", "england": "GB", "scotland": "GB", "holland": "NL", "korea": "KR"}


def language_name(code: str) -> str:
    """Return the name of a language. A code without a name stands for itself."""
    return active_locale().languages.get(code, code)


def language_label(code: str) -> str:
    """Return the name of a language, and its name in itself if that is another one: "German (Deutsch)"."""
    name, own = language_name(code), _own_name(code)
    return name if not own or normalise(own) == normalise(name) else f"{name} ({own})"


def currency_label(code: str) -> str:
    """Return a currency as "Euro (EUR)"."""
    return f"{active_locale().currencies.get(code, code)} ({code})"


def price_in_words(rate: Rate | None) -> str:
    """Return a price as "€50.00 a session". None is no price."""
    if rate is None:
        return _("for free")
    amount = format_currency(rate["amount"], rate["currency"], locale=active_locale())
    if rate["per"] == "month":
        return _("%(amount)s a month") % {"amount": amount}
    return _("%(amount)s a session") % {"amount": amount}


def day_in_words(day: date) -> str:
    """Return a day as "24 May 2027"."""
    return date_format(day, _("j F Y"))


def weekday_name(number: int) -> str:
    """Return the name of a day of the week. ``number`` is 1 for Monday to 7 for Sunday."""
    return active_locale().days["stand-alone"]["wide"][number - 1]


def weekday_short(number: int) -> str:
    return active_locale().days["stand-alone"]["abbreviated"][number - 1]


def language_labels() -> Mapping[str, str]:
    """Return the label of each language by its code, in the order of the labels."""
    return _language_labels(_reader())


def country_labels() -> Mapping[str, str]:
    """Return the name of each country by its code, in the order of the names."""
    return _country_labels(_reader())


def currency_labels() -> Mapping[str, str]:
    """Return the label of each currency by its code, in the order of the labels."""
    return _currency_labels(_reader())


def languages_written() -> Mapping[str, str]:
    """Return the code for each name of a language, in normal form: the reader's, the English and its own."""
    return _languages_written(_reader())


def countries_written() -> Mapping[str, str]:
    """Return the code for each name of a country, in normal form: the reader's, the English, and common short ones."""
    return _countries_written(_reader())


def currencies_written() -> Mapping[str, str]:
    """Return the code for each name of a currency, in normal form."""
    return _currencies_written(_reader())


# Each is computed once for a language of the site, which is the active one.


@cache
def _language_labels(reader: str) -> Mapping[str, str]:
    return _sorted({code: language_label(code) for code in LANGUAGE_CODES})


@cache
def _country_labels(reader: str) -> Mapping[str, str]:
    return _sorted({code: str(name) for code, name in countries})


@cache
def _currency_labels(reader: str) -> Mapping[str, str]:
    return _sorted({code: currency_label(code) for code in CURRENCY_CODES})


@cache
def _languages_written(reader: str) -> Mapping[str, str]:
    written: dict[str, str] = {}
    for code in sorted(LANGUAGE_CODES):
        for name in (language_label(code), language_name(code), _own_name(code), _english().languages.get(code), code):
            if name:
                written.setdefault(normalise(name), code)
    return written


@cache
def _countries_written(reader: str) -> Mapping[str, str]:
    written = dict(COUNTRIES_WRITTEN)
    for code, name in countries:
        for known in (str(name), active_locale().territories.get(code), _english().territories.get(code), code):
            if known:
                written.setdefault(normalise(known), code)
    return written


@cache
def _currencies_written(reader: str) -> Mapping[str, str]:
    return {normalise(name): code for code, label in currency_labels().items() for name in (label, code)}


@cache
def _own_name(code: str) -> str:
    try:
        return Locale.parse(code).languages.get(code, "")
    except (ValueError, UnknownLocaleError):
        return ""


@cache
def names_of_places() -> frozenset[str]:
    """Return the names of countries in the languages of CATALOGUES, and of cities of time zones, in normal form."""
    cities = {zone.rpartition("/")[2].replace("_", " ") for zone in TIMEZONES}
    countries = {name for language in CATALOGUES for name in Locale(language).territories.values()}
    return frozenset(map(normalise, cities | countries))


def _reader() -> str:
    return get_language() or "en"


def _english() -> Locale:
    return Locale.parse("en")


def _sorted(labels: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(labels.items(), key=lambda item: (item[1].casefold(), item[0])))
