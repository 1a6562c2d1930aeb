"""The texts of a profile, and the one text of a request, that are compared by meaning."""

from __future__ import annotations

import re
from collections.abc import Iterable

from accounts.models import MentorProfile
from matching.models import HelpRequest
from matching.text.language import may_be_english

ITEMS_MAX = 24
ITEM_CHARACTERS_MAX = 400
REQUEST_CHARACTERS_MAX = 4000
SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")


def mentor_items(mentor: MentorProfile) -> list[str]:
    """Return the short texts of a profile: headline, sentences of the bio, career steps, skills taught."""
    profile = mentor.user.profile
    items = [profile.headline, *SENTENCE_END.split(profile.bio)]
    items += [f"{step.role}, {step.field}" for step in profile.career.all()]
    items += mentor.teaches
    return _cut(item for item in items if may_be_english(item))


def request_text(request: HelpRequest) -> str:
    """Return the text of a request, empty if it is not in English."""
    goal = request.goal
    parts = [f"{goal.target_role}, {goal.target_field}", request.situation, request.gap, request.ask, *request.needs]
    text = " ".join(part.strip() for part in parts if part.strip())[:REQUEST_CHARACTERS_MAX]
    prose = " ".join((request.situation, request.gap, request.ask))
    return text if may_be_english(prose) else ""


def _cut(items: Iterable[str]) -> list[str]:
    short = (item.strip()[:ITEM_CHARACTERS_MAX] for item in items)
    return list(dict.fromkeys(item for item in short if item))[:ITEMS_MAX]
