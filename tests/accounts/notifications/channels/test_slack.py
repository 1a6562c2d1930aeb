"""Posts to channels on Slack. A real HTTP server accepts them, refuses them or does not answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.exceptions import ImproperlyConfigured

from accounts.models import MentorProfile, Notification
from accounts.notifications.channels import slack
from accounts.notifications.claims import LEASE, claim_next
from accounts.notifications.deliver import deliver, recover
from accounts.notifications.write import post
from accounts.services.trial import set_trial_mode
from config.settings import slack_path
from matching.jobs.daily_summary import post_to_channels
from tests.factories import HelpRequestFactory, MentorFactory, NotificationFactory, UserFactory
from tests.helpers import send, status_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
LAST_WEEK = MONDAY - timedelta(days=4)
PATH = "/services/T0/B0/secret"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, json.loads(body)["text"]))
        if self.server.answer is None:  # hangs up without an answer
            return
        self.send_response(self.server.answer)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *args):
        pass


class Plain(slack.Connection):
    """A connection of the channel, without TLS."""

    connect = HTTPConnection.connect


@pytest.fixture
def server(settings, monkeypatch):
    settings.SLACK_WEBHOOKS = {"admins": PATH, "community": PATH}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.received, server.answer = [], 200
    monkeypatch.setattr(
        slack, "Connection", lambda host, timeout: Plain("127.0.0.1", server.server_port, timeout=timeout)
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def row(server):
    MentorFactory(status=MentorProfile.Status.APPLIED, status_since_at=LAST_WEEK)
    post(channel="admins", kind="daily_summary_post", key="1", payload={}, now=MONDAY)
    return Notification.objects.get()


def drained(row, now=MONDAY) -> tuple[str, str]:
    send(now)
    return status_of(row)


def test_a_post_is_written_once_and_arrives_once(server, row):
    assert not post(channel="admins", kind="daily_summary_post", key="1", payload={}, now=MONDAY)

    assert drained(row) == ("sent", "")
    assert drained(row) == ("sent", "")
    [(path, text)] = server.received
    assert path == PATH
    assert "1 waiting to be let in as a mentor" in text
    assert mail.outbox == []


def test_a_post_is_held_in_trial_mode(server, row, admin_user):
    set_trial_mode(is_on=True, addresses=["ada@example.org"], by=admin_user, was=None, now=MONDAY)

    status, reason = drained(row)

    assert (status, server.received) == ("skipped", [])
    assert reason.startswith("Held by trial mode")


def test_without_a_channel_nothing_is_written(settings):
    settings.SLACK_WEBHOOKS = {}

    assert not post(channel="admins", kind="daily_summary_post", key="1", payload={}, now=MONDAY)
    assert not Notification.objects.exists()


def test_a_post_to_a_channel_without_an_address_is_skipped(row, settings):
    settings.SLACK_WEBHOOKS = {}

    assert drained(row) == ("skipped", "The address of this channel is not set any more.")


@pytest.mark.parametrize(
    ("answer", "status"),
    [(400, "dead"), (410, "dead"), (307, "dead"), (404, "pending"), (429, "pending"), (403, "pending")],
)
def test_a_refusal_by_slack_means_that_nothing_was_posted(server, row, answer, status):
    server.answer = answer

    assert drained(row)[0] == status
    assert row.last_error.startswith("SlackRefused: " + str(answer))


def test_a_failure_to_hang_up_does_not_change_the_result(server, row, monkeypatch):
    hang_up = HTTPConnection.close

    def close(connection):
        hang_up(connection)
        raise ConnectionResetError

    monkeypatch.setattr(HTTPConnection, "close", close)

    assert drained(row) == ("sent", "")
    assert len(server.received) == 1


def test_a_broken_handshake_leaves_no_socket(settings, monkeypatch, taken_port):
    settings.SLACK_WEBHOOKS = {"admins": PATH}
    monkeypatch.setattr(slack, "HOST", f"127.0.0.1:{taken_port}")
    monkeypatch.setattr(slack, "TIMEOUT_S", 0.2)
    MentorFactory(status=MentorProfile.Status.APPLIED, status_since_at=LAST_WEEK)
    post(channel="admins", kind="daily_summary_post", key="1", payload={}, now=MONDAY)
    channel = slack.SlackChannel("admins")

    assert deliver(claim_next(now=MONDAY), channel=channel, now=lambda: MONDAY)

    assert channel.connection.sock is None
    assert Notification.objects.get().status == "pending"


def test_a_redirection_is_not_followed(server, row):
    server.answer = 307

    drained(row)

    assert [path for path, _ in server.received] == [PATH]


# Slack knows no key, even if the mail provider honours one.
@pytest.mark.parametrize(("answer", "header"), [(None, ""), (500, ""), (None, "Idempotency-Key")])
def test_a_post_that_may_have_arrived_waits_for_an_admin(server, row, settings, answer, header):
    server.answer, settings.EMAIL_IDEMPOTENCY_HEADER = answer, header
    drained(row)

    later = MONDAY + LEASE + timedelta(seconds=1)
    recover(now=later)

    assert drained(row, later)[0] == "uncertain"
    assert len(server.received) == 1


def test_after_an_outage_only_the_newest_post_goes_out(server, row):
    later = MONDAY + timedelta(days=1)
    post(channel="admins", kind="daily_summary_post", key="2", payload={}, now=later)

    send(later)

    assert len(server.received) == 1
    assert Notification.objects.get(key="2").status == "sent"


def test_a_request_whose_field_is_a_link_is_not_posted(server):
    for field in ("see https://spam.example", "WWW.spam.example", "me@example.org"):
        HelpRequestFactory(queued_at=LAST_WEEK, mentors_due_at=MONDAY, obstacle="no_mentors", goal__target_field=field)

    assert post_to_channels(now=MONDAY) == 1  # for the admins


def test_mails_go_out_while_slack_is_away(server, row):
    server.shutdown()
    server.server_close()
    NotificationFactory(due_at=MONDAY)

    status, reason = drained(row)

    assert (status, row.due_at > MONDAY) == ("pending", True)
    assert "refused" in reason.lower()
    assert len(mail.outbox) == 1


def test_text_of_people_is_escaped_for_slack(server):
    HelpRequestFactory(
        queued_at=MONDAY, mentors_due_at=MONDAY, obstacle="no_mentors", goal__target_field='<!channel> R&D\'s "best"'
    )

    post_to_channels(now=MONDAY)
    send(MONDAY)

    [text] = [text for _, text in server.received if "Could you help" in text]
    assert '&lt;!channel&gt; R&amp;D\'s "best"' in text


@pytest.mark.parametrize("char", "\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\x1b")
def test_text_of_people_stays_on_its_line_of_a_post(char, server):
    field = f"physics{char}* Promotion, into law"
    HelpRequestFactory(queued_at=MONDAY, mentors_due_at=MONDAY, obstacle="no_mentors", goal__target_field=field)

    post_to_channels(now=MONDAY)
    send(MONDAY)

    [text] = [text for _, text in server.received if "Could you help" in text]
    assert "into physics * Promotion, into law\n" in text


def test_the_community_channel_gets_open_requests_on_mondays_without_names(server):
    mentee = UserFactory(name="Amina Diallo")
    HelpRequestFactory(mentee=mentee, queued_at=LAST_WEEK, mentors_due_at=MONDAY, obstacle="no_mentors")

    assert [post_to_channels(now=MONDAY) for _ in range(2)] == [2, 0]
    assert post_to_channels(now=MONDAY + timedelta(days=1)) == 1  # for the admins, each day
    send(MONDAY + timedelta(days=1))

    [text] = [text for _, text in server.received if "Could you help" in text]
    assert "into data science" in text
    assert "Amina" not in text


def test_a_post_is_in_no_inbox(server, row, api):
    answer = api(UserFactory(is_staff=True)).get("/api/v1/notifications/")

    assert answer.json()["results"] == []


def test_the_environment_names_the_address_of_a_channel():
    script = "import django; from django.conf import settings; print(settings.SLACK_WEBHOOKS)"
    environment = os.environ | {
        "SLACK_ADMINS_WEBHOOK": "https://hooks.slack.com/services/T0/B0/secret",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=django_settings.BASE_DIR, env=environment, capture_output=True, text=True
    )

    assert ran.stdout == f"{ {'admins': PATH} }\n"


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.slack.com/services/T0/B0/secret",
        "https://hooks.slack.com.example.org/services/T0/secret",
        "https://user@hooks.slack.com/services/T0/secret",
        "https://hooks.slack.com:8443/services/T0/secret",
        "https://hooks.slack.com/",
        "https://hooks.slack.com/services/T0/secret with words",
        "http://169.254.169.254/secret/",
    ],
)
def test_an_address_that_is_no_webhook_of_slack_is_refused(address):
    with pytest.raises(ImproperlyConfigured) as refusal:
        slack_path("admins", address)

    assert "secret" not in str(refusal.value)
