"""Messages about handovers: the choice, the reminder, waiting, and the mentor's return."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy

from accounts.models import Notification
from accounts.notifications.registry import REMINDERS, Context, NotificationKind, register
from accounts.samples import SAMPLE_LINK
from matching.links import handover_link, mentorship_link
from matching.models import Handover
from matching.selectors.handovers import back_on, ends_at, is_pause, open_handovers
from mentorship.models import Mentorship
from mentorship.notification_kinds.mentorships import MENTORSHIPS
from mentorship.samples import sample_mentorship
from mentorship.selectors.mentorships import mentorships_visible_to
from mentorship.selectors.shown import mentorship_card


def handover_opened(row: Notification) -> Context | None:
    handover = _handover_of(row)
    is_open = handover is not None and handover.choice == "" and _is_open(handover)
    if handover is None or not is_open:
        return None
    context = _context(row, handover)
    # A mentor who is gone is out of contact anyway.
    return _in_contact(context) if context["is_pause"] else context


def handover_waits(row: Notification) -> Context | None:
    handover = _handover_of(row)
    if handover is None or handover.choice != Handover.Choice.WAIT or not _is_open(handover):
        return None
    if back_on(handover) is None:
        # The mentor has taken the day back.
        return None
    return _in_contact(_context(row, handover))


def handover_over(row: Notification) -> Context | None:
    handover = _handover_of(row)
    if handover is None or handover.closed_at is None or handover.mentorship.status not in Mentorship.RUNNING:
        return None
    if open_handovers().filter(mentorship=handover.mentorship).exists():
        # The mentor is gone again.
        return None
    return _in_contact(_context(row, handover))


def handover_arranged(row: Notification) -> Context | None:
    """Name the mentees who are still asked."""
    handovers = open_handovers().filter(uuid__in=row.payload["handovers"].split(","))
    mentorships = mentorships_visible_to(row.person).filter(handovers__in=handovers).order_by("pk")
    names = [mentorship_card(mentorship, to=row.person).other.name for mentorship in mentorships]
    return {"names": names} if names else None


def _in_contact(context: dict[str, Any]) -> dict[str, Any] | None:
    return context if context["other"].email else None


def _handover_of(row: Notification) -> Handover | None:
    mentorships = Prefetch("mentorship", mentorships_visible_to(row.person))
    return Handover.objects.prefetch_related(mentorships).filter(uuid=row.payload["handover"]).first()


def _is_open(handover: Handover) -> bool:
    return open_handovers().filter(pk=handover.pk).exists()


def _context(row: Notification, handover: Handover) -> dict[str, Any]:
    mentorship = handover.mentorship
    card = mentorship_card(mentorship, to=row.person)
    chooses = card.to_mentee and handover.closed_at is None
    return {
        "mentorship": mentorship,
        "other": card.other,
        "goal": card.goal,
        "to_mentee": card.to_mentee,
        "is_pause": is_pause(handover),
        "back_on": back_on(handover),
        "ends_at": ends_at(handover),
        "link": handover_link(mentorship) if chooses else mentorship_link(mentorship, row.person),
        "zone": row.person.profile.zone,
    }


def _sample(**facts: object) -> Callable[[], Context]:
    def context() -> Context:
        mentorship = sample_mentorship(status=Mentorship.Status.ACTIVE)
        return {
            "mentorship": mentorship,
            "other": mentorship.mentor.user,
            "goal": mentorship.goal,
            "to_mentee": True,
            "is_pause": True,
            "back_on": date(2027, 3, 31),
            "ends_at": None,
            "link": SAMPLE_LINK,
            "zone": mentorship.mentee.profile.zone,
        } | facts

    return context


GONE = {"is_pause": False, "back_on": None, "ends_at": datetime(2027, 1, 14, 9, tzinfo=UTC)}

register(
    NotificationKind(
        "handover_opened",
        MENTORSHIPS,
        gettext_lazy("your mentor cannot go on, or pauses for long"),
        handover_opened,
        _sample(),
    ),
    NotificationKind(
        "handover_reminder",
        REMINDERS,
        gettext_lazy("you choose how a mentorship goes on"),
        handover_opened,
        _sample(**GONE),
    ),
    NotificationKind(
        "handover_waits",
        MENTORSHIPS,
        gettext_lazy("a mentorship waits until its mentor is back"),
        handover_waits,
        _sample(),
    ),
    NotificationKind(
        "handover_arranged",
        MENTORSHIPS,
        gettext_lazy("the organisers help your mentees to go on with other mentors"),
        handover_arranged,
        lambda: {"names": [sample_mentorship().mentee.name]},
    ),
    NotificationKind(
        "handover_over",
        MENTORSHIPS,
        gettext_lazy("a mentor is back, and the mentorship goes on"),
        handover_over,
        _sample(),
    ),
)
