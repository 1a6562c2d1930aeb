"""`manage.py drain_outbox` sends mail with PostgreSQL and a mail server only."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from io import StringIO
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Heartbeat, Notification
from tests.factories import NotificationFactory
from tests.helpers import until
from tests.mail import running_sink


@pytest.mark.django_db
def test_one_round_sends_the_due_mails():
    NotificationFactory(due_at=timezone.now())
    out = StringIO()

    call_command("drain_outbox", stdout=out)

    assert (out.getvalue(), len(mail.outbox)) == ("1 worked on.\n", 1)


@pytest.mark.django_db(transaction=True)
def test_the_loop_works_without_a_broker_and_stops_between_two_mails():
    url = urlsplit(os.environ["DATABASE_URL"])
    name = f"{url.path.rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    NotificationFactory.create_batch(30, due_at=timezone.now())
    with running_sink() as sink:
        sink.slowness_s = lambda: 0.05
        environment = os.environ | {
            "DATABASE_URL": urlunsplit(url._replace(path=name)),
            "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
            "REDIS_URL": "redis://127.0.0.1:1/0",
        }
        command = [sys.executable, "manage.py", "drain_outbox", "--loop", "--every", "0.1"]
        process = subprocess.Popen(command, env=environment)
        try:
            until(lambda: len(sink.received) >= 3)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=5) == 0
        finally:
            process.kill()

    statuses = list(Notification.objects.values_list("status", flat=True))
    assert set(statuses) == {"sent", "pending"}
    assert statuses.count("sent") == len(sink.received)
    assert Heartbeat.objects.get().name == "drain"
