"""Reasons that the mentee reads about a mentor. They use no name and no pronoun, so they fit into any list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from matching.engine.facts import Goal
from matching.engine.reasons.pair import (
    Covered,
    Pair,
    Reason,
    has_time_in_common,
    speaks_with_you,
    weightiest,
    with_history,
)
from matching.engine.standing import own_fields, standing_level, standing_steps
from matching.engine.transitions import Transition
from matching.engine.vocabulary import Vocabulary, gettext_noop
from matching.engine.words import plain

COUNT = (
    gettext_noop("no"),
    gettext_noop("one"),
    gettext_noop("two"),
    gettext_noop("three"),
    gettext_noop("four"),
    gettext_noop("five"),
    gettext_noop("six"),
    gettext_noop("seven"),
)

# The facts that a sentence about a transition names. "As you want to" is added only if the mentee wants that fact.
NAMES_COUNTRY = frozenset({"academia_to_industry", "job_abroad", "job_search"})
NAMES_FIELD = frozenset({"promotion", "first_leadership_role", "role_change", "job_search"})


# Requests for help with applications. A mentor with a part in hiring knows the other side of the table.
APPLYING_IN = frozenset({"cv_review", "mock_interview", "interview_debrief", "portfolio_review"})
APPLYING_FOR = frozenset({"job_search", "job_abroad"})
# Goals within the mentee's own employer.
INSIDE = frozenset({"promotion", "first_leadership_role"})


def reasons_for_mentee(pair: Pair, points: Mapping[str, float]) -> tuple[str, ...]:
    """Return at most five sentences on why this mentor fits, those that earned most points first.

    ``points`` holds, by name, the points that each stated criterion earned. An eligible mentor has at least one
    sentence, about the shared language.
    """
    reasons = (
        *_skills(pair),
        *_transition(pair),
        *_goal(pair),
        *_text(pair),
        *_interest(pair),
        *_hiring(pair),
        *_field(pair),
        *_employer(pair),
        *_market(pair),
        *_steps_ahead(pair),
        *_language(pair),
        *_availability(pair),
        *_sector(pair),
        *_offer(pair),
    )
    return with_history(pair, weightiest(reasons, points))


def _skills(pair: Pair) -> Iterator[Reason]:
    _ = pair.vocabulary.translations.gettext
    covered = pair.covered()
    for taught in (True, False):
        group = [topic for topic in covered if topic.taught is taught]
        if as_asked := [topic for topic in group if not topic.near and not topic.in_other_words]:
            sentence = (
                _("Teaches %(topics)s, which you asked for.") if taught else _("Knows %(topics)s, which you asked for.")
            )
            topics = pair.vocabulary.listing([topic.offered.written for topic in as_asked])
            yield Reason("needs", _share(as_asked), sentence % {"topics": topics})
        for topic in group:
            if topic.near:
                sentence = (
                    _("Teaches %(offered)s, close to %(asked)s.")
                    if taught
                    else _("Knows %(offered)s, close to %(asked)s.")
                )
            elif topic.in_other_words:
                sentence = (
                    _("Teaches %(offered)s, which is what you call %(asked)s.")
                    if taught
                    else _("Knows %(offered)s, which is what you call %(asked)s.")
                )
            else:
                continue
            named = {"offered": topic.offered.written, "asked": topic.asked.written}
            yield Reason("needs", topic.share, sentence % named)


def _share(topics: list[Covered]) -> float:
    return sum(topic.share for topic in topics)


def _transition(pair: Pair) -> Iterator[Reason]:
    _ = pair.vocabulary.translations.gettext
    if pair.transition is not None:
        is_wanted = _is_wanted(pair.transition, pair.need.goal)
        sentence = _("%(transition)s, as you want to.") if is_wanted else _("%(transition)s.")
        yield Reason("path", 1.0, sentence % {"transition": _told(pair.transition, pair.vocabulary)})
        return
    role = plain(pair.need.goal.role)
    held = [step for step in pair.mentor.career if role and plain(step.role) == role]
    if held:
        works = any(pair.still_in(step) for step in held)
        sentence = (
            _("Works as %(role)s, the role you want.") if works else _("Has worked as %(role)s, the role you want.")
        )
        yield Reason("position", 1.0, sentence % {"role": pair.vocabulary.inside(held[0].role)})


def _told(transition: Transition, vocabulary: Vocabulary) -> str:
    """Return the sentence about a transition, without its full stop."""
    _ = vocabulary.translations.gettext
    country, field = vocabulary.country(transition.country), transition.field
    match transition.kind, bool(field), bool(country):
        case "academia_to_industry", _any, True:
            sentence = _("Moved from academia to industry in %(country)s in %(year)s")
        case "academia_to_industry", _any, False:
            sentence = _("Moved from academia to industry in %(year)s")
        case "job_abroad", _any, _other:
            sentence = _("Moved from %(from_country)s to %(country)s for work in %(year)s")
        case "promotion", True, _other:
            sentence = _("Was promoted in %(field)s in %(year)s")
        case "promotion", False, _other:
            sentence = _("Was promoted in %(year)s")
        case "first_leadership_role", True, _other:
            sentence = _("Took on a first leadership role in %(field)s in %(year)s")
        case "first_leadership_role", False, _other:
            sentence = _("Took on a first leadership role in %(year)s")
        case "role_change", _any, _other:
            sentence = _("Changed from %(from_field)s to %(field)s in %(year)s")
        case _kind, True, True:
            sentence = _("Found a job in %(field)s in %(country)s in %(year)s")
        case _kind, True, False:
            sentence = _("Found a job in %(field)s in %(year)s")
        case _kind, False, True:
            sentence = _("Found a job in %(country)s in %(year)s")
        case _:
            sentence = _("Found a job in %(year)s")
    return sentence % {
        "country": country,
        "from_country": vocabulary.country(transition.from_country),
        "field": field,
        "from_field": transition.from_field,
        "year": transition.year,
    }


def _is_wanted(transition: Transition, goal: Goal) -> bool:
    if transition.kind in NAMES_COUNTRY and goal.country and goal.country != transition.country:
        return False
    return not (transition.kind in NAMES_FIELD and goal.field and plain(goal.field) != plain(transition.field))


def _goal(pair: Pair) -> Iterator[Reason]:
    _, ngettext = pair.vocabulary.translations.gettext, pair.vocabulary.translations.ngettext
    if pair.offers_session:
        kind = pair.vocabulary.session_kind(pair.need.session_kind)
        yield Reason("session", 1.0, _("Offers %(session_kind)s.") % {"session_kind": kind})
    if told := pair.outcomes_worth_telling():
        # Ratings alone. Fit checks are private.
        sentence = (
            _("Worked with %(asked)s people on this kind of goal; all of them reached what they hoped for.")
            if told.reached == told.asked
            else _(
                "Worked with %(asked)s people on this kind of goal; %(reached)s of the %(answered)s who answered "
                "reached what they hoped for."
            )
        )
        numbers = {"asked": told.asked, "answered": told.answered, "reached": told.reached}
        yield Reason("goal", 1.0, sentence % numbers)
    elif helped := pair.mentor.helped_with.get(pair.need.goal.kind, 0):
        sentence = ngettext(
            "Has helped one person with this kind of goal.",
            "Has helped %(number)s people with this kind of goal.",
            helped,
        )
        yield Reason("goal", 0.5, sentence % {"number": helped})


def _offer(pair: Pair) -> Iterator[Reason]:
    _ = pair.vocabulary.translations.gettext
    if pair.offers_goal:
        # True of nearly every suggested mentor, so it is told only if there is little else.
        yield Reason("goal", 0.0, _("Offers help with this kind of goal."))


def _text(pair: Pair) -> Iterator[Reason]:
    _ = pair.vocabulary.translations.gettext
    if quote := pair.closest_text():
        sentence = (
            _("Says in %(language)s: “%(quote)s”. This is close to what you describe.")
            if quote.language
            else _("Says “%(quote)s”, which is close to what you describe.")
        )
        yield Reason("text", 1.0, sentence % {"quote": quote.text, "language": quote.language})


def _interest(pair: Pair) -> Iterator[Reason]:
    _ = pair.vocabulary.translations.gettext
    if topics := pair.explored():
        listed = pair.vocabulary.listing(topics)
        yield Reason("interest", 1.0, _("Wants to explore %(topics)s as well.") % {"topics": listed})


def _hiring(pair: Pair) -> Iterator[Reason]:
    _ = pair.vocabulary.translations.gettext
    if pair.need.session_kind not in APPLYING_IN and pair.need.goal.kind not in APPLYING_FOR:
        return
    if step := pair.hiring_step():
        sentence = (
            _("Takes part in hiring in %(field)s.")
            if pair.still_in(step)
            else _("Took part in hiring in %(field)s until %(year)s.")
        )
        yield Reason("position", 1.0, sentence % {"field": step.field, "year": step.end})


def _field(pair: Pair) -> Iterator[Reason]:
    _ = pair.vocabulary.translations.gettext
    target = frozenset({plain(pair.need.goal.field)}) if pair.need.goal.field else frozenset()
    step, is_target = pair.step_in(target), True
    if step is None:
        step, is_target = pair.step_in(own_fields(pair.need)), False
    if step is None:
        return
    if pair.still_in(step):
        sentence = (
            _("Works in %(field)s, your target field.") if is_target else _("Works in %(field)s, your own field.")
        )
    else:
        sentence = (
            _("Worked in %(field)s, your target field, until %(year)s.")
            if is_target
            else _("Worked in %(field)s, your own field, until %(year)s.")
        )
    yield Reason("position", 1.0, sentence % {"field": step.field, "year": step.end})


def _employer(pair: Pair) -> Iterator[Reason]:
    _ = pair.vocabulary.translations.gettext
    if pair.need.goal.kind in INSIDE and (step := pair.step_of_own_size()):
        works = pair.still_in(step)
        sentence = (
            _("Works for an employer as large as yours.")
            if works
            else _("Has worked for an employer as large as yours.")
        )
        yield Reason("position", 0.5, sentence)


def _market(pair: Pair) -> Iterator[Reason]:
    _ = pair.vocabulary.translations.gettext
    country = pair.need.goal.country
    if country and any(step.country == country for step in pair.mentor.career):
        named = {"country": pair.vocabulary.country(country)}
        yield Reason("market", 1.0, _("Has worked in %(country)s, where you want to work.") % named)


def _sector(pair: Pair) -> Iterator[Reason]:
    _ = pair.vocabulary.translations.gettext
    sector = pair.need.goal.sector
    if sector and any(step.sector == sector for step in pair.mentor.career):
        # True of many suggested mentors, so it is told only if there is little else.
        yield Reason("sector", 0.0, _("Has worked in the sector that you want."))


def _steps_ahead(pair: Pair) -> Iterator[Reason]:
    # Only from the mentee's own career. A level that is assumed must not be told as a fact.
    mentee = standing_level(pair.need.career, pair.need.year)
    top = max(
        standing_steps(pair.mentor.career, pair.need.year),
        key=lambda step: (step.level, step.start, step.role),
        default=None,
    )
    if mentee is None or top is None or top.level <= mentee:
        return
    _, ngettext = pair.vocabulary.translations.gettext, pair.vocabulary.translations.ngettext
    gap = top.level - mentee
    if top.role:
        sentence = ngettext("Is %(count)s level above you: %(role)s.", "Is %(count)s levels above you: %(role)s.", gap)
    else:
        sentence = ngettext("Is %(count)s level above you.", "Is %(count)s levels above you.", gap)
    yield Reason("steps_ahead", 1.0, sentence % {"count": _(COUNT[gap]), "role": pair.vocabulary.inside(top.role)})


def _language(pair: Pair) -> Iterator[Reason]:
    if names := pair.language_names():
        yield Reason("language", 1.0, speaks_with_you(pair.vocabulary, names))


def _availability(pair: Pair) -> Iterator[Reason]:
    if time := pair.shared_time():
        yield Reason("availability", 1.0, has_time_in_common(pair.vocabulary, time))
