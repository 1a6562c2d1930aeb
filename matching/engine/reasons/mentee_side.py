"""Reasons that the mentee reads about a mentor. They use no name and no pronoun, so they fit into any list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from matching.engine.facts import Goal
from matching.engine.reasons.pair import Covered, Pair, Reason, weightiest, with_history
from matching.engine.standing import own_fields, standing_level, standing_steps
from matching.engine.transitions import Transition
from matching.engine.vocabulary import Vocabulary
from matching.engine.words import inside_sentence, listing, plain

COUNT = ("no", "one", "two", "three", "four", "five", "six", "seven")

# The facts that a sentence about a transition names. "As you want to" is added only if the mentee wants that fact.
NAMES_COUNTRY = frozenset({"academia_to_industry", "job_abroad", "job_search"})
NAMES_FIELD = frozenset({"promotion", "first_leadership_role", "role_change", "job_search"})


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
        *_field(pair),
        *_steps_ahead(pair),
        *_language(pair),
        *_availability(pair),
    )
    return with_history(pair, weightiest(reasons, points))


def _skills(pair: Pair) -> Iterator[Reason]:
    covered = pair.covered()
    for verb, taught in (("Teaches", True), ("Knows", False)):
        group = [topic for topic in covered if topic.taught is taught]
        if as_asked := [topic for topic in group if not topic.near and not topic.in_other_words]:
            topics = listing([topic.offered.written for topic in as_asked])
            yield Reason("needs", _share(as_asked), f"{verb} {topics}, which you asked for.")
        for topic in group:
            if topic.near:
                yield Reason("needs", topic.share, f"{verb} {topic.offered.written}, close to {topic.asked.written}.")
            elif topic.in_other_words:
                sentence = f"{verb} {topic.offered.written}, which is what you call {topic.asked.written}."
                yield Reason("needs", topic.share, sentence)


def _share(topics: list[Covered]) -> float:
    return sum(topic.share for topic in topics)


def _transition(pair: Pair) -> Iterator[Reason]:
    if pair.transition is not None:
        wish = ", as you want to" if _is_wanted(pair.transition, pair.need.goal) else ""
        yield Reason("path", 1.0, f"{_sentence(pair.transition, pair.vocabulary)}{wish}.")
        return
    role = plain(pair.need.goal.role)
    held = [step for step in pair.mentor.career if role and plain(step.role) == role]
    if held:
        verb = "Works" if any(pair.still_in(step) for step in held) else "Has worked"
        yield Reason("path", 1.0, f"{verb} as {inside_sentence(held[0].role)}, the role you want.")


def _sentence(transition: Transition, vocabulary: Vocabulary) -> str:
    """Return the sentence about a transition, without its full stop."""
    country = vocabulary.country(transition.country)
    where = f" in {country}" if country else ""
    field = f" in {transition.field}" if transition.field else ""
    year = transition.year
    match transition.kind:
        case "academia_to_industry":
            return f"Moved from academia to industry{where} in {year}"
        case "job_abroad":
            return f"Moved from {vocabulary.country(transition.from_country)} to {country} for work in {year}"
        case "promotion":
            return f"Was promoted{field} in {year}"
        case "first_leadership_role":
            return f"Took on a first leadership role{field} in {year}"
        case "role_change":
            return f"Changed from {transition.from_field} to {transition.field} in {year}"
        case _:
            return f"Found a job{field}{where} in {year}"


def _is_wanted(transition: Transition, goal: Goal) -> bool:
    if transition.kind in NAMES_COUNTRY and goal.country and goal.country != transition.country:
        return False
    return not (transition.kind in NAMES_FIELD and goal.field and plain(goal.field) != plain(transition.field))


def _goal(pair: Pair) -> Iterator[Reason]:
    if pair.offers_session:
        yield Reason("goal", 1.0, f"Offers {pair.vocabulary.session_kind(pair.need.session_kind)}.")
    if helped := pair.mentor.helped_with.get(pair.need.goal.kind, 0):
        people = "one person" if helped == 1 else f"{helped} people"
        yield Reason("goal", 0.5, f"Has helped {people} with this kind of goal.")
    if pair.offers_goal:
        # True of nearly every suggested mentor, so it is told only if there is little else.
        yield Reason("goal", 0.0, "Offers help with this kind of goal.")


def _text(pair: Pair) -> Iterator[Reason]:
    if quote := pair.closest_text():
        yield Reason("text", 1.0, f"Says “{quote}”, which is close to what you describe.")


def _interest(pair: Pair) -> Iterator[Reason]:
    if topics := pair.explored():
        yield Reason("interest", 1.0, f"Wants to explore {listing(topics)} as well.")


def _field(pair: Pair) -> Iterator[Reason]:
    own = own_fields(pair.need)
    target = frozenset({plain(pair.need.goal.field)}) if pair.need.goal.field else frozenset()
    for fields, whose in ((target, "your target field"), (own, "your own field")):
        step = pair.step_in(fields)
        if step is None:
            continue
        if pair.still_in(step):
            yield Reason("field", 1.0, f"Works in {step.field}, {whose}.")
        else:
            yield Reason("field", 1.0, f"Worked in {step.field}, {whose}, until {step.end}.")
        return


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
    gap = top.level - mentee
    role = f": {inside_sentence(top.role)}" if top.role else ""
    yield Reason("steps_ahead", 1.0, f"Is {COUNT[gap]} {'level' if gap == 1 else 'levels'} above you{role}.")


def _language(pair: Pair) -> Iterator[Reason]:
    if names := pair.language_names():
        yield Reason("language", 1.0, f"Speaks {listing(names)} with you.")


def _availability(pair: Pair) -> Iterator[Reason]:
    if time := pair.shared_time():
        yield Reason("availability", 1.0, f"Has {time} a week in common with you.")
