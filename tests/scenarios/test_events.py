"""Each kind of event of webhooks: a fact writes it, in its transaction, with identifiers and a status only."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction
from django.utils.dateparse import parse_datetime

from accounts.event_kinds import all_event_kinds
from accounts.models import Notification, User
from accounts.services.lock_out import lock_out
from matching.models import Match
from matching.services.accept import accept_match
from matching.services.decline import decline_match
from matching.services.withdraw import withdraw_help_request
from mentorship.services.end import end_mentorship
from mentorship.services.sessions.cancel import cancel_session
from tests.factories import (
    NOW,
    HelpRequestFactory,
    MatchFactory,
    MentorshipFactory,
    SessionFactory,
    UserFactory,
    WebhookEndpointFactory,
    held_by_both,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

ROOT = Path(__file__).resolve().parents[2]
STATUSES = {
    *("active", "left", "open", "withdrawn", "proposed", "asked", "accepted", "declined", "completed", "confirmed"),
    *("cancelled", "held"),
}


def withdrawn() -> None:
    request = HelpRequestFactory()
    withdraw_help_request(help_request_id=request.pk, by=request.mentee, now=NOW)


def opened() -> None:
    HelpRequestFactory(status="draft").move_to("open", at=NOW)


def answered(answer: Callable[..., object], **more: object) -> Callable[[], None]:
    def act() -> None:
        match = MatchFactory(status="asked")
        answer(match_id=match.pk, by=match.mentor.user, now=NOW, **more)

    return act


def ended() -> None:
    mentorship = MentorshipFactory()
    facts = {"status": "completed", "reason": "goal_reached"}
    end_mentorship(mentorship_id=mentorship.pk, by=mentorship.mentee, now=NOW, **facts)


def cancelled() -> None:
    session = SessionFactory(status="confirmed")
    cancel_session(session_id=session.pk, by=session.mentorship.mentee, now=NOW)


FACTS: dict[str, Callable[[], object]] = {
    "member.joined": UserFactory,
    "member.left": lambda: lock_out(user_id=UserFactory().pk),
    "request.opened": opened,
    "request.closed": withdrawn,
    "match.proposed": MatchFactory,
    "match.asked": lambda: MatchFactory(status="asked"),
    "match.accepted": answered(accept_match),
    "match.declined": answered(decline_match, reason="no_time", note=""),
    "mentorship.began": answered(accept_match),
    "mentorship.ended": ended,
    "session.confirmed": lambda: SessionFactory(status="confirmed"),
    "session.cancelled": cancelled,
    "session.held": lambda: held_by_both(MentorshipFactory()),
}


def test_each_registered_kind_has_a_fact_here():
    assert set(FACTS) == {kind.code for kind in all_event_kinds()}


def test_the_docs_list_the_registered_kinds():
    rows = re.findall(r"^\| `([a-z]+\.[a-z]+)` \| (.+) \| (.+) \|$", (ROOT / "docs/api.md").read_text(), re.MULTILINE)

    registered = [(kind.code, kind.tells, ", ".join(f"`{name}`" for name in kind.data)) for kind in all_event_kinds()]
    assert rows == registered


@pytest.mark.parametrize("kind", all_event_kinds(), ids=lambda kind: kind.code)
def test_a_fact_writes_one_thin_event(kind):
    endpoint = WebhookEndpointFactory(kinds=[kind.code])

    FACTS[kind.code]()

    events = list(Notification.objects.filter(endpoint=endpoint).values_list("payload", flat=True))
    assert events if kind.code == "member.joined" else len(events) == 1
    event = events[-1]
    assert set(event) == {"id", "type", "timestamp", "data"}
    assert event["type"] == kind.code
    assert parse_datetime(event["timestamp"]).tzinfo is not None
    assert set(event["data"]) == set(kind.data)
    assert event["data"].pop("status") in STATUSES
    assert all(UUID(value) for value in event["data"].values())


def test_an_event_goes_to_each_endpoint_that_wants_its_kind_with_one_id():
    first, second = WebhookEndpointFactory.create_batch(2, kinds=["member.left"])
    WebhookEndpointFactory(kinds=["member.joined"])
    user = UserFactory()
    Notification.objects.all().delete()

    lock_out(user_id=user.pk)

    rows = Notification.objects.all()
    assert {row.endpoint_id for row in rows} == {first.pk, second.pk}
    assert len({row.payload["id"] for row in rows}) == 1


def test_a_fact_that_is_rolled_back_leaves_no_event():
    WebhookEndpointFactory(kinds=["member.joined"])

    with transaction.atomic():
        UserFactory()
        transaction.set_rollback(True)

    assert not Notification.objects.filter(kind="webhook").exists()


def test_a_change_in_bulk_writes_an_event_for_each_row():
    users = UserFactory.create_batch(3)
    WebhookEndpointFactory(kinds=["member.left"])

    User.objects.filter(pk__in=[user.pk for user in users]).update(is_active=False)

    assert Notification.objects.filter(title="member.left").count() == 3


def test_a_mentor_who_asked_back_is_not_asked_twice():
    match = MatchFactory(status="clarifying")
    WebhookEndpointFactory(kinds=["match.asked"])

    match.clarifications.update(answer="For one advert.", answered_at=NOW)
    match.refresh_from_db()
    match.move_to(Match.Status.ASKED, at=NOW)

    assert not Notification.objects.filter(title="match.asked").exists()


def test_a_session_that_is_moved_is_confirmed_again():
    session = SessionFactory(status="confirmed")
    WebhookEndpointFactory(kinds=["session.confirmed"])

    type(session).objects.filter(pk=session.pk).update(version=2)
    type(session).objects.filter(pk=session.pk).update(place="https://meet.example.org/other")

    assert Notification.objects.filter(title="session.confirmed").count() == 1


def test_a_service_account_neither_joins_nor_leaves():
    WebhookEndpointFactory()

    service = UserFactory(is_service=True, password="!")
    lock_out(user_id=service.pk)

    assert not Notification.objects.filter(kind="webhook").exists()
