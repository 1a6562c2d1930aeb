"""The data that one of the two of a mentorship may read. The API, the pages and the mails read these cards.

Both said yes, so each reads the goal and the other's address. Two who are kept apart read the name of the other. Of a
person who was deactivated, the name and the goal are left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.models import User
from mentorship.models import Goal, Mentorship


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCard:
    """One of the two. None stands for data that is not shown."""

    uuid: UUID
    name: str
    email: str | None
    timezone: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorshipCard:
    """A mentorship for one of the two. ``goal`` is None if the reader may not know what the mentee works on."""

    mentor: PersonCard
    mentee: PersonCard
    to_mentee: bool
    is_apart: bool
    goal: Goal | None
    # A proposal to make one-off help ongoing: until when, and the side that answers. None after a block.
    ongoing_until_on: date | None = None
    ongoing_waits_for: str | None = None

    @property
    def other(self) -> PersonCard:
        return self.mentor if self.to_mentee else self.mentee


def mentorship_card(mentorship: Mentorship, *, to: User) -> MentorshipCard:
    """Return ``mentorship`` as ``to`` reads it. The mentorship carries ``is_kept_apart``."""
    is_apart, to_mentee = mentorship.is_kept_apart, mentorship.mentee_id == to.pk  # type: ignore[attr-defined]
    is_proposed = mentorship.ongoing_by_id is not None and not is_apart
    return MentorshipCard(
        mentor=_person(mentorship.mentor.user, is_own=not to_mentee, is_apart=is_apart),
        mentee=_person(mentorship.mentee, is_own=to_mentee, is_apart=is_apart),
        to_mentee=to_mentee,
        is_apart=is_apart,
        goal=None if is_apart and not to_mentee else mentorship.goal,
        ongoing_until_on=mentorship.ongoing_until_on if is_proposed else None,
        ongoing_waits_for=_other_side(mentorship) if is_proposed else None,
    )


def _person(person: User, *, is_own: bool, is_apart: bool) -> PersonCard:
    knows = is_own or (person.is_active and not is_apart)
    return PersonCard(
        uuid=person.uuid,
        name=person.name,
        email=person.email if knows else None,
        timezone=person.profile.timezone if knows else None,
    )


def _other_side(mentorship: Mentorship) -> str:
    return "mentor" if mentorship.ongoing_by_id == mentorship.mentee_id else "mentee"
