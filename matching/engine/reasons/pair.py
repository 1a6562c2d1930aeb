"""One mentee and one mentor, and the facts they share. The reasons for both sides are built from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np

from matching.engine.common_ground import MINUTES_PER_BIT, usable_languages
from matching.engine.criteria.needs import KNOWS, KNOWS_NEAR, TEACHES, TEACHES_NEAR
from matching.engine.criteria.path import best_transition
from matching.engine.criteria.position import wanted_words
from matching.engine.facts import Mentor, Need, Outcomes, Sentences, Speaks, Step, Term
from matching.engine.outcomes import MIN_ASKED
from matching.engine.standing import is_current
from matching.engine.table import MentorTable, career_words
from matching.engine.transitions import LATER_THAN_ANY_YEAR, Transition
from matching.engine.vocabulary import Vocabulary
from matching.engine.words import plain, shortened

MAX_REASONS = 5
# In points. With texts the skills asked for earn none of their own, since the texts name them as well. To a reader they
# say more than the rest.
NEEDS_AT_LEAST = 10.0

# In the graded sets, a sentence above this cosine is rarely one of a mentor whom the readers call useless.
MIN_COSINE_QUOTED = 0.35
MAX_QUOTE_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence, and the ``share`` in [0, 1] of the ``criterion``'s points that its evidence earned."""

    criterion: str
    share: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Covered:
    """A skill that was asked for, as the mentee and as the mentor wrote it. ``share`` as in Reason.

    ``taught``: the mentor teaches it, else only knows it. ``near``: a near skill (``Term.near``), not the same one.
    """

    asked: Term
    offered: Term
    taught: bool
    near: bool
    share: float

    @property
    def in_other_words(self) -> bool:
        return plain(self.asked.written) != plain(self.offered.written)


@dataclass(frozen=True, slots=True)
class Quote:
    """The start of a mentor's sentence.

    ``language``, ``asked_in``: the names of the languages of the sentence and of the request. Both are empty unless
    they are known and differ.
    """

    text: str
    language: str = ""
    asked_in: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """One mentee and one mentor. ``transition`` is the mentor's that counts most for the goal, None without one."""

    need: Need
    mentor: Mentor
    transition: Transition | None
    vocabulary: Vocabulary
    sentences: Sentences | None = None

    def read_by(self, vocabulary: Vocabulary) -> Pair:
        """Return the pair for sentences in the language of ``vocabulary``."""
        return replace(self, vocabulary=vocabulary)

    @classmethod
    def of(
        cls, need: Need, table: MentorTable, row: int, vocabulary: Vocabulary, sentences: Sentences | None = None
    ) -> Pair:
        return cls(need, table.mentor(row), best_transition(need, table, row), vocabulary, sentences)

    @property
    def offers_goal(self) -> bool:
        return self.need.goal.kind in self.mentor.goals

    @property
    def offers_session(self) -> bool:
        return bool(self.need.session_kind) and self.need.session_kind in self.mentor.session_kinds

    def outcomes_worth_telling(self) -> Outcomes | None:
        """Return the mentor's outcomes with this kind of goal, if half of those who were asked reached it, or more.

        None below MIN_ASKED.
        """
        outcomes = self.mentor.outcomes.get(self.need.goal.kind)
        if outcomes is None or outcomes.asked < MIN_ASKED or 2 * outcomes.reached < outcomes.asked:
            return None
        return outcomes

    def covered(self) -> tuple[Covered, ...]:
        """Return the skills asked for that the mentor teaches or knows, in the order they were asked for."""
        asked = {term.key: term for term in reversed(self.need.needs)}
        found = [(term, best) for term in reversed(asked.values()) if (best := self._best_for(term))]
        total = sum(worth for _, (worth, *_) in found)
        return tuple(
            Covered(term, offered, taught, near, worth / total) for term, (worth, offered, taught, near) in found
        )

    def _best_for(self, term: Term) -> tuple[float, Term, bool, bool] | None:
        """Return worth, the mentor's own term, whether it is taught and whether it is only near. None: not covered."""
        for worth, terms, keys, taught, near in (
            (TEACHES, self.mentor.teaches, (term.key,), True, False),
            (TEACHES_NEAR, self.mentor.teaches, term.near, True, True),
            (KNOWS, self.mentor.skills, (term.key,), False, False),
            (KNOWS_NEAR, self.mentor.skills, term.near, False, True),
        ):
            if same := [own for own in terms if own.key in keys]:
                return worth, same[-1], taught, near
        return None

    def explored(self) -> tuple[str, ...]:
        """Return the skills asked for that the mentor wants to explore, in the mentor's words."""
        asked = {term.key for term in self.need.needs}
        return tuple(term.written for term in self.mentor.explores if term.key in asked)

    def closest_text(self) -> Quote | None:
        """Return the mentor's sentence that is closest to what is asked. None if none is close."""
        if self.need.question is None or self.sentences is None or not self.sentences.quotable:
            return None
        cosines = self.sentences.vectors[: self.sentences.quotable] @ self.need.question
        best = int(np.argmax(cosines))
        if not cosines[best] >= MIN_COSINE_QUOTED:
            return None
        text = shortened(self.sentences.texts[best], MAX_QUOTE_CHARACTERS)
        asked_in, said_in = self.need.written_in, self.sentences.languages[best] if self.sentences.languages else ""
        if not asked_in or not said_in or asked_in == said_in:
            return Quote(text)
        return Quote(text, self.vocabulary.language(said_in), self.vocabulary.language(asked_in))

    def step_in(self, fields: Set[str]) -> Step | None:
        """Return the mentor's step in one of ``fields`` (in plain form): a current one, else the last to end."""
        return _latest(step for step in self.mentor.career if plain(step.field) in fields)

    def hiring_step(self) -> Step | None:
        """Return the mentor's step with a part in hiring that shares a word with the wanted position.

        A current one, else the last to end.
        """
        wanted = wanted_words(self.need.goal)
        return _latest(step for step in self.mentor.career if step.hires and wanted & career_words([step]))

    def step_of_own_size(self) -> Step | None:
        """Return the mentor's step at an employer as large as the mentee's: a current one, else the last to end."""
        own = {step.employer_size for step in self.need.career if is_current(step, self.need.year)} - {""}
        return _latest(step for step in self.mentor.career if step.employer_size in own)

    def still_in(self, step: Step) -> bool:
        return is_current(step, self.need.year)

    def language_names(self) -> tuple[str, ...]:
        """Return the names of the languages both can use, the one both speak best first."""
        levels = {
            code: min(self.need.languages[code], self.mentor.languages[code])
            for code in usable_languages(self.need)
            if self.mentor.languages.get(code, 0) >= Speaks.WORKING
        }
        best_first = sorted(levels, key=lambda code: (-levels[code], code))
        return tuple(self.vocabulary.language(code) for code in best_first)

    def shared_time(self) -> str:
        """Return the shared time of the week, such as "1.5 hours"; "" if there is none, or a side states no hours."""
        if self.need.hours is None or self.mentor.hours is None:
            return ""
        minutes = (self.need.hours & self.mentor.hours).bit_count() * MINUTES_PER_BIT
        words = self.vocabulary
        if not minutes:
            return ""
        if minutes < 60:
            return words.translations.ngettext("%(number)s minute", "%(number)s minutes", minutes) % {"number": minutes}
        # Half hours are read like the whole ones above them: "1.5 hours".
        return words.translations.ngettext("%(number)s hour", "%(number)s hours", -(-minutes // 60)) % {
            "number": words.number(minutes / 60)
        }


def with_history(pair: Pair, reasons: tuple[str, ...]) -> tuple[str, ...]:
    """Return the reasons, led by the mentorship that the two completed, if there is one. At most MAX_REASONS."""
    ended_on = pair.need.helped_by.get(pair.mentor.id)
    if ended_on is None:
        return reasons
    _ = pair.vocabulary.translations.gettext
    history = _("You worked together until %(month)s.") % {"month": pair.vocabulary.month(ended_on)}
    return (history, *reasons)[:MAX_REASONS]


def speaks_with_you(vocabulary: Vocabulary, languages: Sequence[str]) -> str:
    """Return the sentence about the languages that both can use. Both sides read it."""
    _ = vocabulary.translations.gettext
    return _("Speaks %(languages)s with you.") % {"languages": vocabulary.listing(languages)}


def has_time_in_common(vocabulary: Vocabulary, time: str) -> str:
    """Return the sentence about the shared time of the week. Both sides read it."""
    _ = vocabulary.translations.gettext
    return _("Has %(time)s a week in common with you.") % {"time": time}


def weightiest(reasons: Iterable[Reason], points: Mapping[str, float]) -> tuple[str, ...]:
    """Return at most MAX_REASONS sentences, ordered by the points that their evidence earned. The sort is stable.

    ``points`` holds the points that each stated criterion earned. NEEDS_AT_LEAST counts for the skills asked for.
    """

    def weight(reason: Reason) -> float:
        earned = points.get(reason.criterion, 0.0)
        return max(earned, NEEDS_AT_LEAST) * reason.share if reason.criterion == "needs" else earned * reason.share

    ordered = sorted(reasons, key=lambda reason: -weight(reason))
    return tuple(reason.sentence for reason in ordered[:MAX_REASONS])


def _latest(steps: Iterable[Step]) -> Step | None:
    """Return a current step, else the last to end. None of none."""
    return max(steps, key=lambda step: (_end(step), step.level, step.start, step.field), default=None)


def _end(step: Step) -> int:
    return LATER_THAN_ANY_YEAR if step.end is None else step.end
