"""The sentences that a mentee reads: the problem with a part, and a better sentence from the mentee's own words."""

from __future__ import annotations

from typing import Literal

from matching.concreteness.draft import Draft, Grade, Missing
from matching.concreteness.english import GENERAL, LISTS
from matching.concreteness.structure import clean, units, words_of
from matching.engine.words import inside_sentence, listing, shortened

QUOTED_MAX = 160
QUOTED_FROM_WORDS = 4
TOPIC_MAX = 80
NEEDS_MAX = 2
MINUTES = (15, 90)
USUAL_MINUTES = 30


def names_something(target: str) -> bool:
    """Return whether a role or a field is more than "anything" or "tbd"."""
    return any(unit not in LISTS["no_target"] for unit in units(target))


def goal(draft: Draft) -> Missing:
    phrase = _short(draft.goal_phrase) or "reach [your goal]"
    by = f"{draft.goal_by.day} {draft.goal_by:%B} {draft.goal_by.year}" if draft.goal_by else "[the month]"
    return Missing(
        "goal",
        "The goal does not yet name the role or the field you want to reach.",
        f"I want to {phrase} and work as [the role] in [the field]{_country(draft)}, by {by}.",
    )


def situation(draft: Draft, grade: Grade, *, repeats: bool) -> Missing:
    """Extend a situation that has some facts. Otherwise propose a new one."""
    if repeats:
        problem = "The situation says the same as another part; a mentor would like to know who is asking."
    elif grade == Grade.NOTHING:
        problem = "A mentor cannot yet see where you stand."
    else:
        problem = "One or two facts more would help a mentor to see where you stand."
    own = _opening(draft, "situation") if grade else "I have worked as [your work] for [how long]."
    phrase = _short(draft.goal_phrase)
    tried = f"To {phrase}, I have so far tried" if phrase else "So far I have tried"
    return Missing("situation", problem, f"{own} {tried} [what], and [what came of it].")


def gap(draft: Draft, grade: Grade, *, repeats: bool) -> Missing:
    if repeats:
        problem = "The gap says the same as another part; it could name what is missing."
    elif grade == Grade.NOTHING:
        problem = "It is not yet said what is missing or where you are stuck."
    else:
        problem = "The gap is only hinted at; an example would make it plain."
    if grade and len(draft.gap[: 2 * QUOTED_MAX].split()) >= QUOTED_FROM_WORDS:
        own = _opening(draft, "gap")
        return Missing("gap", problem, f"{own} For example, [what happened the last time].")
    topic = _needs(draft)
    stuck = f"With {topic}, I am stuck at" if topic else f"On the way to {_role(draft)}, I am stuck at"
    return Missing("gap", problem, f"{stuck} [the step]: [what happened when you tried], and I do not know [what].")


def ask(draft: Draft, grade: Grade, *, lazy: bool) -> Missing:
    if not draft.ask.strip():
        problem = "The ask is still empty."
    elif lazy:
        problem = "The ask does not yet name one thing that a mentor could do in one meeting."
    elif grade == Grade.NOTHING:
        problem = "The ask is still open: a mentor cannot yet tell what to do in the meeting."
    else:
        problem = "The ask is nearly there: it could say what to do, and with what."
    return Missing("ask", problem, _ask_sentence(draft))


def by_when(draft: Draft, *, keep_ask: bool) -> Missing:
    """Ask for a date, which is added to an ask that is good already."""
    problem = "It is not said by when you need this."
    if keep_ask:
        own = _opening(draft, "ask")
        return Missing("by_when", problem, f"{own} I need this before [the date], because [what happens then].")
    return Missing(
        "by_when", problem, f"I would like {_session(draft)} before [the date], because [what happens then]."
    )


def time(draft: Draft) -> Missing:
    return Missing(
        "time",
        "It is not said how much time you ask for.",
        f"I would like {_session(draft)} of {USUAL_MINUTES} minutes.",
    )


def _ask_sentence(draft: Draft) -> str:
    """Return an ask for the kind of session, with the time wanted."""
    minutes, role, topic = f"{_minutes(draft)} minutes", _role(draft), _needs(draft)
    match draft.session_kind:
        case "mock_interview":
            about = topic or "[the topic you fear]"
            return (
                f"Do a mock interview for {role} with me in {minutes}, with questions about {about}, "
                "and tell me which two answers to repair first."
            )
        case "interview_debrief":
            return (
                f"Go through my interview of [the date] with me in {minutes}, question by question, "
                "and show me which answers to change before the next one."
            )
        case "story_practice":
            return (
                f"Listen to [two] stories for {role} in {minutes}, one about [what happened], "
                "and stop me where the result does not become clear."
            )
        case "cv_review":
            return (
                f"Read my CV against one advert for {role} with me in {minutes}, "
                "and mark the lines that a recruiter would not understand."
            )
        case "promotion_case":
            return (
                f"Read my [one-page] promotion case for {role} with me in {minutes}, "
                "and mark the three weakest lines before [the date of the decision]."
            )
        case "portfolio_review":
            return (
                f"Look at [one project] of my portfolio with me in {minutes} like somebody who hires for {role}, "
                "and tell me what to cut and what to show."
            )
        case "intro_call":
            about = f" about {topic}" if topic else ""
            return (
                f"In a first call of {minutes}, explain to me [the one question]{about}, "
                "and tell me which step you would take first in my place."
            )
        case "general":
            above_all = f", above all at {topic}," if topic else ""
            return (
                f"In {minutes}, look at [the document, plan or decision] with me{above_all} "
                f"and tell me which step to take first on the way to {role}."
            )
        case _:
            about = f"about {topic}" if topic else f"for {role}"
            return f"I would like {_session(draft)} of {minutes} {about}, to [review, rehearse or decide what]."


def _minutes(draft: Draft) -> int:
    return draft.minutes if MINUTES[0] <= draft.minutes <= MINUTES[1] else USUAL_MINUTES


def _session(draft: Draft) -> str:
    return _short(draft.session_phrase) or "a conversation"


def _role(draft: Draft) -> str:
    if names_something(draft.target_role) and (role := _short(draft.target_role)):
        return f"the role of {inside_sentence(role)}{_country(draft)}"
    if names_something(draft.target_field) and (field := _short(draft.target_field)):
        return f"a role in {field}"
    return "[the role]"


def _country(draft: Draft) -> str:
    country = _short(draft.target_country)
    return f" in {country}" if country else ""


def _needs(draft: Draft) -> str:
    """Return the first needs as a list for a sentence, without general ones ("career advice")."""
    named = [need for need in draft.needs if any(word not in GENERAL for word in words_of(need[:TOPIC_MAX]))]
    needs = [short for need in named[:NEEDS_MAX] if (short := _short(need))]
    return listing(needs) if needs else ""


def _short(text: str) -> str:
    return shortened(clean(text), TOPIC_MAX)


def _opening(draft: Draft, part: Literal["situation", "gap", "ask"]) -> str:
    """Return the mentee's own text as the beginning of a better one.

    A text in another language gets a placeholder: half a sentence in each language helps nobody.
    """
    return quoted(getattr(draft, part)) if part in draft.in_english else "[What you wrote.]"


def quoted(text: str) -> str:
    """Return a text as the beginning of a better one: one line, cut to QUOTED_MAX, with a full stop."""
    line = shortened(clean(text), QUOTED_MAX)
    line = line[:1].upper() + line[1:]
    return line if line.endswith(("!", "?", "…")) else f"{line.rstrip(',;:')}."
