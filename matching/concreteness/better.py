"""The sentences that a mentee reads: the problem with a part, and a better sentence from the mentee's own words."""

from __future__ import annotations

from typing import Literal

from matching.concreteness import filler
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
    """Return whether a role or a field is more than "anything" or "tbd", in English, German or Spanish."""
    return any(unit not in LISTS["no_target"] for unit in units(target)) and not filler.names_no_target(target)


def goal(draft: Draft) -> Missing:
    _ = draft.translations.gettext
    country = _short(draft.target_country)
    sentence = (
        _("I want to %(goal)s and work as [the role] in [the field] in %(country)s, by %(day)s.")
        if country
        else _("I want to %(goal)s and work as [the role] in [the field], by %(day)s.")
    )
    return Missing(
        "goal",
        _("The goal does not yet name the role or the field you want to reach."),
        sentence
        % {
            "goal": _short(draft.goal_phrase) or _("reach [your goal]"),
            "country": country,
            "day": draft.day(draft.goal_by) if draft.goal_by else _("[the month]"),
        },
    )


def situation(draft: Draft, grade: Grade, *, repeats: bool) -> Missing:
    """Extend a situation that has some facts. Otherwise propose a new one."""
    _ = draft.translations.gettext
    if repeats:
        problem = _("The situation says the same as another part; a mentor would like to know who is asking.")
    elif grade == Grade.NOTHING:
        problem = _("A mentor cannot yet see where you stand.")
    else:
        problem = _("One or two facts more would help a mentor to see where you stand.")
    own = _opening(draft, "situation") if grade else _("I have worked as [your work] for [how long].")
    phrase = _short(draft.goal_phrase)
    if phrase:
        tried = _("To %(goal)s, I have so far tried [what], and [what came of it].") % {"goal": phrase}
    else:
        tried = _("So far I have tried [what], and [what came of it].")
    return Missing("situation", problem, f"{own} {tried}")


def gap(draft: Draft, grade: Grade, *, repeats: bool) -> Missing:
    _ = draft.translations.gettext
    if repeats:
        problem = _("The gap says the same as another part; it could name what is missing.")
    elif grade == Grade.NOTHING:
        problem = _("It is not yet said what is missing or where you are stuck.")
    else:
        problem = _("The gap is only hinted at; an example would make it plain.")
    if grade and len(draft.gap[: 2 * QUOTED_MAX].split()) >= QUOTED_FROM_WORDS:
        example = _("For example, [what happened the last time].")
        return Missing("gap", problem, f"{_opening(draft, 'gap')} {example}")
    topic = _needs(draft)
    sentence = (
        _("With %(topic)s, I am stuck at [the step]: [what happened when you tried], and I do not know [what].")
        if topic
        else _(
            "On the way to %(role)s, I am stuck at [the step]: [what happened when you tried], and I do not know "
            "[what]."
        )
    )
    return Missing("gap", problem, sentence % {"topic": topic, "role": _role(draft)})


def ask(draft: Draft, grade: Grade, *, lazy: bool) -> Missing:
    _ = draft.translations.gettext
    if not draft.ask.strip():
        problem = _("The ask is still empty.")
    elif lazy:
        problem = _("The ask does not yet name one thing that a mentor could do in one meeting.")
    elif grade == Grade.NOTHING:
        problem = _("The ask is still open: a mentor cannot yet tell what to do in the meeting.")
    else:
        problem = _("The ask is nearly there: it could say what to do, and with what.")
    return Missing("ask", problem, _ask_sentence(draft))


def by_when(draft: Draft, *, keep_ask: bool) -> Missing:
    """Ask for a date, which is added to an ask that is good already."""
    _ = draft.translations.gettext
    problem = _("It is not said by when you need this.")
    if keep_ask:
        date = _("I need this before [the date], because [what happens then].")
        return Missing("by_when", problem, f"{_opening(draft, 'ask')} {date}")
    better = _("I would like %(session)s before [the date], because [what happens then].")
    return Missing("by_when", problem, better % {"session": _session(draft)})


def time(draft: Draft) -> Missing:
    _ = draft.translations.gettext
    return Missing(
        "time",
        _("It is not said how much time you ask for."),
        _("I would like %(session)s of %(minutes)s minutes.") % {"session": _session(draft), "minutes": USUAL_MINUTES},
    )


def _ask_sentence(draft: Draft) -> str:
    """Return an ask for the kind of session, with the time wanted."""
    _ = draft.translations.gettext
    topic = _needs(draft)
    match draft.session_kind, bool(topic):
        case "mock_interview", _any:
            sentence = _(
                "Do a mock interview for %(role)s with me in %(minutes)s minutes, with questions about %(topic)s, "
                "and tell me which two answers to repair first."
            )
            topic = topic or _("[the topic you fear]")
        case "interview_debrief", _any:
            sentence = _(
                "Go through my interview of [the date] with me in %(minutes)s minutes, question by question, "
                "and show me which answers to change before the next one."
            )
        case "story_practice", _any:
            sentence = _(
                "Listen to [two] stories for %(role)s in %(minutes)s minutes, one about [what happened], "
                "and stop me where the result does not become clear."
            )
        case "cv_review", _any:
            sentence = _(
                "Read my CV against one advert for %(role)s with me in %(minutes)s minutes, "
                "and mark the lines that a recruiter would not understand."
            )
        case "promotion_case", _any:
            sentence = _(
                "Read my [one-page] promotion case for %(role)s with me in %(minutes)s minutes, "
                "and mark the three weakest lines before [the date of the decision]."
            )
        case "portfolio_review", _any:
            sentence = _(
                "Look at [one project] of my portfolio with me in %(minutes)s minutes like somebody who hires for "
                "%(role)s, and tell me what to cut and what to show."
            )
        case "intro_call", True:
            sentence = _(
                "In a first call of %(minutes)s minutes, explain to me [the one question] about %(topic)s, "
                "and tell me which step you would take first in my place."
            )
        case "intro_call", False:
            sentence = _(
                "In a first call of %(minutes)s minutes, explain to me [the one question], "
                "and tell me which step you would take first in my place."
            )
        case "general", True:
            sentence = _(
                "In %(minutes)s minutes, look at [the document, plan or decision] with me, above all at %(topic)s, "
                "and tell me which step to take first on the way to %(role)s."
            )
        case "general", False:
            sentence = _(
                "In %(minutes)s minutes, look at [the document, plan or decision] with me "
                "and tell me which step to take first on the way to %(role)s."
            )
        case _kind, True:
            sentence = _(
                "I would like %(session)s of %(minutes)s minutes about %(topic)s, to [review, rehearse or decide what]."
            )
        case _:
            sentence = _(
                "I would like %(session)s of %(minutes)s minutes for %(role)s, to [review, rehearse or decide what]."
            )
    return sentence % {
        "role": _role(draft),
        "minutes": _minutes(draft),
        "topic": topic,
        "session": _session(draft),
    }


def _minutes(draft: Draft) -> int:
    return draft.minutes if MINUTES[0] <= draft.minutes <= MINUTES[1] else USUAL_MINUTES


def _session(draft: Draft) -> str:
    _ = draft.translations.gettext
    return _short(draft.session_phrase) or _("a conversation")


def _role(draft: Draft) -> str:
    _ = draft.translations.gettext
    country = _short(draft.target_country)
    if names_something(draft.target_role) and (role := _short(draft.target_role)):
        role = inside_sentence(role) if draft.small_inside else role
        sentence = _("the role of %(role)s in %(country)s") if country else _("the role of %(role)s")
        return sentence % {"role": role, "country": country}
    if names_something(draft.target_field) and (field := _short(draft.target_field)):
        return _("a role in %(field)s") % {"field": field}
    return _("[the role]")


def _needs(draft: Draft) -> str:
    """Return the first needs as a list for a sentence, without general ones ("career advice")."""
    named = [need for need in draft.needs if _is_particular(need[:TOPIC_MAX])]
    needs = [short for need in named[:NEEDS_MAX] if (short := _short(need))]
    return listing(needs, draft.translations.gettext) if needs else ""


def _is_particular(need: str) -> bool:
    return any(word not in GENERAL for word in words_of(need)) and not filler.is_only_filler(need)


def _short(text: str) -> str:
    return shortened(clean(text), TOPIC_MAX)


def _opening(draft: Draft, part: Literal["situation", "gap", "ask"]) -> str:
    """Return the mentee's own text as the beginning of a better one. A text in another language gets a placeholder."""
    _ = draft.translations.gettext
    return quoted(getattr(draft, part)) if draft.may_be_quoted(part) else _("[What you wrote.]")


def quoted(text: str) -> str:
    """Return a text as the beginning of a better one: one line, cut to QUOTED_MAX, with a full stop."""
    line = shortened(clean(text), QUOTED_MAX)
    line = line[:1].upper() + line[1:]
    return line if line.endswith(("!", "?", "…")) else f"{line.rstrip(',;:')}."
