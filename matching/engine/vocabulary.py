"""Names for codes. The engine has none of its own; the caller passes them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names for sentences. A missing code stands for itself.

    ``countries`` fit after "in" ("the United States"). ``session_kinds`` have an article ("a CV review"). ``goals`` fit
    between "wants to" and "as you did" ("move from academia to industry").
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
