"""Figures of the outbox, as `manage.py outbox_status` prints them."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Heartbeat
from accounts.notifications.tasks import note_heartbeat
from tests.factories import NotificationFactory
from tests.helpers import application_message

pytestmark = pytest.mark.django_db


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
    application_message(status="dead")

    figures = status()

    assert (figures["due"], figures["dead"]) == (1, 1)
    assert 300 <= figures["oldest_due_s"] < 310


def test_the_command_prints_the_figures_as_text(now):
    note_heartbeat()
    application_message(status="uncertain")
    out = StringIO()

    call_command("outbox_status", stdout=out)

    assert "uncertain  1" in out.getvalue()
    assert "heartbeat  worker 0 s ago" in out.getvalue()


def test_a_second_heartbeat_updates_the_row():
    note_heartbeat()
    Heartbeat.objects.update(last_at=timezone.now() - timedelta(hours=1))
    note_heartbeat()

    assert Heartbeat.objects.count() == 1
    assert status()["heartbeats_s"]["worker"] < 10


def test_the_figures_take_four_queries(django_assert_num_queries, now):
    application_message(status="sent")

    with django_assert_num_queries(4):
        status()
