"""The messages about concerns: to who raised one, to the organisers, and to the person whom it is about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.concern_registry import outcome_of
from accounts.links import trouble_link
from accounts.models import Concern, Notification
from accounts.notifications.registry import ACCOUNT, ADMINS, Context, NotificationKind
from accounts.samples import SAMPLE_LINK, sample_mentee, sample_mentor
from accounts.selectors import with_other_separations


def _concern_of(row: Notification) -> Concern | None:
    people = with_other_separations(Concern.objects.select_related("raised_by", "about"))
    return people.filter(uuid=row.payload["concern"]).first()


def _open_concern_of(row: Notification) -> Concern | None:
    concern = _concern_of(row)
    return concern if concern and concern.status == Concern.Status.OPEN else None


def concern_received(row: Notification) -> Context | None:
    concern = _open_concern_of(row)
    if concern is None:
        return None
    return {"concern": concern, "link": _page_of(concern), "zone": row.person.profile.zone}


def concern_raised(row: Notification) -> Context | None:
    concern = _open_concern_of(row)
    may_decide = row.person.has_perm("accounts.change_concern") and concern is not None
    if concern is None or not may_decide or concern.about_id == row.recipient_id:
        return None
    link = settings.SITE_URL + reverse("admin:accounts_concern_change", args=[concern.pk])
    return {"concern": concern, "link": link, "zone": row.person.profile.zone}


def concern_assigned(row: Notification) -> Context | None:
    context = concern_raised(row)
    return context if context and context["concern"].owner_id == row.recipient_id else None


def concern_handed_on(row: Notification) -> Context | None:
    context = concern_raised(row)
    return None if context is None or context["concern"].owner_id == row.recipient_id else context


def concern_about_you(row: Notification) -> Context | None:
    concern = _open_concern_of(row)
    return None if concern is None or concern.is_safety else {"concern": concern}


def concern_closed(row: Notification) -> Context | None:
    concern = _concern_of(row)
    if concern is None or concern.closed_at is None:
        return None
    return {**_end_of(concern, parts=concern.is_apart_besides), "link": _page_of(concern)}  # type: ignore[attr-defined]


def concern_about_you_closed(row: Notification) -> Context | None:
    concern = _concern_of(row)
    if concern is None or concern.closed_at is None or concern.is_safety:
        return None
    # A block, or a matter of safety, stays unknown to them.
    return _end_of(concern, parts=concern.is_known_besides)  # type: ignore[attr-defined]


def _end_of(concern: Concern, *, parts: bool) -> dict[str, object]:
    """Return the values about the end. ``parts``: something else keeps the two apart."""
    outcome = outcome_of(concern.outcome)
    parts = parts or outcome is None or outcome.parts
    return {"concern": concern, "told": outcome.told if outcome else "acted", "parts": parts}


def _page_of(concern: Concern) -> str:
    """Return the address where the person who raised a concern sees where it stands."""
    if concern.subject is None:
        return settings.SITE_URL + reverse("blocks")
    return trouble_link(concern.subject_kind, concern.subject, concern.raised_by)


def _sample(**facts: object) -> Callable[[], Context]:
    def context() -> Context:
        mentee, mentor = sample_mentee(), sample_mentor().user
        concern = Concern(
            raised_by=mentee,
            about=mentor,
            topic=Concern.Topic.MONEY,
            words="I was asked to pay for a course.",
            created_at=datetime(2027, 3, 1, 9, tzinfo=UTC),
            due_at=datetime(2027, 3, 4, 9, tzinfo=UTC),
            answer="We spoke with both of you, and agreed that nothing is sold here.",
        )
        return {
            "concern": concern,
            "link": SAMPLE_LINK,
            "zone": mentee.profile.zone,
            "told": "talked_to",
            "parts": False,
        } | facts

    return context


CONCERN_KINDS = (
    NotificationKind(
        "concern_received",
        ACCOUNT,
        gettext_lazy("the organisers have the problem that you reported"),
        concern_received,
        _sample(),
    ),
    NotificationKind(
        "concern_about_you",
        ACCOUNT,
        gettext_lazy("somebody raised a concern about you"),
        concern_about_you,
        _sample(),
    ),
    NotificationKind(
        "concern_closed",
        ACCOUNT,
        gettext_lazy("the organisers have decided about the problem that you reported"),
        concern_closed,
        _sample(),
    ),
    NotificationKind(
        "concern_about_you_closed",
        ACCOUNT,
        gettext_lazy("a concern about you is closed"),
        concern_about_you_closed,
        _sample(),
    ),
    NotificationKind(
        "concern_raised",
        ADMINS,
        gettext_lazy("somebody has raised a concern"),
        concern_raised,
        _sample(),
        permission="accounts.change_concern",
    ),
    NotificationKind(
        "concern_assigned",
        ADMINS,
        gettext_lazy("you take care of a concern"),
        concern_assigned,
        _sample(),
        permission="accounts.change_concern",
    ),
    NotificationKind(
        "concern_handed_on",
        ADMINS,
        gettext_lazy("a concern is not your task any more"),
        concern_handed_on,
        _sample(),
        permission="accounts.change_concern",
    ),
)
