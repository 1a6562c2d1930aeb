"""Reasons that the mentor reads about a mentee and a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from matching.engine.reasons.pair import Pair, Reason, has_time_in_common, speaks_with_you, weightiest, with_history
from matching.engine.rules import LIVED_COUNTS_AS_OFFERED
from matching.engine.standing import own_fields
from matching.engine.words import plain


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
    _ = pair.vocabulary.translations.gettext
    covered = pair.covered()
    for taught in (True, False):
        group = [topic for topic in covered if topic.taught is taught]
        if as_asked := [topic for topic in group if not topic.near and not topic.in_other_words]:
            sentence = (
                _("Needs help with %(topics)s, which you teach.")
                if taught
                else _("Needs help with %(topics)s, which you know.")
            )
            topics = pair.vocabulary.listing([topic.offered.written for topic in as_asked])
            yield Reason("needs", sum(topic.share for topic in as_asked), sentence % {"topics": topics})
        for topic in group:
            if topic.near:
                sentence = (
                    _("Needs help with %(asked)s; you teach %(offered)s, which is close.")
                    if taught
                    else _("Needs help with %(asked)s; you know %(offered)s, which is close.")
                )
            elif topic.in_other_words:
                sentence = _("Needs help with %(asked)s, which you call %(offered)s.")
            else:
                continue
            named = {"asked": topic.asked.written, "offered": topic.offered.written}
            yield Reason("needs", topic.share, sentence % named)


def _goal(pair: Pair) -> Iterator[Reason]:
    _ = pair.vocabulary.translations.gettext
    kind = pair.need.goal.kind
    wish = pair.vocabulary.goals.get(kind)
    said = {"wish": wish, "goal": kind.replace("_", " "), "year": pair.transition.year if pair.transition else None}
    if pair.transition is not None and kind in LIVED_COUNTS_AS_OFFERED:
        sentence = (
            _("Wants to %(wish)s, as you did in %(year)s.")
            if wish
            else _("Has a goal you reached in %(year)s: %(goal)s.")
        )
        yield Reason("path", 1.0, sentence % said)
    elif pair.offers_goal:
        sentence = _("Wants to %(wish)s, which you help with.") if wish else _("Has a goal you help with: %(goal)s.")
        yield Reason("goal", 0.5, sentence % said)


def _session(pair: Pair) -> Iterator[Reason]:
    _ = pair.vocabulary.translations.gettext
    if pair.offers_session:
        kind = pair.vocabulary.session_kind(pair.need.session_kind)
        yield Reason("session", 1.0, _("Asks for %(session_kind)s, which you offer.") % {"session_kind": kind})


def _text(pair: Pair) -> Iterator[Reason]:
    _ = pair.vocabulary.translations.gettext
    if quote := pair.closest_text():
        sentence = (
            _("Describes in %(language)s something close to what you say of yourself: “%(quote)s”.")
            if quote.asked_in
            else _("Describes something close to what you say of yourself: “%(quote)s”.")
        )
        yield Reason("text", 1.0, sentence % {"quote": quote.text, "language": quote.asked_in})


def _interest(pair: Pair) -> Iterator[Reason]:
    _ = pair.vocabulary.translations.gettext
    if topics := pair.explored():
        listed = pair.vocabulary.listing(topics)
        yield Reason("interest", 1.0, _("Asks about %(topics)s, which you want to explore.") % {"topics": listed})


def _field(pair: Pair) -> Iterator[Reason]:
    _ = pair.vocabulary.translations.gettext
    target = frozenset({plain(pair.need.goal.field)}) if pair.need.goal.field else frozenset()
    step, is_target = pair.step_in(target), True
    if step is None:
        step, is_target = pair.step_in(own_fields(pair.need)), False
    if step is None:
        return
    if pair.still_in(step):
        sentence = _("Wants to work in %(field)s, as you do.") if is_target else _("Works in %(field)s, as you do.")
    else:
        sentence = (
            _("Wants to work in %(field)s, as you did until %(year)s.")
            if is_target
            else _("Works in %(field)s, as you did until %(year)s.")
        )
    yield Reason("position", 1.0, sentence % {"field": step.field, "year": step.end})


def _meeting(pair: Pair) -> Iterator[Reason]:
    if names := pair.language_names():
        yield Reason("language", 1.0, speaks_with_you(pair.vocabulary, names))
    if time := pair.shared_time():
        yield Reason("availability", 1.0, has_time_in_common(pair.vocabulary, time))
