"""The check: each part graded on its own, then one verdict."""

from __future__ import annotations

from dataclasses import dataclass

from matching.concreteness import better, dates, english, structure
from matching.concreteness.draft import Concreteness, Draft, Grade, Missing, Verdict
from matching.concreteness.reading import is_english, words_of


@dataclass(frozen=True, slots=True)
class Reading:
    """What the check sees in a draft, before it is put into words."""

    situation: Grade
    gap: Grade
    ask: Grade
    lazy: bool  # all the ask says is a phrase that fits everybody
    has_ask: bool
    firm: bool  # the ask itself names a length or a date
    has_goal: bool
    has_by_when: bool
    has_time: bool
    repeated: frozenset[str]  # the parts that only copy another one
    in_english: frozenset[str]

    @property
    def rest(self) -> int:
        return self.situation + self.gap


def check(draft: Draft) -> Concreteness:
    """Return what ``draft`` lacks, in the order in which a request is written, and the verdict.

    Never raises, whatever the texts hold. In other languages than English only structure is judged: length, variety,
    figures. The sentences of the answer are always English.
    """
    reading = read(draft)
    missing = _missing(draft, reading)
    return Concreteness(_verdict(reading, missing), missing)


def read(draft: Draft) -> Reading:
    """Return the grades of the parts, each text judged in the language it is written in."""
    texts = {"situation": draft.situation, "gap": draft.gap, "ask": draft.ask}
    mostly = is_english("\n".join(text[:1500] for text in texts.values()))
    in_english = frozenset(part for part, text in texts.items() if is_english(text, otherwise=mostly))
    repeated = _repeated(texts)
    situation, gap = (
        Grade.NOTHING if part in repeated else _grade(part, texts[part], in_english) for part in ("situation", "gap")
    )
    ask = _grade_ask(draft, "ask" in in_english, everything_else_is_said=situation == gap == Grade.ENOUGH)
    by_when = {
        part: dates.says_by_when(text) if part in in_english else structure.has_figure(text)
        for part, text in texts.items()
    }
    long = dates.says_how_long(draft.ask) if "ask" in in_english else structure.has_figure(draft.ask)
    return Reading(
        situation=situation,
        gap=gap,
        ask=ask,
        lazy=ask == Grade.NOTHING and "ask" in in_english and english.is_lazy(draft.ask),
        has_ask=bool(structure.units(draft.ask)),
        firm=long or by_when["ask"],
        has_goal=better.names_something(draft.target_role) or better.names_something(draft.target_field),
        has_by_when=draft.goal_by is not None or any(by_when.values()),
        has_time=better.MINUTES[0] <= draft.minutes <= better.MINUTES[1] or long,
        repeated=repeated,
        in_english=in_english,
    )


def _verdict(reading: Reading, missing: tuple[Missing, ...]) -> Verdict:
    if not missing:
        return "clear"
    if reading.ask == Grade.ENOUGH:
        return "nearly" if reading.rest or reading.firm else "vague"
    if reading.ask == Grade.SOME:
        return "nearly" if reading.rest > Grade.ENOUGH else "vague"
    # A few words in a language that is not read may be a whole ask; in English they have been read.
    unread = "ask" not in reading.in_english and reading.has_ask
    return "nearly" if unread and reading.rest == 2 * Grade.ENOUGH else "vague"


def _missing(draft: Draft, reading: Reading) -> tuple[Missing, ...]:
    found = []
    if not reading.has_goal:
        found.append(better.goal(draft))
    for part, grade, say in (("situation", reading.situation, better.situation), ("gap", reading.gap, better.gap)):
        if grade < Grade.ENOUGH:
            found.append(say(draft, grade, repeats=part in reading.repeated, in_english=part in reading.in_english))
    if reading.ask < Grade.ENOUGH:
        found.append(better.ask(draft, reading.ask, lazy=reading.lazy))
    if not reading.has_time:
        found.append(better.time(draft))
    if not reading.has_by_when:
        found.append(better.by_when(draft, ask_stands=reading.ask == Grade.ENOUGH and "ask" in reading.in_english))
    return tuple(found)


def _repeated(texts: dict[str, str]) -> frozenset[str]:
    """Return the parts that say what a later part says too; of two copies the one nearer to the ask counts."""
    said = {part: structure.units(text) for part, text in texts.items()}
    later = {"situation": ("gap", "ask"), "gap": ("ask",)}
    return frozenset(
        part for part, others in later.items() if said[part] and any(said[part] == said[other] for other in others)
    )


def _grade(part: str, text: str, in_english: frozenset[str]) -> Grade:
    if part not in in_english:
        return structure.grade(text, structure.SITUATION if part == "situation" else structure.GAP)
    return english.grade_situation(text) if part == "situation" else english.grade_gap(text)


def _grade_ask(draft: Draft, in_english: bool, *, everything_else_is_said: bool) -> Grade:
    if in_english:
        goal = " ".join((draft.target_role[:200], draft.target_field[:200], draft.target_country[:200]))
        return english.grade_ask(draft.ask, frozenset(words_of(goal)))
    grade = structure.grade(draft.ask, structure.ASK)
    # Length alone is easily had: without a figure or a question anywhere it must be borne out by the other parts.
    anchored = any(structure.has_anchor(text) for text in (draft.ask, draft.gap, draft.situation))
    return grade if anchored or everything_else_is_said else min(grade, Grade.SOME)
