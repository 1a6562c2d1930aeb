"""The outbox in the admin: the list, actions, figures, and the catalogue of all messages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from accounts.models import Heartbeat, Notification
from accounts.notifications.registry import all_kinds
from tests.factories import ConcernFactory, NotificationFactory, UserFactory
from tests.helpers import application_message, run_admin_action

pytestmark = pytest.mark.django_db

CHANGES = "admin:accounts_notification_changelist"
CATALOGUE = "admin:accounts_notification_catalogue"


def test_an_action_moves_the_rows_and_is_logged(admin_client, now, rung):
    dead, uncertain, pending = (application_message(status=status) for status in ("dead", "uncertain", "pending"))

    assert "is sent again" in run_admin_action(admin_client, "accounts_notification", "resend", dead)
    assert "is noted as sent" in run_admin_action(admin_client, "accounts_notification", "note_arrival", uncertain)
    page = run_admin_action(admin_client, "accounts_notification", "cancel", pending, uncertain)

    assert "is cancelled" in page
    assert "the notification is sent" in page
    statuses = {row.pk: row.status for row in Notification.objects.all()}
    assert [statuses[row.pk] for row in (dead, uncertain, pending)] == ["pending", "sent", "skipped"]
    assert LogEntry.objects.count() == 3


@pytest.mark.parametrize("look", ["due", "uncertain", "dead", "bouncing"])
def test_the_filter_finds_messages_that_need_a_look(look, admin_client, now):
    later = timezone.now() + timedelta(hours=1)
    rows = {
        "due": application_message(due_at=timezone.now()),
        "uncertain": application_message(status="uncertain"),
        "dead": application_message(status="dead"),
        "bouncing": application_message(due_at=later, recipient__bouncing_since_at=now),
    }
    application_message(due_at=later)

    response = admin_client.get(reverse(CHANGES), {"look": look})

    assert list(response.context["cl"].result_list) == [rows[look]]


def test_the_payload_is_shown_unless_it_may_hold_a_secret(admin_client, now):
    shown, secret = application_message(), NotificationFactory(payload={"text": "ABCD-1234"})
    unknown = NotificationFactory(kind="carrier_pigeon", payload={"text": "EFGH-5678"})

    def page(row) -> str:
        return admin_client.get(reverse("admin:accounts_notification_change", args=[row.pk])).content.decode()

    assert shown.payload["mentor"] in page(shown)
    assert "ABCD-1234" not in page(secret)
    assert "EFGH-5678" not in page(unknown)


def test_the_figures_are_on_the_first_page_and_above_the_list(admin_client, now):
    application_message(status="uncertain")
    application_message(status="dead")
    application_message(status="dead")

    for address in (reverse("admin:index"), reverse(CHANGES)):
        page = admin_client.get(address).content.decode()
        assert re.search("May have arrived or not: <a [^>]*look=uncertain[^>]*>1<", page)
        assert re.search("Could not be sent: <a [^>]*look=dead[^>]*>2<", page)
        assert "The program that sends mail has not been seen at work yet." in page


def test_the_figures_count_no_mail_about_a_concern_about_their_reader(admin_client, admin_user, now):
    for about in (admin_user, UserFactory()):
        concern = ConcernFactory(about=about)
        NotificationFactory(kind="concern_received", key=f"{concern.uuid}:1", status="dead")

    page = admin_client.get(reverse(CHANGES)).content.decode()

    assert re.search("Could not be sent: <a [^>]*look=dead[^>]*>1<", page)
    assert admin_client.get(reverse(CHANGES), {"look": "dead"}).context["cl"].result_count == 1


def test_a_worker_that_stands_still_is_told(admin_client):
    Heartbeat.objects.create(name="worker", last_at=timezone.now() - timedelta(minutes=20))

    page = admin_client.get(reverse(CHANGES)).content.decode()

    assert "was last seen at work 20 min ago. It seems to stand still: tell whoever runs the server." in page


# --- the catalogue ----------------------------------------------------------------------------------------


def test_the_catalogue_shows_every_message(admin_client):
    page = admin_client.get(reverse(CATALOGUE)).content.decode()

    for code in (kind.code for kind in all_kinds()):
        address = reverse("admin:accounts_notification_sample", args=[code])
        assert address in page
        assert admin_client.get(address).status_code == 200
    assert not Notification.objects.exists()
    assert admin_client.get(reverse("admin:accounts_notification_sample", args=["nothing"])).status_code == 404
    assert reverse(CATALOGUE) in admin_client.get(reverse(CHANGES)).content.decode()


@pytest.mark.parametrize(
    "route", [reverse(CATALOGUE), reverse("admin:accounts_notification_sample", args=["match_asked"])]
)
def test_a_member_cannot_read_the_catalogue(client, db, route):
    client.force_login(UserFactory())

    assert client.get(route).status_code == 302


@pytest.mark.parametrize("words", ["lovelace", "countess@example.net", "Your application arrived"])
def test_a_message_is_found_by_its_title_and_by_its_recipient(words, admin_client):
    facts = {"recipient__name": "Ada Lovelace", "recipient__email": "countess@example.net"}
    message = application_message(title="Your application arrived", **facts)
    application_message(title="Something else")

    page = admin_client.get(reverse(CHANGES), {"q": words})

    assert list(page.context["cl"].result_list) == [message]
