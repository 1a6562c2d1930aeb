"""The steps of a newcomer, from the profile to the first request. They are derived from the data: nothing is stored.

Each app registers its own steps in a module of this name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import MentorProfile, Profile
from accounts.models.profile import LanguageLevel


class Role(IntEnum):
    """The people a step is for. Steps for everybody come first."""

    EVERYBODY = 0
    MENTOR = 1
    MENTEE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step. ``position`` orders the steps of a role. ``url`` is the address of its page."""

    code: str
    role: Role
    position: int
    title: Any
    why: Any
    url: Callable[[], str]
    is_done: Callable[[Profile], bool]

    def url_and_back(self, page: str) -> str:
        """Return the address of the step's page, from which the reader comes back to ``page``."""
        return f"{self.url()}?{urlencode({'next': page})}"


@dataclass(frozen=True, slots=True)
class StepOf:
    """A step of a person."""

    step: Step
    is_done: bool


_steps: dict[str, Step] = {}


def register(step: Step) -> None:
    """Add a step. Raises ValueError if its code is taken."""
    if step.code in _steps:
        raise ValueError(f"{step.code!r} is registered twice")
    _steps[step.code] = step


def mentor_of(profile: Profile) -> MentorProfile | None:
    return getattr(profile.user, "mentor", None)


def roles_of(profile: Profile) -> set[Role]:
    """Return the roles of a person. Somebody without one is taken for a mentee."""
    is_mentor = mentor_of(profile) is not None
    found = {Role.MENTOR} if is_mentor else set()
    return found | ({Role.MENTEE} if profile.is_mentee or not is_mentor else set())


def steps_of(profile: Profile) -> list[StepOf]:
    """Return the steps of a person in order. It queries."""
    roles = {Role.EVERYBODY} | roles_of(profile)
    return [StepOf(step, step.is_done(profile)) for step in _in_order() if step.role in roles]


def other_ways(profile: Profile) -> list[Step]:
    """Return the first step of each role that the person does not have."""
    missing = {Role.MENTOR, Role.MENTEE} - roles_of(profile)
    firsts: dict[Role, Step] = {}
    for step in _in_order():
        if step.role in missing:
            firsts.setdefault(step.role, step)
    return list(firsts.values())


def _in_order() -> list[Step]:
    return sorted(_steps.values(), key=lambda step: (step.role, step.position, step.code))


def _part(name: str) -> Callable[[], str]:
    return lambda: reverse("profile-part", args=[name])


register(
    Step(
        code="about",
        role=Role.EVERYBODY,
        position=10,
        title=_("Say who you are"),
        why=_("A headline, a few sentences, and your time zone."),
        url=_part("about"),
        is_done=lambda profile: bool(profile.headline or profile.bio),
    )
)
register(
    Step(
        code="career",
        role=Role.EVERYBODY,
        position=20,
        title=_("Your career so far"),
        why=_("Your positions and studies. You are matched with people whose way has to do with yours."),
        url=_part("career"),
        is_done=lambda profile: bool(profile.career.all()),
    )
)
register(
    Step(
        code="languages",
        role=Role.EVERYBODY,
        position=30,
        title=_("Name your languages"),
        why=_("Two people need one in which both can work."),
        url=_part("languages"),
        is_done=lambda profile: any(row.level != LanguageLevel.BASIC for row in profile.languages.all()),
    )
)
register(
    Step(
        code="week",
        role=Role.EVERYBODY,
        position=40,
        title=_("Draw your week"),
        why=_("The hours in which you could meet. They are compared across time zones."),
        url=_part("week"),
        is_done=lambda profile: bool(profile.availability.all()),
    )
)
register(
    Step(
        code="skills",
        role=Role.EVERYBODY,
        position=50,
        title=_("List your skills"),
        why=_("In your own words. People of other fields find them by theirs."),
        url=_part("skills"),
        is_done=lambda profile: bool(profile.skills),
    )
)
