"""A real worker on a real Redis and a real SMTP dialogue, and requests while the broker is away."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts import doorbell
from accounts.notifications.deliver import drain
from config.celery import app
from config.local import services
from matching.jobs.remind import remind_after
from matching.services.accept import accept_match
from matching.services.ask import ask_mentor
from matching.services.submit import submit_help_request
from matching.tasks import remind_unanswered
from tests.factories import HelpRequestFactory, MatchFactory, MentorFactory
from tests.helpers import until

pytestmark = pytest.mark.django_db(transaction=True)


class Mailbox(Message):
    def __init__(self) -> None:
        super().__init__()
        self.messages = []
        self.port = 0

    def handle_message(self, message) -> None:
        self.messages.append(message)

    def to(self, address: str) -> list[str]:
        return [message["Subject"] for message in self.messages if address in message["To"]]


@pytest.fixture
def mailbox():
    handler = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        handler.port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    yield handler
    controller.stop()


@pytest.fixture
def worker(mailbox, tmp_path):
    """A Celery worker process on this test's database, broker and mail sink."""
    environment = os.environ | {
        "DATABASE_URL": services.url_of(connection.settings_dict["NAME"]),
        "EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}",
    }
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "solo", "--loglevel", "INFO"]
    with (tmp_path / "worker.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            until(lambda: "ready." in (tmp_path / "worker.log").read_text())
            yield process
        finally:
            process.terminate()
            process.wait(timeout=20)


def test_the_worker_delivers_the_mails_of_submitting_asking_and_accepting(worker, mailbox):
    mentor = MentorFactory(user__name="Bob Baker")
    request = HelpRequestFactory(status="draft")
    submit_help_request(help_request_id=request.pk, now=timezone.now())
    until(lambda: mailbox.to(request.mentee.email) == ["A mentor fits your request"])

    match = request.matches.get()
    ask_mentor(match_id=match.pk, by=request.mentee, why_you="You moved from physics yourself.", now=timezone.now())
    until(lambda: mailbox.to(mentor.user.email) == [f"{request.mentee.name} asks for your help"])

    accept_match(match_id=match.pk, by=mentor.user, now=timezone.now())
    until(lambda: "Bob Baker said yes" in mailbox.to(request.mentee.email))
    until(lambda: f"You mentor {request.mentee.name} now" in mailbox.to(mentor.user.email))


def test_the_sweep_that_beat_calls_sends_the_reminder(worker, mailbox):
    match = MatchFactory(status="asked", asked_at=timezone.now() - remind_after(settings.RESPONSE_WINDOW)[0])

    remind_unanswered.delay()

    until(lambda: mailbox.to(match.mentor.user.email))


def test_requests_succeed_without_a_broker_and_mail_goes_out_later(monkeypatch, mailoutbox):
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    match = MatchFactory()
    with transaction.atomic():
        ask_mentor(
            match_id=match.pk,
            by=match.help_request.mentee,
            why_you="You moved from physics yourself.",
            now=timezone.now(),
        )

    assert doorbell.ring(remind_unanswered) is False
    assert drain(now=timezone.now) == 1
    assert [message.to for message in mailoutbox] == [[match.mentor.user.email]]
