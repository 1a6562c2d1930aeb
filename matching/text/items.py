"""Which texts stand for a mentor, and which one for a request."""

from __future__ import annotations

import re
from collections.abc import Iterable

from accounts.models import MentorProfile
from matching.models import HelpRequest

ITEMS_MAX = 24
ITEM_CHARACTERS_MAX = 400
REQUEST_CHARACTERS_MAX = 4000
SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")

# The sentence model knows English; cosines of other languages are noise. One word in eight of these is less than
# any English prose has, and more than other languages have by chance.
ENGLISH = frozenset(
    "a about an and are as at be been but by can do for from had has have how i in into is it its me my not of on or"
    " our than that the this to us was we were what when who will with would you your".split()
)
ENGLISH_SHARE = 0.125
JUDGED_FROM_WORDS = 8


def mentor_items(mentor: MentorProfile) -> list[str]:
    """Return the short texts of a profile: headline, sentences of the bio, career steps, what is taught."""
    profile = mentor.user.profile
    items = [profile.headline, *SENTENCE_END.split(profile.bio)]
    items += [f"{step.role}, {step.field}" for step in profile.career.all()]
    items += mentor.teaches
    return _cut(item for item in items if may_be_english(item))


def request_text(request: HelpRequest) -> str:
    """Return the text of a request, empty if it is in a language that the model does not know."""
    goal = request.goal
    parts = [f"{goal.target_role}, {goal.target_field}", request.situation, request.gap, request.ask, *request.needs]
    text = " ".join(part.strip() for part in parts if part.strip())[:REQUEST_CHARACTERS_MAX]
    prose = " ".join((request.situation, request.gap, request.ask))
    return text if may_be_english(prose) else ""


def may_be_english(text: str) -> bool:
    """Whether ``text`` is English, as far as its small words tell; a few words alone pass."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    if len(words) < JUDGED_FROM_WORDS:
        return True
    return sum(word in ENGLISH for word in words) >= ENGLISH_SHARE * len(words)


def _cut(items: Iterable[str]) -> list[str]:
    short = (item.strip()[:ITEM_CHARACTERS_MAX] for item in items)
    return list(dict.fromkeys(item for item in short if item))[:ITEMS_MAX]
