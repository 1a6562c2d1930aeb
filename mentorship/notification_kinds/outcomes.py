"""Messages about the outcome of a mentorship, and about feedback."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils.translation import gettext_lazy

from accounts.models import Notification
from accounts.notifications.registry import Context, NotificationKind, register
from accounts.samples import SAMPLE_LINK
from mentorship.links import outcome_link
from mentorship.models import Mentorship, Occasion
from mentorship.notification_kinds.mentorships import MENTORSHIPS
from mentorship.samples import sample_mentorship
from mentorship.selectors.apart import with_apart
from mentorship.selectors.feedback import feedback_open_to
from mentorship.selectors.outcomes import asked_questions, has_rated
from mentorship.selectors.shown import mentorship_card


def outcome_asked(row: Notification) -> Context | None:
    return _asked(row, Occasion.END)


def outcome_asked_later(row: Notification) -> Context | None:
    return _asked(row, Occasion.LATER)


def _asked(row: Notification, when: str) -> Context | None:
    mentorship = _mentorship_of(row)
    questions = asked_questions(mentorship) if mentorship else []
    if mentorship is None or not questions or questions[-1].when != when or has_rated(row.person, questions[-1]):
        return None
    return _about(row, mentorship)


def feedback_open(row: Notification) -> Context | None:
    mentorship = _mentorship_of(row)
    if mentorship is None or mentorship_card(mentorship, to=row.person).is_apart:
        return None
    if feedback_open_to(row.person, mentorship) is None:
        return None
    other = mentorship.other_of(row.person)
    both = mentorship.feedback.filter(author=row.person).exists()
    return _about(row, mentorship) | {"both": both, "answers_to": other if other.is_active else None}


def feedback_hidden(row: Notification) -> Context | None:
    mentorship = _mentorship_of(row)
    if mentorship is None:
        return None
    mine = mentorship.feedback.filter(author=row.person, hidden_at__isnull=False).first()
    return _about(row, mentorship) | {"reason": mine.hidden_reason} if mine else None


def _mentorship_of(row: Notification) -> Mentorship | None:
    people = Mentorship.objects.select_related("mentor__user__profile", "mentee__profile", "goal__kind")
    return with_apart(people).filter(uuid=row.payload["mentorship"], status__in=Mentorship.OVER).first()


def _about(row: Notification, mentorship: Mentorship) -> dict[str, object]:
    card = mentorship_card(mentorship, to=row.person)
    link = outcome_link(mentorship, row.person)
    return {"mentorship": mentorship, "other": card.other, "goal": card.goal, "link": link}


def _sample() -> dict[str, object]:
    mentorship = sample_mentorship(ended_at=datetime(2027, 3, 2, 17, tzinfo=UTC))
    return {"mentorship": mentorship, "other": mentorship.mentor.user, "goal": mentorship.goal, "link": SAMPLE_LINK}


def _sample_open() -> Context:
    sample = _sample()
    return sample | {"both": True, "answers_to": sample["other"]}


def _sample_hidden() -> Context:
    return _sample() | {"reason": "It speaks of the person, not of what happened."}


register(
    NotificationKind(
        "outcome_asked",
        MENTORSHIPS,
        gettext_lazy("you have not said yet how a mentorship ended"),
        outcome_asked,
        _sample,
    ),
    NotificationKind(
        "outcome_asked_later",
        MENTORSHIPS,
        gettext_lazy("a mentorship ended some time ago, and you are asked what came of it"),
        outcome_asked_later,
        _sample,
    ),
    NotificationKind(
        "feedback_open",
        MENTORSHIPS,
        gettext_lazy("feedback for you is open"),
        feedback_open,
        _sample_open,
        answers_go_to_other=True,
    ),
    NotificationKind(
        "feedback_hidden",
        MENTORSHIPS,
        gettext_lazy("the organisers have hidden feedback that you wrote"),
        feedback_hidden,
        _sample_hidden,
    ),
)
