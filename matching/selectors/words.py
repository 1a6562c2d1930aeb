"""The words of sentences in the language of their reader: names, numbers, dates, and the catalogue of translations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from django.utils.translation import trans_real
from django_countries import countries

from accounts.languages import locale_of, site_language
from matching.engine import Vocabulary
from matching.engine.vocabulary import Translations
from mentorship.models import GoalKind, SessionKind

# Countries whose English names want an article in a sentence: "worked in the Netherlands".
WITH_ARTICLE = frozenset(
    "AE AX BQ BS CC CD CF CK DO FK FO GB GM GS IM IO KM KY MH MP MV NL PH PS SB SC TC TF UM US VA VG VI".split()
)


@dataclass(frozen=True, slots=True)
class Words:
    """The vocabulary for each language of the site. The kinds are read from the database once."""

    session_kinds: Mapping[str, str]
    goals: Mapping[str, str]
    _made: dict[str, Vocabulary] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Words:
        return cls(
            session_kinds=dict(SessionKind.objects.values_list("code", "name")),
            goals=dict(GoalKind.objects.values_list("code", "phrase")),
        )

    def of(self, language: str) -> Vocabulary:
        """Return the names of countries, languages, session kinds and goals, as they stand in sentences.

        The language is that of the site if it is not offered.
        """
        return self.spoken(site_language(language))

    def spoken(self, language: str) -> Vocabulary:
        """Return the names in any language that has a catalogue, offered or not."""
        if language not in self._made:
            self._made[language] = self._vocabulary(language)
        return self._made[language]

    def _vocabulary(self, language: str) -> Vocabulary:
        translations, locale = catalogue(language), locale_of(language)
        return Vocabulary(
            countries=_countries(language),
            languages=_languages(language),
            session_kinds={code: translations.gettext(name) for code, name in self.session_kinds.items() if name},
            goals={code: translations.gettext(phrase) for code, phrase in self.goals.items() if phrase},
            translations=translations,
            number=lambda number: format_decimal(number, locale=locale),
            tenths=lambda number: format_decimal(number, "0.0", locale=locale),
            month=lambda day: format_skeleton("yMMMM", day, locale=locale),
            small_inside=is_english(language),
        )


def catalogue(language: str) -> Translations:
    """Return the translations of all apps. Unlike gettext they do not depend on the language that is active."""
    translations: Translations = trans_real.translation(language)
    return translations


def is_english(language: str) -> bool:
    return language.partition("-")[0] == "en"


def day_in_words(day: date, language: str) -> str:
    """Return a day with its month in words. English has the order of the rest of the site: 3 March 2027."""
    if is_english(language):
        return f"{day.day} {format_skeleton('yMMMM', day, locale=locale_of(language))}"
    return format_date(day, "long", locale=locale_of(language))


@cache
def _countries(language: str) -> dict[str, str]:
    names = dict(locale_of(language).territories)
    article = WITH_ARTICLE if is_english(language) else frozenset()
    return {code: f"the {names[code]}" if code in article else names.get(code, name) for code, name in countries}


@cache
def _languages(language: str) -> dict[str, str]:
    return {code: name for code, name in locale_of(language).languages.items() if len(code) == 2}
