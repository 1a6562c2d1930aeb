"""What admins see of the outbox, and what they decide about what got stuck."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.exceptions import MoveNotAllowed, TextForgotten
from accounts.models import Heartbeat, Notification
from accounts.notifications.decide import cancel, note_arrival, resend
from accounts.notifications.tasks import note_heartbeat
from tests.factories import MentorFactory, NotificationFactory, UserFactory

pytestmark = pytest.mark.django_db
ALL = Notification.Status.values
CHANGES = "admin:accounts_notification_changelist"


@pytest.fixture
def admin_client(client, admin_user):
    client.force_login(admin_user)
    return client


def row_in(status: str, now, **fields) -> Notification:
    """A message of a kind without a secret, in any state."""
    held = {"claim": "00000000-0000-0000-0000-000000000001", "lease_until_at": now + timedelta(minutes=2)}
    more = {"sending": held, "in_doubt": held, "sent": {"sent_at": now}}.get(status, {})
    reason = {"last_error": "550 no"} if status in ("dead", "uncertain") else {}
    mentor = MentorFactory(status="applied")
    kind = {"kind": "mentor_applied", "payload": {"mentor": str(mentor.uuid)}}
    return NotificationFactory(status=status, **(kind | more | reason | fields))


# --- moves ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "sources", "target"),
    [
        (resend, {"dead", "uncertain"}, "pending"),
        (cancel, {"pending", "dead", "uncertain"}, "skipped"),
        (note_arrival, {"uncertain"}, "sent"),
    ],
)
@pytest.mark.parametrize("status", ALL)
def test_an_admin_moves_only_what_nobody_is_sending(act, sources, target, status, now, rung):
    row = row_in(status, now)
    clock = {} if act is cancel else {"now": now}

    if status in sources:
        act(notification_id=row.pk, **clock)
    else:
        with pytest.raises(MoveNotAllowed):
            act(notification_id=row.pk, **clock)

    row.refresh_from_db()
    assert row.status == (target if status in sources else status)


@pytest.mark.parametrize("status", ALL)
@pytest.mark.parametrize("wanted", ALL)
def test_a_guarded_update_follows_the_table_of_moves(status, wanted, now):
    row = row_in(status, now)
    later = {"claim": row.claim or row.uuid, "lease_until_at": now} if wanted in Notification.HELD else {}
    allowed = wanted in Notification.MOVES[status]

    with transaction.atomic():
        moved = Notification.objects.filter(pk=row.pk).try_move(
            wanted, last_error="why", sent_at=now if wanted == "sent" else None, **later
        )

    row.refresh_from_db()
    assert (moved, row.status) == ((1, wanted) if allowed else (0, status))


def test_what_is_sent_again_starts_anew(now, rung, django_capture_on_commit_callbacks):
    row = row_in("dead", now, attempts=8, doubts=1, due_at=now - timedelta(days=1))

    with django_capture_on_commit_callbacks(execute=True):
        resend(notification_id=row.pk, now=now)

    row.refresh_from_db()
    assert (row.attempts, row.doubts, row.due_at, row.last_error) == (0, 0, now, "550 no")
    assert rung == [("accounts.notifications.tasks.drain_outbox",)]


def test_a_secret_that_was_forgotten_cannot_be_sent_again(now):
    row = row_in("dead", now, kind="account_mail", payload={})

    with pytest.raises(TextForgotten):
        resend(notification_id=row.pk, now=now)


def test_a_cancelled_secret_is_forgotten(now):
    row = NotificationFactory()

    cancel(notification_id=row.pk)

    row.refresh_from_db()
    assert (row.status, row.payload) == ("skipped", {})


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "in_doubt"},
        {"status": "uncertain"},
        {"status": "dead"},
        {"status": "lost"},
        {"status": "pending", "claim": "00000000-0000-0000-0000-000000000001"},
    ],
    ids=lambda fields: "-".join(fields.values()),
)
def test_the_database_refuses_half_a_state(fields):
    row = NotificationFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Notification.objects.filter(pk=row.pk).update(**fields)


# --- pages ------------------------------------------------------------------------------------------------


def act(client, action: str, *rows) -> str:
    form = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(reverse(CHANGES), form, follow=True).content.decode()


def test_the_actions_do_what_they_say_and_leave_a_trace(admin_client, now, rung):
    dead, uncertain, pending = (row_in(status, now) for status in ("dead", "uncertain", "pending"))

    assert "is sent again" in act(admin_client, "resend", dead)
    assert "is noted as sent" in act(admin_client, "note_arrival", uncertain)
    page = act(admin_client, "cancel", pending, uncertain)

    assert "is cancelled" in page
    assert "the notification is sent" in page
    statuses = {row.pk: row.status for row in Notification.objects.all()}
    assert [statuses[row.pk] for row in (dead, uncertain, pending)] == ["pending", "sent", "skipped"]
    assert LogEntry.objects.count() == 3


@pytest.mark.parametrize("look", ["due", "uncertain", "dead", "bouncing"])
def test_the_filter_finds_what_needs_a_look(look, admin_client, now):
    later = timezone.now() + timedelta(hours=1)
    rows = {
        "due": row_in("pending", now, due_at=timezone.now()),
        "uncertain": row_in("uncertain", now),
        "dead": row_in("dead", now),
        "bouncing": row_in("pending", now, due_at=later, recipient__bouncing_since_at=now),
    }
    row_in("pending", now, due_at=later)

    response = admin_client.get(reverse(CHANGES), {"look": look})

    assert list(response.context["cl"].result_list) == [rows[look]]


def test_the_payload_is_shown_unless_it_may_hold_a_secret(admin_client, now):
    shown, secret = row_in("pending", now), NotificationFactory(payload={"text": "ABCD-1234"})
    unknown = row_in("pending", now, kind="carrier_pigeon", payload={"text": "EFGH-5678"})

    def page(row) -> str:
        return admin_client.get(reverse("admin:accounts_notification_change", args=[row.pk])).content.decode()

    assert shown.payload["mentor"] in page(shown)
    assert "ABCD-1234" not in page(secret)
    assert "EFGH-5678" not in page(unknown)


def test_the_figures_are_on_the_first_page_and_above_the_list(admin_client, now):
    row_in("uncertain", now)
    row_in("dead", now)
    row_in("dead", now)

    for address in (reverse("admin:index"), reverse(CHANGES)):
        page = admin_client.get(address).content.decode()
        assert "1 uncertain" in page
        assert "2 dead" in page
        assert "No heartbeat yet." in page


def test_an_admin_lets_mail_go_to_an_address_again(admin_client, now):
    user = UserFactory(bouncing_since_at=now)

    form = {"action": "trust_address", "_selected_action": [user.pk]}
    page = admin_client.post(reverse("admin:accounts_user_changelist"), form, follow=True).content.decode()

    user.refresh_from_db()
    assert "gets mail again" in page
    assert user.bouncing_since_at is None


# --- figures ------------------------------------------------------------------------------------------------


def status() -> dict:
    out = StringIO()
    call_command("outbox_status", "--json", stdout=out)
    return json.loads(out.getvalue())


def test_the_figures_say_how_long_the_oldest_has_been_due(now):
    assert status() == {
        "due": 0,
        "oldest_due_s": None,
        "uncertain": 0,
        "dead": 0,
        "bouncing": 0,
        "heartbeats_s": {},
    }
    NotificationFactory(due_at=timezone.now() - timedelta(minutes=5))
    NotificationFactory(due_at=timezone.now() + timedelta(minutes=5))
    row_in("dead", now)

    figures = status()

    assert (figures["due"], figures["dead"]) == (1, 1)
    assert 300 <= figures["oldest_due_s"] < 310


def test_the_figures_can_be_read_by_people(now):
    note_heartbeat()
    row_in("uncertain", now)
    out = StringIO()

    call_command("outbox_status", stdout=out)

    assert "uncertain  1" in out.getvalue()
    assert "heartbeat  worker 0 s ago" in out.getvalue()


def test_a_heart_has_one_row_however_often_it_beats():
    note_heartbeat()
    Heartbeat.objects.update(last_at=timezone.now() - timedelta(hours=1))
    note_heartbeat()

    assert Heartbeat.objects.count() == 1
    assert status()["heartbeats_s"]["worker"] < 10


def test_the_figures_take_four_queries(django_assert_num_queries, now):
    row_in("sent", now)

    with django_assert_num_queries(4):
        status()
