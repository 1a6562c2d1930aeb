"""Messages about mentorships: their planned end, and their end."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext_lazy

from accounts.models import MentorProfile, Notification
from accounts.notifications.registry import Context, Group, NotificationKind, register
from accounts.samples import SAMPLE_LINK
from mentorship.links import ending_link, outcome_link
from mentorship.models import Mentorship
from mentorship.samples import sample_mentorship
from mentorship.selectors.apart import with_apart
from mentorship.selectors.mentors import is_full
from mentorship.selectors.shown import mentorship_card

MENTORSHIPS = Group("mentorships", gettext_lazy("about your mentorships"))


def running_mentorship(row: Notification) -> Context | None:
    """Return the context of a message about a mentorship that runs, with the link to its end."""
    mentorship = _mentorship_of(row, Mentorship.RUNNING)
    if mentorship is None:
        return None
    return {"mentorship": mentorship, **_shown(row, mentorship), "link": ending_link(mentorship, row.person)}


def _mentorship_of(row: Notification, statuses: Collection[str]) -> Mentorship | None:
    people = Mentorship.objects.select_related("mentor__user__profile", "mentee__profile", "goal__kind")
    return with_apart(people).filter(uuid=row.payload["mentorship"], status__in=statuses).first()


def _shown(row: Notification, mentorship: Mentorship) -> dict[str, object]:
    """Return the other person and the goal, as far as the recipient reads them. Answers go to an address shown."""
    card = mentorship_card(mentorship, to=row.person)
    other = mentorship.mentor.user if card.to_mentee else mentorship.mentee
    return {"other": card.other, "goal": card.goal, "answers_to": other if card.other.email else None}


def mentorship_ends_soon(row: Notification) -> Context | None:
    context = running_mentorship(row)
    # An extension, or another one, makes the question needless.
    is_asked = context is not None and context["mentorship"].end_asked_at is not None
    return context if is_asked else None


def mentorship_extended(row: Notification) -> Context | None:
    context = running_mentorship(row)
    # Nothing from the other side passes between two who are kept apart.
    if context is None or not context["answers_to"]:
        return None
    return {**context, "by_organisers": "by_organisers" in row.payload}


def mentorship_ended(row: Notification) -> Context | None:
    mentorship = _mentorship_of(row, Mentorship.OVER)
    if mentorship is None:
        return None
    to_mentee = row.recipient_id == mentorship.mentee_id
    other = mentorship.mentor.user if to_mentee else mentorship.mentee
    reason = mentorship.end_reason_for(row.person)
    # "Other" says nothing. The author of a private reason need not read it again.
    unsaid = ("", Mentorship.EndReason.OTHER, Mentorship.EndReason.HANDED_OVER, *Mentorship.PRIVATE_REASONS)
    return {
        "mentorship": mentorship,
        "to_mentee": to_mentee,
        **_shown(row, mentorship),
        # A mentor who could not go on reads no more than that it ended.
        "by_other": mentorship.ended_by_id == other.pk and mentorship.end_reason != Mentorship.EndReason.HANDED_OVER,
        "by_recipient": mentorship.ended_by_id == row.recipient_id,
        "by_organisers": "by_organisers" in row.payload,
        "looks_on": to_mentee and "looks_on" in row.payload,
        "reached": mentorship.mentor.status == MentorProfile.Status.APPROVED and not is_full(mentorship.mentor),
        "reason": "" if reason in unsaid else Mentorship.EndReason(reason).label,
        "outcome_link": outcome_link(mentorship, row.person),
    }


def _sample_end() -> Context:
    mentorship = sample_mentorship()
    return {
        "mentorship": mentorship,
        "to_mentee": True,
        **_sample_shown(mentorship),
        "by_other": True,
        "by_recipient": False,
        "by_organisers": False,
        "looks_on": False,
        "reached": True,
        "reason": "",
        "outcome_link": SAMPLE_LINK,
    }


def _sample_running() -> Context:
    mentorship = sample_mentorship(status=Mentorship.Status.ACTIVE, planned_end_on=date(2027, 3, 31))
    return {"mentorship": mentorship, **_sample_shown(mentorship), "link": SAMPLE_LINK}


def _sample_extended() -> Context:
    return {**_sample_running(), "by_organisers": False}


def _sample_shown(mentorship: Mentorship) -> Context:
    mentor = mentorship.mentor.user
    return {"other": mentor, "goal": mentorship.goal, "answers_to": mentor}


register(
    NotificationKind(
        "mentorship_ends_soon",
        MENTORSHIPS,
        gettext_lazy("the planned end of your mentorship is near"),
        mentorship_ends_soon,
        _sample_running,
        answers_go_to_other=True,
        trouble_with="mentorship",
    ),
    NotificationKind(
        "mentorship_extended",
        MENTORSHIPS,
        gettext_lazy("a later end of your mentorship was planned"),
        mentorship_extended,
        _sample_extended,
        answers_go_to_other=True,
        trouble_with="mentorship",
    ),
    NotificationKind(
        "mentorship_ended",
        MENTORSHIPS,
        gettext_lazy("a mentorship of yours has ended"),
        mentorship_ended,
        _sample_end,
        answers_go_to_other=True,
        trouble_with="mentorship",
    ),
)
