"""Facts that an approved mentor has to state before any request can reach them.

Each app registers its own facts in a module of this name.
"""

from __future__ import annotations

from collections.abc import Callable

from accounts.models import MentorProfile
from accounts.models.profile import LanguageLevel

_checks: dict[str, Callable[[MentorProfile], bool]] = {}


def register(label: str, is_stated: Callable[[MentorProfile], bool]) -> None:
    """Add a fact. ``label`` completes "please add to your profile:". Raises ValueError if the label is taken."""
    if label in _checks:
        raise ValueError(f"{label!r} is registered twice")
    _checks[label] = is_stated


def missing(mentor: MentorProfile) -> list[str]:
    """Return the labels of the facts that ``mentor`` has not stated, in the order of registration. It queries."""
    return [label for label, is_stated in _checks.items() if not is_stated(mentor)]


register(
    "the languages you speak",
    lambda mentor: mentor.user.profile.languages.exclude(level=LanguageLevel.BASIC).exists(),
)
register("the formats you offer", lambda mentor: bool(mentor.formats))
register("what you teach", lambda mentor: bool(mentor.teaches))
register("your career", lambda mentor: mentor.user.profile.career.exists())
register("when you have time in the week", lambda mentor: mentor.user.profile.availability.exists())
