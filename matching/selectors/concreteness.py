"""The concreteness check of a help request: from the row to the values of the check."""

from __future__ import annotations

from matching.concreteness import Concreteness, Draft, check
from matching.models import HelpRequest
from matching.selectors.suggestions import vocabulary
from matching.text.language import english_parts


def concreteness_of(request: HelpRequest) -> Concreteness:
    """Return the verdict on ``request`` and its missing parts. Works for an unsaved request."""
    return check(draft_of(request))


def draft_of(request: HelpRequest) -> Draft:
    words = vocabulary()
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
    )
