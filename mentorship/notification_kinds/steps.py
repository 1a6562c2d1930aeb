"""Messages about next steps: a reminder before their day, and one after it."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import Notification
from accounts.notifications.registry import REMINDERS, Context, NotificationKind, register
from accounts.samples import SAMPLE_LINK
from mentorship.links import steps_link
from mentorship.models import ActionItem, Mentorship
from mentorship.samples import sample_mentorship
from mentorship.selectors.mentorships import mentorships_visible_to
from mentorship.selectors.shown import mentorship_card
from mentorship.selectors.steps import own_steps_due


def step_due(row: Notification) -> Context | None:
    context = _steps_of(row)
    # A mail that was late is no reminder.
    return None if context is None or context["days_left"] < 0 else context


def step_overdue(row: Notification) -> Context | None:
    return _steps_of(row)


def _steps_of(row: Notification) -> Context | None:
    """Return the context of a message about the recipient's open steps of a day. None if none is open any more."""
    mentorship = mentorships_visible_to(row.person).filter(uuid=row.payload["mentorship"]).first()
    if mentorship is None:
        return None
    by_on = date.fromisoformat(row.payload["due_on"])
    steps = list(own_steps_due(row.person, until_on=by_on).filter(mentorship=mentorship, by_on=by_on))
    if not steps:
        return None
    other = mentorship_card(mentorship, to=row.person).other
    today = timezone.now().astimezone(row.person.profile.zone).date()
    return {
        "steps": steps,
        "by_on": by_on,
        "days_left": (by_on - today).days,
        "other": other,
        "answers_to": mentorship.other_of(row.person) if other.email else None,
        "link": steps_link(mentorship, row.person),
    }


def _sample() -> Context:
    mentorship = sample_mentorship(status=Mentorship.Status.ACTIVE)
    words = ("Rewrite the first page of the CV", "Write to two people who work as data scientists")
    day = date(2027, 3, 3)
    return {
        "steps": [ActionItem(mentorship=mentorship, whose="mentee", what=what, by_on=day) for what in words],
        "by_on": day,
        "days_left": 1,
        "other": mentorship.mentor.user,
        "answers_to": mentorship.mentor.user,
        "link": SAMPLE_LINK,
    }


register(
    NotificationKind(
        "step_due",
        REMINDERS,
        gettext_lazy("next steps of yours are due soon"),
        step_due,
        _sample,
        answers_go_to_other=True,
        # A reminder that comes twice does no harm.
        if_in_doubt="resend",
    ),
    NotificationKind(
        "step_overdue",
        REMINDERS,
        gettext_lazy("next steps of yours were due three days ago"),
        step_overdue,
        _sample,
        answers_go_to_other=True,
        if_in_doubt="resend",
    ),
)
