"""The messages of this app."""

from __future__ import annotations

from accounts.models import MentorProfile, Notification
from accounts.models.profile import LanguageLevel
from accounts.registry import Context, NotificationKind, register


def mentor_approved(row: Notification) -> Context | None:
    mentors = MentorProfile.objects.select_related("user__profile")
    mentor = mentors.filter(uuid=row.payload["mentor"], status=MentorProfile.Status.APPROVED).first()
    return {"mentor": mentor, "missing": missing(mentor)} if mentor else None


def missing(mentor: MentorProfile) -> list[str]:
    """Return what an approved mentor has yet to say before any request can reach them."""
    profile = mentor.user.profile
    found = {
        "the languages you speak": profile.languages.exclude(level=LanguageLevel.BASIC).exists(),
        "the kinds of goals you help with": mentor.goal_kinds.exists(),
        "the formats you offer": bool(mentor.formats),
        "what you teach": bool(mentor.teaches),
        "your career": profile.career.exists(),
        "when you have time in the week": profile.availability.exists(),
    }
    return [what for what, said in found.items() if not said]


register(NotificationKind("mentor_approved", mentor_approved))
