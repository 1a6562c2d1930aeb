"""The check: a grade for each part, then one verdict."""

from __future__ import annotations

from dataclasses import dataclass

from matching.concreteness import better, english, filler, structure
from matching.concreteness.draft import Concreteness, Draft, Grade, Missing, Verdict


@dataclass(frozen=True, slots=True)
class Reading:
    """The findings in a draft, before they are put into words."""

    situation: Grade
    gap: Grade
    ask: Grade
    is_lazy: bool  # the ask consists of phrases that fit everybody
    has_ask: bool  # the ask has words, and in another language than English one that is no filler
    is_firm: bool  # the ask itself names a length or a date
    has_goal: bool
    has_by_when: bool
    has_time: bool
    repeated: frozenset[str]  # the parts that only copy another one

    @property
    def background(self) -> int:
        """The grades of the parts around the ask, 0 to 4."""
        return self.situation + self.gap


def check(draft: Draft) -> Concreteness:
    """Return the verdict, and the parts that ``draft`` lacks in the order in which a request is written.

    Never raises, for any text. A text in another language than English is judged by its structure: length, variety,
    figures. Words of German and Spanish are known as well. The answer is in the language ``draft.answers_in``.
    """
    reading = read(draft)
    missing = _missing(draft, reading)
    return Concreteness(_verdict(draft, reading, missing), missing, language=draft.answers_in)


def read(draft: Draft) -> Reading:
    """Return the grades of the parts, each text judged by its own language."""
    texts = {"situation": draft.situation, "gap": draft.gap, "ask": draft.ask}
    ask_in_english = draft.is_english("ask")
    repeated = _repeated(texts)
    situation, gap = (
        Grade.NOTHING if part in repeated else _grade(part, texts[part], in_english=draft.is_english(part))
        for part in ("situation", "gap")
    )
    others_are_enough = not repeated & {"situation", "gap"} and all(
        _grade(part, texts[part], in_english=draft.is_english(part), knows_filler=False) == Grade.ENOUGH
        for part in ("situation", "gap")
    )
    ask = _grade_ask(draft, others_are_enough=others_are_enough)
    by_when = {
        part: english.says_by_when(text) if draft.is_english(part) else filler.says_by_when(text)
        for part, text in texts.items()
    }
    only_filler = not ask_in_english and filler.is_only_filler(draft.ask)
    how_long = english.says_how_long(draft.ask) if ask_in_english else filler.says_how_long(draft.ask)
    return Reading(
        situation=situation,
        gap=gap,
        ask=ask,
        is_lazy=ask == Grade.NOTHING and (english.is_lazy(draft.ask) if ask_in_english else only_filler),
        has_ask=bool(structure.units(draft.ask)) and not only_filler,
        is_firm=how_long or by_when["ask"],
        has_goal=better.names_something(draft.target_role) or better.names_something(draft.target_field),
        has_by_when=draft.goal_by is not None or any(by_when.values()),
        has_time=better.MINUTES[0] <= draft.minutes <= better.MINUTES[1] or how_long,
        repeated=repeated,
    )


def _verdict(draft: Draft, reading: Reading, missing: tuple[Missing, ...]) -> Verdict:
    if not missing:
        return "clear"
    if reading.ask == Grade.ENOUGH:
        return "nearly" if reading.background or reading.is_firm else "vague"
    if reading.ask == Grade.SOME:
        return "nearly" if reading.background > Grade.ENOUGH else "vague"
    # A few words in another language may be a whole ask: their meaning is unknown. English words have been graded.
    unread = not draft.is_english("ask") and reading.has_ask
    return "nearly" if unread and reading.background == 2 * Grade.ENOUGH else "vague"


def _missing(draft: Draft, reading: Reading) -> tuple[Missing, ...]:
    found = []
    if not reading.has_goal:
        found.append(better.goal(draft))
    for part, grade, say in (("situation", reading.situation, better.situation), ("gap", reading.gap, better.gap)):
        if grade < Grade.ENOUGH:
            found.append(say(draft, grade, repeats=part in reading.repeated))
    if reading.ask < Grade.ENOUGH:
        found.append(better.ask(draft, reading.ask, lazy=reading.is_lazy))
    if not reading.has_time:
        found.append(better.time(draft))
    if not reading.has_by_when:
        found.append(better.by_when(draft, keep_ask=reading.ask == Grade.ENOUGH and draft.may_be_quoted("ask")))
    return tuple(found)


def _repeated(texts: dict[str, str]) -> frozenset[str]:
    """Return the parts that say the same as a later part. Of two copies the one nearer to the ask counts."""
    said = {part: structure.units(text) for part, text in texts.items()}
    later = {"situation": ("gap", "ask"), "gap": ("ask",)}
    return frozenset(
        part for part, others in later.items() if said[part] and any(said[part] == said[other] for other in others)
    )


def _grade(part: str, text: str, *, in_english: bool, knows_filler: bool = True) -> Grade:
    if in_english:
        return english.grade_situation(text) if part == "situation" else english.grade_gap(text)
    grade = structure.grade(text, structure.SITUATION if part == "situation" else structure.GAP)
    if not knows_filler:
        return grade
    return filler.at_most(grade, text, filler.SITUATION if part == "situation" else filler.GAP)


def _grade_ask(draft: Draft, *, others_are_enough: bool) -> Grade:
    if draft.is_english("ask"):
        goal = " ".join((draft.target_role[:200], draft.target_field[:200], draft.target_country[:200]))
        return english.grade_ask(draft.ask, frozenset(structure.words_of(goal)))
    grade = filler.grade_ask(draft.ask, structure.grade(draft.ask, structure.ASK))
    # Length alone is easy to reach. Without a figure or a question in any part, the ask must name an action, or the
    # other parts must be enough.
    anchored = filler.has_action(draft.ask) or any(
        structure.has_anchor(text) for text in (draft.ask, draft.gap, draft.situation)
    )
    return grade if anchored or others_are_enough else min(grade, Grade.SOME)
