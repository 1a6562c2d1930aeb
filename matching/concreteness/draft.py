"""The values of the check: a draft goes in, a verdict with the missing parts comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Literal

from matching.engine.vocabulary import ENGLISH, Translations

Verdict = Literal["clear", "nearly", "vague"]
Part = Literal["goal", "situation", "gap", "ask", "by_when", "time"]


def english_day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A help request with its goal, as the mentee wrote it.

    ``session_phrase`` completes "I would like …" ("a mock interview"), ``goal_phrase`` completes "I want to …" ("get
    promoted"), ``target_country`` completes "in …" ("the United States"). Any language and length is allowed.
    ``languages`` has the codes of the languages of situation, gap and ask; "" or no code counts as English. The answer
    comes in the language ``answers_in``, that of ``translations``, in which ``day`` writes a date. ``small_inside``: a
    role loses its capital inside a sentence.
    """

    situation: str = ""
    gap: str = ""
    ask: str = ""
    needs: tuple[str, ...] = ()
    minutes: int = 30
    session_kind: str = "general"
    session_phrase: str = "a conversation"
    goal_phrase: str = ""
    target_role: str = ""
    target_field: str = ""
    target_country: str = ""
    goal_by: date | None = None
    languages: Mapping[str, str] = field(default_factory=dict)
    answers_in: str = "en"
    translations: Translations = field(default=ENGLISH, compare=False)
    day: Callable[[date], str] = field(default=english_day, compare=False)
    small_inside: bool = True

    def is_english(self, part: str) -> bool:
        return self.languages.get(part, "") in ("", "en")

    def may_be_quoted(self, part: str) -> bool:
        """Return whether a text can stand before a sentence of the answer: half a sentence in each helps nobody."""
        return self.languages.get(part, "") in ("", self.answers_in.partition("-")[0])


@dataclass(frozen=True, slots=True)
class Missing:
    """One part that is thin or absent: the problem in a sentence, and a better sentence.

    Facts that only the mentee knows are blanks in square brackets in ``better``.
    """

    part: Part
    problem: str
    better: str


@dataclass(frozen=True, slots=True)
class Concreteness:
    """``clear`` if and only if nothing is missing; ``nearly`` may be submitted; ``vague`` may not.

    ``language``: the code of the language of the sentences.
    """

    verdict: Verdict
    missing: tuple[Missing, ...]
    language: str = "en"


class Grade(IntEnum):
    """The content of one text."""

    NOTHING = 0
    SOME = 1
    ENOUGH = 2
