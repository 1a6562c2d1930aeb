"""Posts to channels on Slack: a real HTTP server takes them, refuses them or falls silent."""

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

from accounts.models import MentorProfile, Notification
from accounts.notifications.channels import slack
from accounts.notifications.deliver import LEASE, drain, recover
from accounts.notifications.write import post
from matching.jobs.summary import post_to_channels
from tests.factories import HelpRequestFactory, MentorFactory, NotificationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


PATH = "/services/T0/B0/secret"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, json.loads(body)["text"]))
        if self.server.answer is None:  # says nothing, and hangs up
            return
        self.send_response(self.server.answer)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *args):
        pass


@pytest.fixture
def server(settings, monkeypatch):
    settings.SLACK_WEBHOOKS = {"admins": PATH, "community": PATH}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.received, server.answer = [], 200
    monkeypatch.setattr(
        slack, "HTTPSConnection", lambda host, timeout: HTTPConnection("127.0.0.1", server.server_port, timeout=timeout)
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def row(server):
    MentorFactory(status=MentorProfile.Status.APPLIED)
    post(channel="admins", kind="daily_summary_post", key="1", payload={}, now=MONDAY)
    return Notification.objects.get()


def drained(row, now=MONDAY) -> tuple[str, str]:
    drain(now=lambda: now)
    row.refresh_from_db()
    return row.status, row.last_error


def test_a_post_is_written_once_and_arrives_once(server, row):
    assert not post(channel="admins", kind="daily_summary_post", key="1", payload={}, now=MONDAY)

    assert drained(row) == ("sent", "")
    assert drained(row) == ("sent", "")
    [(path, text)] = server.received
    assert path == PATH
    assert "1 waiting to be let in as mentors" in text
    assert mail.outbox == []


def test_without_a_channel_nothing_is_written(settings):
    settings.SLACK_WEBHOOKS = {}

    assert not post(channel="admins", kind="daily_summary_post", key="1", payload={}, now=MONDAY)
    assert not Notification.objects.exists()


def test_a_channel_that_is_not_set_any_more_skips_what_waits_for_it(row, settings):
    settings.SLACK_WEBHOOKS = {}

    assert drained(row) == ("skipped", "The address of this channel is not set any more.")


@pytest.mark.parametrize(
    ("answer", "status"),
    [(400, "dead"), (410, "dead"), (307, "dead"), (404, "pending"), (429, "pending"), (403, "pending")],
)
def test_what_slack_refuses_was_not_posted(server, row, answer, status):
    server.answer = answer

    assert drained(row)[0] == status
    assert row.last_error.startswith("SlackRefused: " + str(answer))


def test_a_redirection_is_not_followed(server, row):
    server.answer = 307

    drained(row)

    assert [path for path, _ in server.received] == [PATH]


# A key that the mail provider honours says nothing of Slack.
@pytest.mark.parametrize(("answer", "header"), [(None, ""), (500, ""), (None, "Idempotency-Key")])
def test_what_may_have_been_posted_is_not_posted_again_but_shown(server, row, settings, answer, header):
    server.answer, settings.EMAIL_IDEMPOTENCY_HEADER = answer, header
    drained(row)

    later = MONDAY + LEASE + timedelta(seconds=1)
    recover(now=later)

    assert drained(row, later)[0] == "uncertain"
    assert len(server.received) == 1


def test_after_an_outage_one_post_is_enough(server, row):
    later = MONDAY + timedelta(days=1)
    post(channel="admins", kind="daily_summary_post", key="2", payload={}, now=later)

    drain(now=lambda: later)

    assert len(server.received) == 1
    assert Notification.objects.get(key="2").status == "sent"


def test_an_address_is_not_posted_as_what_somebody_looks_for(server):
    for field in ("see https://spam.example", "WWW.spam.example", "me@example.org"):
        HelpRequestFactory(queued_at=MONDAY, mentors_due_at=MONDAY, obstacle="no_mentors", goal__target_field=field)

    assert post_to_channels(now=MONDAY) == 1  # the admins' only


def test_slack_away_holds_up_no_mail(server, row):
    server.shutdown()
    server.server_close()
    NotificationFactory(due_at=MONDAY)

    status, reason = drained(row)

    assert (status, row.due_at > MONDAY) == ("pending", True)
    assert "refused" in reason.lower()
    assert len(mail.outbox) == 1


def test_what_people_wrote_is_no_mark_up_and_calls_nobody(server):
    HelpRequestFactory(
        queued_at=MONDAY, mentors_due_at=MONDAY, obstacle="no_mentors", goal__target_field='<!channel> R&D\'s "best"'
    )

    post_to_channels(now=MONDAY)
    drain(now=lambda: MONDAY)

    [text] = [text for _, text in server.received if "Could you help" in text]
    assert '&lt;!channel&gt; R&amp;D\'s "best"' in text


def test_the_communitys_channel_reads_on_mondays_what_is_looked_for_without_names(server):
    mentee = UserFactory(name="Amina Diallo")
    HelpRequestFactory(mentee=mentee, queued_at=MONDAY, mentors_due_at=MONDAY, obstacle="no_mentors")

    assert [post_to_channels(now=MONDAY) for _ in range(2)] == [2, 0]
    assert post_to_channels(now=MONDAY + timedelta(days=1)) == 1  # the admins', each day
    drain(now=lambda: MONDAY + timedelta(days=1))

    [text] = [text for _, text in server.received if "Could you help" in text]
    assert "into data science" in text
    assert "Amina" not in text


def test_a_post_is_in_nobodys_app(server, row, api):
    answer = api(UserFactory(is_staff=True)).get("/api/v1/notifications/")

    assert answer.json()["results"] == []


@pytest.mark.parametrize(
    ("address", "is_fine"),
    [
        ("https://hooks.slack.com/services/T0/B0/secret", True),
        ("http://hooks.slack.com/services/T0/B0/secret", False),
        ("https://hooks.slack.com.example.org/services/T0", False),
        ("https://user@hooks.slack.com/services/T0", False),
        ("https://hooks.slack.com:8443/services/T0", False),
        ("https://hooks.slack.com/", False),
        ("https://hooks.slack.com/services/T0/secret with words", False),
        ("http://169.254.169.254/latest/", False),
    ],
)
def test_only_slacks_own_host_is_accepted(address, is_fine):
    script = "import django; from django.conf import settings; print(settings.SLACK_WEBHOOKS)"
    environment = os.environ | {"SLACK_ADMINS_WEBHOOK": address, "DJANGO_SETTINGS_MODULE": "config.settings"}
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=django_settings.BASE_DIR, env=environment, capture_output=True, text=True
    )

    assert (ran.returncode == 0) == is_fine
    assert "secret" not in ran.stderr.splitlines()[-1] if not is_fine else "/services/T0/B0/secret" in ran.stdout
