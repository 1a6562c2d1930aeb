"""The texts of a profile and of a request that are compared by meaning, in any language."""

from __future__ import annotations

import re
from collections.abc import Iterable

from accounts.models import MentorProfile
from matching.models import HelpRequest
from matching.text.language import language_of_all

SENTENCES_MAX = 32
SENTENCE_CHARACTERS_MAX = 400
SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s*(?=\s|[^\x00-\u2fff])|\n+")


def whole_profile(mentor: MentorProfile) -> str:
    """Return all that a mentor wrote: headline, bio, career, what they teach, motivation. Empty without any of them."""
    profile = mentor.user.profile
    steps = ". ".join(_steps(mentor))
    return _joined([profile.headline, profile.bio, steps, ", ".join(mentor.teaches), mentor.motivation])


def sentences(mentor: MentorProfile) -> tuple[list[str], int]:
    """Return the sentences of a profile, and the number of those that may be quoted, which come first.

    Mentees do not read the motivation, so it is not quoted.
    """
    profile = mentor.user.profile
    told = [*SENTENCE_END.split(profile.headline), *SENTENCE_END.split(profile.bio)]
    quotable = _cut([*told, *_steps(mentor), ", ".join(mentor.teaches)])
    return _cut([*quotable, *SENTENCE_END.split(mentor.motivation)]), len(quotable)


def request_texts(request: HelpRequest) -> dict[str, str]:
    """Return the texts of a request by their names in ``Need``: the whole, and what is missing and asked for."""
    goal = request.goal
    wanted = ", ".join(part for part in (goal.target_role, goal.target_field) if part)
    parts = [wanted, request.situation, request.gap, request.ask, request.why, ", ".join(request.needs)]
    return {"text": _joined(parts), "question": _joined([request.gap, request.ask])}


def language_of_request(request: HelpRequest) -> str:
    """Return the language in which a request is written, "" if it does not tell.

    Role, field and skills do not count: their names are often English.
    """
    return language_of_all([request.situation, request.gap, request.ask, request.why])


def _steps(mentor: MentorProfile) -> list[str]:
    return [f"{step.role}, {step.field}" for step in mentor.user.profile.career.all()]


def _joined(parts: Iterable[str]) -> str:
    return "\n".join(part.strip() for part in parts if part.strip())


def _cut(texts: Iterable[str]) -> list[str]:
    short = (text.strip()[:SENTENCE_CHARACTERS_MAX] for text in texts)
    return list(dict.fromkeys(text for text in short if text))[:SENTENCES_MAX]
