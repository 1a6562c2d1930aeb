"""The messages of this app."""

from __future__ import annotations

from accounts.models import MentorProfile, Notification
from accounts.models.profile import LanguageLevel
from accounts.registry import Context, Group, NotificationKind, register
from accounts.samples import sample_mentor
from mentorship.models import Mentorship
from mentorship.samples import sample_mentorship


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


def mentorship_ended(row: Notification) -> Context | None:
    mentorships = Mentorship.objects.select_related("mentor__user", "mentee", "goal__kind")
    mentorship = mentorships.filter(uuid=row.payload["mentorship"], status__in=Mentorship.OVER).first()
    if mentorship is None:
        return None
    to_mentee = row.recipient_id == mentorship.mentee_id
    other = mentorship.mentor.user if to_mentee else mentorship.mentee
    reason = mentorship.end_reason_for(row.person)
    # "Other" says nothing, and who gave a private reason need not read it back.
    unsaid = ("", Mentorship.EndReason.OTHER, *Mentorship.PRIVATE_REASONS)
    return {
        "mentorship": mentorship,
        "to_mentee": to_mentee,
        "other": other,
        "by_other": mentorship.ended_by_id == other.pk,
        "by_recipient": mentorship.ended_by_id == row.recipient_id,
        # After a change of mentor the same request is open anew.
        "looks_on": to_mentee and mentorship.goal.help_requests.filter(status="open").exists(),
        "reason": "" if reason in unsaid else Mentorship.EndReason(reason).label,
    }


def _sample_end() -> Context:
    mentorship = sample_mentorship()
    return {
        "mentorship": mentorship,
        "to_mentee": True,
        "other": mentorship.mentor.user,
        "by_other": True,
        "by_recipient": False,
        "looks_on": False,
        "reason": "",
    }


register(
    NotificationKind(
        "mentor_approved",
        Group.ACCOUNT,
        "your application was approved",
        mentor_approved,
        lambda: {"mentor": sample_mentor(), "missing": ["the languages you speak", "when you have time in the week"]},
    ),
    NotificationKind(
        "mentorship_ended", Group.MENTORSHIPS, "a mentorship of yours has ended", mentorship_ended, _sample_end
    ),
)
