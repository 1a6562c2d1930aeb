"""Reasons that the mentor reads about a mentee and a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from matching.engine.reasons.pair import Pair, Reason, weightiest, with_history
from matching.engine.rules import LIVED_COUNTS_AS_OFFERED
from matching.engine.standing import own_fields
from matching.engine.words import listing, plain


def reasons_for_mentor(pair: Pair, points: Mapping[str, float]) -> tuple[str, ...]:
    """Return at most five sentences on why this request suits the mentor, those that earned most points first.

    ``points`` as in ``reasons_for_mentee``. An eligible mentor has at least one sentence.
    """
    reasons = (
        *_skills(pair),
        *_goal(pair),
        *_session(pair),
        *_text(pair),
        *_interest(pair),
        *_field(pair),
        *_meeting(pair),
    )
    return with_history(pair, weightiest(reasons, points))


def _skills(pair: Pair) -> Iterator[Reason]:
    covered = pair.covered()
    for verb, taught in (("teach", True), ("know", False)):
        group = [topic for topic in covered if topic.taught is taught]
        if as_asked := [topic for topic in group if not topic.near and not topic.in_other_words]:
            topics = listing([topic.offered.written for topic in as_asked])
            share = sum(topic.share for topic in as_asked)
            yield Reason("needs", share, f"Needs help with {topics}, which you {verb}.")
        for topic in group:
            if topic.near:
                sentence = f"Needs help with {topic.asked.written}; you {verb} {topic.offered.written}, which is close."
                yield Reason("needs", topic.share, sentence)
            elif topic.in_other_words:
                sentence = f"Needs help with {topic.asked.written}, which you call {topic.offered.written}."
                yield Reason("needs", topic.share, sentence)


def _goal(pair: Pair) -> Iterator[Reason]:
    kind = pair.need.goal.kind
    wish = pair.vocabulary.goals.get(kind)
    words = kind.replace("_", " ")
    if pair.transition is not None and kind in LIVED_COUNTS_AS_OFFERED:
        year = pair.transition.year
        sentence = f"Wants to {wish}, as you did in {year}." if wish else f"Has a goal you reached in {year}: {words}."
        yield Reason("path", 1.0, sentence)
    elif pair.offers_goal:
        yield Reason(
            "goal",
            0.5,
            f"Wants to {wish}, which you help with." if wish else f"Has a goal you help with: {words}.",
        )


def _session(pair: Pair) -> Iterator[Reason]:
    if pair.offers_session:
        session = pair.vocabulary.session_kind(pair.need.session_kind)
        yield Reason("goal", 1.0, f"Asks for {session}, which you offer.")


def _text(pair: Pair) -> Iterator[Reason]:
    if quote := pair.closest_text():
        yield Reason("text", 1.0, f"Describes something close to what you say of yourself: “{quote}”.")


def _interest(pair: Pair) -> Iterator[Reason]:
    if topics := pair.explored():
        yield Reason("interest", 1.0, f"Asks about {listing(topics)}, which you want to explore.")


def _field(pair: Pair) -> Iterator[Reason]:
    target = frozenset({plain(pair.need.goal.field)}) if pair.need.goal.field else frozenset()
    for fields, verb in ((target, "Wants to work"), (own_fields(pair.need), "Works")):
        step = pair.step_in(fields)
        if step is not None:
            likeness = "as you do" if pair.still_in(step) else f"as you did until {step.end}"
            yield Reason("field", 1.0, f"{verb} in {step.field}, {likeness}.")
            return


def _meeting(pair: Pair) -> Iterator[Reason]:
    if names := pair.language_names():
        yield Reason("language", 1.0, f"Speaks {listing(names)} with you.")
    if time := pair.shared_time():
        yield Reason("availability", 1.0, f"Has {time} a week in common with you.")
