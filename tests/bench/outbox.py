"""Measure the outbox: the rate of one worker, and the time to find due mails among many rows."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from tempfile import TemporaryDirectory
from time import perf_counter

from django.core.mail import get_connection
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import override_settings
from django.utils import timezone

from accounts.models import MentorProfile, Notification, User
from accounts.notifications.claims import claim_next
from accounts.notifications.deliver import drain
from accounts.notifications.render import render
from config.local import run, services
from tests.bench.database import bench_database
from tests.bench.figures import NotAsExpected, Report, Timing, as_dict, environment, in_one_line, measure, tell

PEOPLE = 1000
FOUND = 100
# This share of the rows is due on a later day. The others were sent.
PENDING_SHARE = 0.1
START_LIMIT_S = 20


def bench(options: Namespace) -> Report:
    """Measure the rate at which one worker sends mails, and how long it takes to find and claim the due ones."""
    with bench_database(), mail_server() as port:
        surroundings = environment()
        mentor = make_people()
        with override_settings(EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, EMAIL_USE_TLS=False):
            rates = _rates(mentor, options.mails)
        timings = _timings(mentor, options.rows)
    baseline = next(iter(rates.values()))
    lines = [in_one_line(surroundings)]
    for name, rate in rates.items():
        lines.append(f"{name:48}{rate:>10,.0f} mails a second{rate / baseline:>8.1f} ×")
    for timing in timings:
        name = f"{timing.name}, among {options.rows:,} rows"
        lines.append(f"{name:48}{timing.p50:>10.2f} ms p50{timing.p95:>10.2f} ms p95{timing.runs:>6} runs")
    content = {
        "environment": surroundings,
        "mails": options.mails,
        "rows": options.rows,
        "mails_per_second": rates,
        "methods": as_dict(timings),
    }
    return Report("\n".join(lines), content)


def _rates(mentor: MentorProfile, mails: int) -> dict[str, float]:
    """Return mails a second: through the outbox by one worker, and without it as far as the server allows."""
    write_due(mentor, mails, due_at=timezone.now())
    rendered = [render(row) for row in Notification.objects.select_related("recipient__profile")]
    tell(f"{mails:,} mails, through the outbox and without it")
    started = perf_counter()
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend"):
        get_connection().send_messages([message for message in rendered if message])
    plain = mails / (perf_counter() - started)
    started = perf_counter()
    with override_settings(EMAIL_BACKEND="accounts.notifications.channels.smtp.EmailBackend"):
        while drain(now=timezone.now):
            pass
    seconds = perf_counter() - started
    sent = Notification.objects.filter(status=Notification.Status.SENT).count()
    if sent != mails:
        raise NotAsExpected(f"{sent} of {mails} mails were sent; the others' last_error says why.")
    return {"outbox, one worker": mails / seconds, "the same mails over one connection, no outbox": plain}


def due(*, now: datetime) -> QuerySet[Notification]:
    """Return the rows that can be claimed, in the order of the claims."""
    return Notification.objects.filter(status=Notification.Status.PENDING, due_at__lte=now).order_by("due_at", "pk")


def _timings(mentor: MentorProfile, rows: int) -> list[Timing]:
    tell(f"{rows:,} rows")
    now = timezone.now()
    fill(rows - FOUND, now=now)
    write_due(mentor, FOUND, due_at=now - timedelta(minutes=1))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE accounts_notification")
    found = measure(f"find {FOUND} due", lambda _: len(due(now=now)[:FOUND]), range(FOUND))
    if due(now=now).count() != FOUND:
        raise NotAsExpected("Other rows are due than those that were written.")
    claimed = measure("claim one, committed", lambda _: claim_next(now=now), range(FOUND - 1))
    return [found, claimed]


@contextmanager
def mail_server() -> Iterator[int]:
    """Run a mail server in a process of its own, which stores mails in a Maildir. Yield its port."""
    port = services.free_port()
    with TemporaryDirectory() as directory:
        environment = os.environ | {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "MAIL_SINK_DIR": directory}
        server = subprocess.Popen(run.python("-m", "config.local.mail_sink"), cwd=services.BASE_DIR, env=environment)
        try:
            until_it_listens(server, port)
            yield port
        finally:
            server.terminate()
            server.wait()


def until_it_listens(server: subprocess.Popen[bytes], port: int) -> None:
    give_up_at = time.monotonic() + START_LIMIT_S
    while time.monotonic() < give_up_at and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise services.NotAvailable("The mail server does not answer; its lines above may say why.")


def make_people() -> MentorProfile:
    """Create the recipients. Return the mentor whose application the mails are about."""
    for number in range(PEOPLE):
        User.objects.create_user(email=f"person{number}@example.org", name=f"Person Number {number}", role="owner")
    applicant = User.objects.get(email="person0@example.org")
    return MentorProfile.objects.create(user=applicant, motivation="I was helped.", status_since_at=timezone.now())


def write_due(mentor: MentorProfile, count: int, *, due_at: datetime) -> None:
    people = list(User.objects.order_by("pk")[:PEOPLE])
    key = Notification.objects.count()
    Notification.objects.bulk_create(
        Notification(
            recipient=people[number % len(people)],
            kind="mentor_applied",
            key=str(key + number),
            payload={"mentor": str(mentor.uuid)},
            title="Somebody wants to mentor",
            due_at=due_at,
        )
        for number in range(count)
    )


def fill(rows: int, *, now: datetime) -> None:
    """Write ``rows`` that are not due: sent in the last year, or due in the next month."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO accounts_notification (uuid, recipient_id, kind, key, payload, title, status, due_at, attempts,
                                               last_error, sent_at, created_at)
            SELECT gen_random_uuid(), people.id, 'match_reminder', 'bench:' || n, '{}', 'A reminder',
                   CASE WHEN n <= %(pending)s THEN 'pending' ELSE 'sent' END,
                   CASE WHEN n <= %(pending)s THEN %(now)s + interval '1 hour' + random() * interval '30 days'
                        ELSE %(now)s - random() * interval '365 days' END,
                   1, '', CASE WHEN n <= %(pending)s THEN NULL ELSE %(now)s - interval '1 day' END, %(now)s
            FROM generate_series(1, %(rows)s) n
            JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM accounts_user) people
              ON people.place = n %% %(people)s
            """,
            {"rows": rows, "pending": int(rows * PENDING_SHARE), "now": now, "people": PEOPLE},
        )
