"""The languages of the site, and the one in which a person reads it."""

from __future__ import annotations

from functools import cache

from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.utils import translation

# The languages of the catalogues in */locale/. They are read wherever people fill in names, whatever the site offers.
CATALOGUES = ("en", "de", "es")


def site_language(code: str) -> str:
    """Return ``code``, or the first language of the site for one in which the site is not offered (any more)."""
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def active_language() -> str:
    """Return the language of this request, or of the message that is being written."""
    return site_language(translation.get_language() or "")


@cache
def locale_of(code: str) -> Locale:
    """Return Babel's data for a language of the site. English for a language that Babel does not know."""
    try:
        return Locale.parse(code, sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale.parse("en")


def active_locale() -> Locale:
    return locale_of(active_language())
