"""How concrete a help request is: from the row to what the check judges."""

from __future__ import annotations

from matching.concreteness import Concreteness, Draft, check
from matching.models import HelpRequest
from matching.selectors.suggestions import vocabulary


def concreteness_of(request: HelpRequest) -> Concreteness:
    """Return the verdict on ``request`` and what it lacks. Works for an unsaved request."""
    return check(draft_of(request))


def draft_of(request: HelpRequest) -> Draft:
    words = vocabulary()
    goal = request.goal
    return Draft(
        situation=request.situation,
        gap=request.gap,
        ask=request.ask,
        needs=tuple(request.needs),
        minutes=request.minutes,
        session_kind=request.session_kind.code,
        session_phrase=words.session_kinds[request.session_kind.code],
        goal_phrase=words.goals[goal.kind.code],
        target_role=goal.target_role,
        target_field=goal.target_field,
        target_country=words.countries.get(str(goal.target_country or ""), ""),
        goal_by=goal.by_on,
    )
