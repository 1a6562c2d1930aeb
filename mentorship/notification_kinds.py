"""The messages of this app."""

from __future__ import annotations

from accounts.models import Notification
from accounts.notifications.registry import Context, Group, NotificationKind, register
from mentorship.models import Mentorship
from mentorship.samples import sample_mentorship

MENTORSHIPS = Group("mentorships", "about mentorships that begin and end")


def mentorship_ended(row: Notification) -> Context | None:
    mentorships = Mentorship.objects.select_related("mentor__user", "mentee", "goal__kind")
    mentorship = mentorships.filter(uuid=row.payload["mentorship"], status__in=Mentorship.OVER).first()
    if mentorship is None:
        return None
    to_mentee = row.recipient_id == mentorship.mentee_id
    other = mentorship.mentor.user if to_mentee else mentorship.mentee
    reason = mentorship.end_reason_for(row.person)
    # "Other" says nothing. The author of a private reason need not read it again.
    unsaid = ("", Mentorship.EndReason.OTHER, *Mentorship.PRIVATE_REASONS)
    return {
        "mentorship": mentorship,
        "to_mentee": to_mentee,
        "other": other,
        "by_other": mentorship.ended_by_id == other.pk,
        "by_recipient": mentorship.ended_by_id == row.recipient_id,
        "looks_on": to_mentee and "looks_on" in row.payload,
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
    NotificationKind("mentorship_ended", MENTORSHIPS, "a mentorship of yours has ended", mentorship_ended, _sample_end),
)
