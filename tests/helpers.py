"""Helpers that several tests share: messages, admin actions, waiting, and races."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from html import unescape

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.db import connection, connections, transaction
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.exceptions import MoveNotAllowed
from accounts.models import MentorProfile, Notification, User
from accounts.notifications.deliver import drain
from tests.factories import NOW, MentorFactory, NotificationFactory

LATE = datetime(2026, 11, 26, 22, 30, tzinfo=UTC)  # 23:30 in Berlin
NIGHT = {"quiet_from_minute": 22 * 60, "quiet_until_minute": 7 * 60}


def application_message(**facts: object) -> Notification:
    """Return a message about somebody who applies as a mentor. Its recipient is an admin."""
    applicant = MentorFactory(status=MentorProfile.Status.APPLIED)
    facts = {"kind": "mentor_applied", "payload": {"mentor": str(applicant.uuid)}, "title": str(applicant)} | facts
    return NotificationFactory(**facts)


def send(now: datetime) -> None:
    """Deliver all messages that are due."""
    drain(now=lambda: now)


def status_of(row: Notification) -> tuple[str, str]:
    row.refresh_from_db()
    return row.status, row.last_error


def kinds(person: User) -> list[str]:
    """Return the sorted kinds of the messages to ``person``."""
    return sorted(person.notifications.values_list("kind", flat=True))


def path(link: str) -> str:
    """Return a link of a mail without its host, for the test client."""
    return link.removeprefix(settings.SITE_URL)


def code_in(text: str) -> str:
    """Return the confirmation code of a mail's text."""
    return re.search(r"^([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})$", text, flags=re.MULTILINE)[1]


def log_in_with_second_factor(client: Client, user: User) -> None:
    """Log ``user`` in, as a login with the code of an authenticator app does."""
    device, _ = Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {}})
    client.force_login(user)
    session = client.session
    record = {"method": "mfa", "at": time.time(), "id": device.pk, "type": device.type}
    session.update({"account_authentication_methods": [record], "account_authentication_methods_user": str(user.pk)})
    session.save()


def code_for(secret: str) -> str:
    """Return the present code of an authenticator app."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def run_admin_action(client: Client, model: str, action: str, *rows: Model, **answers: str) -> str:
    """Return the page after an admin chose ``action`` for ``rows`` in the list of ``model``: "app_model".

    ``answers`` are those of the page that asks for more.
    """
    form = {"action": action, "_selected_action": [row.pk for row in rows]} | answers
    return client.post(reverse(f"admin:{model}_changelist"), form, follow=True).content.decode()


def queries_of(client: Client, address: str) -> int:
    """Return the number of queries of a page that opens."""
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def hidden_fields(page: HttpResponse) -> dict[str, list[str]]:
    """Return the hidden fields of the form on a page that asks again."""
    content = page.content.decode().partition('<div id="content"')[2]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', content):
        found.setdefault(name, []).append(unescape(value))
    return found


def statuses_after(row: Model) -> set[str]:
    """Return the statuses that ``row`` can move to. Each move is undone."""
    reached = set()
    for status in type(row).Status.values:
        with transaction.atomic():
            moved = type(row).objects.get(pk=row.pk)
            with suppress(MoveNotAllowed):
                moved.move_to(status, at=NOW)
                reached.add(status)
            moved.refresh_from_db()
            assert moved.status == (status if status in reached else row.status)
            transaction.set_rollback(True)
    return reached


def until(happened: Callable[[], object], *, seconds: float = 20) -> None:
    """Return once ``happened()`` is true. Fails after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def wait_until_blocked(*, seconds: float = 2.5) -> None:
    """Return once another connection to this database waits for a lock. The default is less than lock_timeout."""
    deadline = time.monotonic() + seconds
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND wait_event_type = 'Lock'"
    )
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            # PostgreSQL keeps its list of connections until the end of a transaction. A rival that connects after the
            # first look would never be seen.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(query)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("nobody waited for the lock")


class Rival:
    """A thread that does ``act`` on its own database connection."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act = act
        self.result: object = None
        self.error: Exception | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    wait_until_blocked = staticmethod(wait_until_blocked)

    def _run(self) -> None:
        try:
            self.result = self.act()
        except Exception as error:
            self.error = error
        finally:
            connections.close_all()

    def finish(self) -> object:
        """Return the result of ``act``, or raise its exception."""
        self._thread.join(timeout=10)
        assert not self._thread.is_alive()
        if self.error is not None:
            raise self.error
        return self.result


def race(first: Callable[[], object], second: Callable[[], object]) -> Rival:
    """Do ``first``, hold its locks until ``second`` waits for one, then commit. Return the rival that does ``second``.

    Fails if the rival does not wait, as when the code under test takes no lock.
    """
    with transaction.atomic():
        first()
        rival = Rival(second)
        rival.wait_until_blocked()
    return rival
