"""The words for codes. The engine knows none itself: whoever asks for sentences brings them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names to use in sentences; a code that is missing stands for itself.

    ``countries`` in a form usable after "in" ("the United States"), ``languages`` by name, ``session_kinds``
    with their article ("a CV review"), ``goals`` as what somebody wants to do, in the active voice so that "as
    you did" can follow ("move from academia to industry").
    """

    countries: Mapping[str, str] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)
    session_kinds: Mapping[str, str] = field(default_factory=dict)
    goals: Mapping[str, str] = field(default_factory=dict)

    def country(self, code: str) -> str:
        return self.countries.get(code, code)

    def language(self, code: str) -> str:
        return self.languages.get(code, code)

    def session_kind(self, kind: str) -> str:
        return self.session_kinds.get(kind, kind.replace("_", " "))
