"""Names for codes, and the language of the sentences. The engine has neither of its own; the caller passes them in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from gettext import NullTranslations
from typing import Protocol

from matching.engine.words import inside_sentence, listing


class Translations(Protocol):
    """A catalogue of one language, such as the standard library's or Django's."""

    def gettext(self, message: str, /) -> str: ...

    def ngettext(self, singular: str, plural: str, number: int, /) -> str: ...


# Every sentence as it is written here.
ENGLISH: Translations = NullTranslations()


def gettext_noop(message: str) -> str:
    """Mark a sentence for the catalogues. It is translated where somebody reads it."""
    return message


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names for sentences in one language. A missing code stands for itself.

    ``countries`` fit after "in" ("the United States"). ``session_kinds`` have an article ("a CV review"). ``goals`` fit
    between "wants to" and "as you did" ("move from academia to industry"). ``number``, ``tenths`` and ``month`` write a
    number, a number with one decimal, and the month of a day.
    ``small_inside``: a role loses its capital inside a sentence.
    """

    countries: Mapping[str, str] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)
    session_kinds: Mapping[str, str] = field(default_factory=dict)
    goals: Mapping[str, str] = field(default_factory=dict)
    translations: Translations = ENGLISH
    number: Callable[[float], str] = "{:g}".format
    tenths: Callable[[float], str] = "{:.1f}".format
    month: Callable[[date], str] = "{:%B %Y}".format
    small_inside: bool = True

    def country(self, code: str) -> str:
        return self.countries.get(code, code)

    def language(self, code: str) -> str:
        return self.languages.get(code, code)

    def session_kind(self, kind: str) -> str:
        return self.session_kinds.get(kind, kind.replace("_", " "))

    def inside(self, words: str) -> str:
        """Return a role or a sector as it stands inside a sentence."""
        return inside_sentence(words) if self.small_inside else words

    def listing(self, items: Sequence[str]) -> str:
        return listing(items, self.translations.gettext)
