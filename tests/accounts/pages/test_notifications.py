"""The page behind the link in a mail that stops mails like it."""

from __future__ import annotations

import pytest

from accounts.links import stop_mails_link
from accounts.models import NotificationChoice
from accounts.notifications.registry import ADMINS
from accounts.services.settings import is_stopped

pytestmark = pytest.mark.django_db


@pytest.fixture
def stop_path(admin, settings):
    return stop_mails_link(admin, "admins").removeprefix(settings.SITE_URL)


def test_reading_the_page_stops_nothing(client, admin, stop_path):
    answer = client.get(stop_path)

    assert "Stop these mails" in answer.content.decode()
    assert not is_stopped(user=admin, group=ADMINS)


def test_the_post_of_a_mail_program_stops_the_mails(client, admin, stop_path):
    """It has no cookie, follows no redirect, and sends this body (RFC 8058, 3.2)."""
    client.handler.enforce_csrf_checks = True

    answer = client.post(stop_path, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert is_stopped(user=admin, group=ADMINS)


def test_stopping_twice_and_starting_again(client, admin, stop_path):
    for _ in range(2):
        client.post(stop_path, {"do": "stop"})
    client.post(stop_path, {"do": "send_again"})

    assert not is_stopped(user=admin, group=ADMINS)


def test_an_altered_link_stops_nothing(client, admin, stop_path):
    assert client.post(stop_path[:-3] + "AA/").status_code == 404
    assert not NotificationChoice.objects.exists()


def test_a_link_about_a_group_that_is_no_more_is_over(client, admin, settings):
    assert client.post(stop_mails_link(admin, "gone").removeprefix(settings.SITE_URL)).status_code == 404
