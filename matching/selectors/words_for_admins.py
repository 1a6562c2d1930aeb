"""The hard rules and the lines of the fit in words for admins: about the mentor and the mentee, who are two others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from matching.engine.why_not import MIN_NAMED, PRIVATE_RULES, PROPOSALS_MAX, WhyNot

# For admins who may not know which private rule it is.
UNAVAILABLE = "The mentor is not available at the moment."
RULES_IN_WORDS: Mapping[str, str] = {
    "not_approved": "The mentor is not approved.",
    "paused": "The mentor has paused mentoring.",
    "away": "The mentor is away for some days.",
    "suspended": "The mentor is suspended.",
    "unreachable": "The mentor gets no questions, neither by mail nor on the site.",
    "no_capacity": "The mentor has no free place.",
    "hours_spent": "The mentor has no more hours for mentoring this month.",
    "same_person": "The mentor and the mentee are one person.",
    "excluded": "The mentor and the mentee are kept apart by a block or an exclusion.",
    "no_shared_language": "The mentor and the mentee share no language at working level.",
    "format_not_offered": "The mentor does not offer the format of the request.",
    "goal_not_offered": "The mentor does not help with this kind of goal.",
    "market_experience": "The mentor has not worked in the country that the mentee wants to work in.",
    "price": "The mentor asks for a price that the mentee does not accept.",
    "no_overlap": "The mentor and the mentee have too little time in the week in common.",
    "declined_before": "The mentor was tried for this goal before.",
    "inbox_full": "The mentor has as many unanswered requests as they take.",
    "shown_enough": "The mentor is proposed to as many people as they have room for.",
}
LINES_IN_WORDS: Mapping[str, str] = {
    "position": "the role and field that the mentee wants",
    "text": "what both texts say",
    "sentences": "what the mentor says about what the mentee asks",
    "needs": "the skills that the mentee asks for",
    "path": "the road that the mentor has walked",
    "market": "work in the country that the mentee wants",
    "sector": "work in the sector that the mentee wants",
    "goal": "help with this kind of goal",
    "session": "the kind of session",
    "load": "being less busy",
    "silence": "answering more often",
    "interest": "topics of the mentor's own interest",
}


def rules_in_words(rules: Iterable[str], *, private: bool) -> tuple[str, ...]:
    """Return the sentence of each broken rule, each once. Unless ``private``, private rules share one sentence."""
    sentences = [RULES_IN_WORDS[rule] if private or rule not in PRIVATE_RULES else UNAVAILABLE for rule in rules]
    return tuple(dict.fromkeys(sentences))


def why_not_in_words(answer: WhyNot, *, private: bool) -> tuple[str, ...]:
    """Return why a mentor is not among the first suggestions."""
    if answer.rules:
        # A private rule beside others is not mentioned.
        public = tuple(rule for rule in answer.rules if rule not in PRIVATE_RULES)
        return rules_in_words(answer.rules if private else public or answer.rules, private=private)
    if answer.behind is None or answer.behind < MIN_NAMED:
        # These sentences speak of the mentor alone.
        return answer.sentences
    return (
        f"The mentor is {answer.behind:.1f} points behind the last of the first {PROPOSALS_MAX} suggestions, or of all "
        "if these are fewer.",
    )
