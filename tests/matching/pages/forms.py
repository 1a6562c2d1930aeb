"""The form of a help request as a browser posts it."""

from __future__ import annotations

from typing import Any

from matching.models import HelpRequest
from mentorship.models import Goal

GOOD = {
    "situation": "I am a postdoc in particle physics with six years of data analysis and two papers on it.",
    "gap": "I had five interviews and each time failed at questions on business cases.",
    "ask": "Rehearse one 30 minute case interview for a data scientist job with me before 15 March.",
}


def posted(goal: Goal, **values: Any) -> dict[str, Any]:
    """Return a whole form for a goal, with other ``values``."""
    form = {
        "goal": str(goal.uuid),
        "needs": ["machine learning", "interviews"],
        "needs_more": "",
        "session_kind": "mock_interview",
        "minutes": "30",
        "format": "one_off",
        "max_rate_amount": "",
        "max_rate_currency": "",
        "max_rate_per": "session",
        "why": "",
        "do": "save",
    }
    return form | GOOD | values


def posted_for(request: HelpRequest, **values: Any) -> dict[str, Any]:
    """Return the form of a request as its page shows it, with other ``values``."""
    own = {name: getattr(request, name) for name in ("situation", "gap", "ask", "why", "minutes", "format")}
    own |= {"needs": request.needs, "session_kind": request.session_kind.code}
    return posted(request.goal) | own | values
