"""The concreteness check of a help request: from the row to the values of the check."""

from __future__ import annotations

from functools import partial

from accounts.languages import active_language
from matching.concreteness import Concreteness, Draft, check
from matching.models import HelpRequest
from matching.selectors.words import Words, day_in_words
from matching.text.language import english_parts


def concreteness_of(request: HelpRequest) -> Concreteness:
    """Return the verdict on ``request`` and its missing parts, in the language of the present reader.

    Works for an unsaved request.
    """
    return check(draft_of(request))


def draft_of(request: HelpRequest) -> Draft:
    language = active_language()
    words = Words.read().of(language)
    goal = request.goal
    texts = {"situation": request.situation, "gap": request.gap, "ask": request.ask}
    return Draft(
        **texts,
        needs=tuple(request.needs),
        minutes=request.minutes,
        session_kind=request.session_kind.code,
        session_phrase=words.session_kinds[request.session_kind.code],
        goal_phrase=words.goals[goal.kind.code],
        target_role=goal.target_role,
        target_field=goal.target_field,
        target_country=words.countries.get(str(goal.target_country or ""), ""),
        goal_by=goal.by_on,
        in_english=english_parts(texts),
        translations=words.translations,
        day=partial(day_in_words, language=language),
        small_inside=words.small_inside,
    )
