"""Facts that an approved mentor has to state before any request can reach them.

Each app registers its own facts in a module of this name.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import MentorProfile
from accounts.models.profile import LanguageLevel

_checks: dict[str | Promise, Callable[[MentorProfile], bool]] = {}


def register(label: str | Promise, is_stated: Callable[[MentorProfile], bool]) -> None:
    """Add a fact. ``label`` completes "please add to your profile:". Raises ValueError if the label is taken."""
    if label in _checks:
        raise ValueError(f"{label!r} is registered twice")
    _checks[label] = is_stated


def missing(mentor: MentorProfile) -> list[str]:
    """Return the labels of the facts that ``mentor`` has not stated, in the order of registration. It queries."""
    return [str(label) for label, is_stated in _checks.items() if not is_stated(mentor)]


register(
    gettext_lazy("the languages you speak"),
    lambda mentor: mentor.user.profile.languages.exclude(level=LanguageLevel.BASIC).exists(),
)
register(gettext_lazy("the formats you offer"), lambda mentor: bool(mentor.formats))
register(gettext_lazy("what you teach"), lambda mentor: bool(mentor.teaches))
register(gettext_lazy("your career"), lambda mentor: mentor.user.profile.career.exists())
register(gettext_lazy("when you have time in the week"), lambda mentor: mentor.user.profile.availability.exists())
