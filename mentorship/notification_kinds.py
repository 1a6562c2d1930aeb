"""The messages of this app."""

from __future__ import annotations

from datetime import date

from accounts.models import Notification
from accounts.notifications.registry import Context, Group, NotificationKind, register
from accounts.samples import SAMPLE_LINK
from mentorship.links import ending_link
from mentorship.models import Mentorship
from mentorship.samples import sample_mentorship

MENTORSHIPS = Group("mentorships", "about your mentorships")


def running_mentorship(row: Notification) -> Context | None:
    """Return the context of a message about a mentorship that runs, with the link to its end."""
    mentorships = Mentorship.objects.select_related("mentor__user", "mentee", "goal__kind")
    mentorship = mentorships.filter(uuid=row.payload["mentorship"], status__in=Mentorship.RUNNING).first()
    if mentorship is None:
        return None
    other = mentorship.mentor.user if row.recipient_id == mentorship.mentee_id else mentorship.mentee
    return {"mentorship": mentorship, "other": other, "answers_to": other, "link": ending_link(mentorship, row.person)}


def mentorship_ends_soon(row: Notification) -> Context | None:
    context = running_mentorship(row)
    # An extension, or another one, makes the question needless.
    is_asked = context is not None and context["mentorship"].end_asked_at is not None
    return context if is_asked else None


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
        "answers_to": other,
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
        "answers_to": mentorship.mentor.user,
        "by_other": True,
        "by_recipient": False,
        "looks_on": False,
        "reason": "",
    }


def _sample_running() -> Context:
    mentorship = sample_mentorship(status=Mentorship.Status.ACTIVE, planned_end_on=date(2027, 3, 31))
    mentor = mentorship.mentor.user
    return {"mentorship": mentorship, "other": mentor, "answers_to": mentor, "link": SAMPLE_LINK}


register(
    NotificationKind(
        "mentorship_ends_soon",
        MENTORSHIPS,
        "the planned end of your mentorship is near",
        mentorship_ends_soon,
        _sample_running,
        answers_go_to_other=True,
    ),
    NotificationKind(
        "mentorship_extended",
        MENTORSHIPS,
        "the other side planned a later end",
        running_mentorship,
        _sample_running,
        answers_go_to_other=True,
    ),
    NotificationKind(
        "mentorship_ended",
        MENTORSHIPS,
        "a mentorship of yours has ended",
        mentorship_ended,
        _sample_end,
        answers_go_to_other=True,
    ),
)
