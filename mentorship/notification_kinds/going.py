"""Messages about how a mentorship goes: fit checks, silence, and one-off help that may become ongoing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext_lazy

from accounts.links import come_back_link
from accounts.models import MentorProfile, Notification
from accounts.notifications.registry import REMINDERS, Context, NotificationKind, register
from accounts.samples import SAMPLE_LINK, sample_mentor
from mentorship.models import FitCheck, Mentorship
from mentorship.notification_kinds.mentorships import MENTORSHIPS, running_mentorship
from mentorship.samples import sample_mentorship
from mentorship.selectors.escalations import PLANNED_OR_HELD
from mentorship.selectors.fit_checks import told_organisers
from mentorship.selectors.silence import name_of_silence, quiet_since


def fit_check(row: Notification) -> Context | None:
    context = _running(row)
    asked = FitCheck.objects.open().filter(person=row.person, number=row.payload["number"])
    return context if context and asked.filter(mentorship=context["mentorship"]).exists() else None


def mentorship_quiet(row: Notification) -> Context | None:
    context = mentorship_silent(row)
    return None if context is None else {**context, "link": f"{context['link']}#plan"}


def mentorship_silent(row: Notification) -> Context | None:
    context = _running(row)
    if context is None or context["mentorship"].status != Mentorship.Status.ACTIVE:
        return None
    # A sign of life makes it needless.
    since = quiet_since(context["mentorship"], now=row.created_at)
    is_same = name_of_silence(context["mentorship"], since) == row.payload.get("silence")
    return context | {"since": since} if is_same else None


def first_session_missing(row: Notification) -> Context | None:
    context = _running(row)
    if context is None or context["mentorship"].status != Mentorship.Status.ACTIVE:
        return None
    sessions = context["mentorship"].sessions.filter(status__in=PLANNED_OR_HELD)
    return None if sessions.exists() else {**context, "link": f"{context['link']}#plan"}


def rematch_offered(row: Notification) -> Context | None:
    context = running_mentorship(row)
    if context is None or not told_organisers().filter(mentorship=context["mentorship"], person=row.person).exists():
        return None
    return {**context, "to_mentee": row.recipient_id == context["mentorship"].mentee_id}


def mentor_relieved(row: Notification) -> Context | None:
    mentor = MentorProfile.objects.select_related("user").filter(uuid=row.payload["mentor"]).first()
    if mentor is None or mentor.pause_cause != MentorProfile.PauseCause.OVERLOAD:
        return None
    return {"mentor": mentor, "link": come_back_link(mentor)}


def ongoing_proposed(row: Notification) -> Context | None:
    context = _running(row)
    # An answer makes the question needless, or the proposer has taken it back.
    is_open = context is not None and context["mentorship"].ongoing_by_id not in (None, row.recipient_id)
    return context if is_open else None


def ongoing_agreed(row: Notification) -> Context | None:
    context = _running(row)
    return context if context and context["mentorship"].format == MentorProfile.Format.ONGOING else None


def ongoing_refused(row: Notification) -> Context | None:
    context = _running(row)
    if context is None or context["mentorship"].format != MentorProfile.Format.ONE_OFF:
        return None
    # Another proposal says more.
    return context if context["mentorship"].ongoing_by_id is None else None


def _running(row: Notification) -> dict[str, Any] | None:
    """Return the context for a mentorship that runs. None for two who are kept apart, or if one left."""
    context = running_mentorship(row)
    return dict(context) if context is not None and context["answers_to"] is not None else None


def _sample(**facts: Any) -> Context:
    facts = {"status": Mentorship.Status.ACTIVE, "format": MentorProfile.Format.ONE_OFF} | facts
    mentorship = sample_mentorship(**facts)
    mentor = mentorship.mentor.user
    return {
        "mentorship": mentorship,
        "other": mentor,
        "goal": mentorship.goal,
        "answers_to": mentor,
        "link": SAMPLE_LINK,
        "since": datetime(2027, 2, 1, 17, tzinfo=UTC),
    }


def _sample_proposed() -> Context:
    return _sample(ongoing_until_on=date(2027, 8, 31))


def _sample_agreed() -> Context:
    return _sample(format=MentorProfile.Format.ONGOING, planned_end_on=date(2027, 8, 31))


def _sample_rematch() -> Context:
    return {**_sample(), "to_mentee": True}


def _sample_relieved() -> Context:
    mentor = sample_mentor()
    mentor.paused_until_on = date(2027, 2, 15)
    return {"mentor": mentor, "link": SAMPLE_LINK}


register(
    # An answer to this mail is for nobody but the community.
    NotificationKind(
        "fit_check",
        MENTORSHIPS,
        gettext_lazy("we ask you how your mentorship goes"),
        fit_check,
        _sample,
        trouble_with="mentorship",
    ),
    NotificationKind(
        "mentorship_quiet",
        REMINDERS,
        gettext_lazy("nothing is planned in your mentorship"),
        mentorship_quiet,
        _sample,
        answers_go_to_other=True,
        trouble_with="mentorship",
    ),
    NotificationKind(
        "mentorship_silent",
        REMINDERS,
        gettext_lazy("nothing happened in your mentorship for four weeks"),
        mentorship_silent,
        _sample,
        answers_go_to_other=True,
        trouble_with="mentorship",
    ),
    NotificationKind(
        "first_session_missing",
        REMINDERS,
        gettext_lazy("you have not met in your mentorship yet"),
        first_session_missing,
        _sample,
        answers_go_to_other=True,
    ),
    # An answer to this mail is for nobody but the community.
    NotificationKind(
        "rematch_offered",
        MENTORSHIPS,
        gettext_lazy("you can change a mentorship that does not go well"),
        rematch_offered,
        _sample_rematch,
    ),
    NotificationKind(
        "mentor_relieved",
        REMINDERS,
        gettext_lazy("you were paused as a mentor for some rest"),
        mentor_relieved,
        _sample_relieved,
    ),
    NotificationKind(
        "ongoing_proposed",
        MENTORSHIPS,
        gettext_lazy("the other side would like to go on after one-off help"),
        ongoing_proposed,
        _sample_proposed,
        answers_go_to_other=True,
        trouble_with="mentorship",
    ),
    NotificationKind(
        "ongoing_agreed",
        MENTORSHIPS,
        gettext_lazy("the other side goes on with you after one-off help"),
        ongoing_agreed,
        _sample_agreed,
        answers_go_to_other=True,
        trouble_with="mentorship",
    ),
    NotificationKind(
        "ongoing_refused",
        MENTORSHIPS,
        gettext_lazy("the other side would like to leave it at one-off help"),
        ongoing_refused,
        _sample,
        answers_go_to_other=True,
        trouble_with="mentorship",
    ),
)
