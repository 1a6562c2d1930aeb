"""The page that stops the mails of one group."""

from __future__ import annotations

import html

import pytest

from accounts.links import stop_mails_link
from accounts.models import NotificationChoice
from accounts.notifications.registry import ADMINS, group_of
from accounts.services.settings import is_stopped
from tests.helpers import path

pytestmark = pytest.mark.django_db


@pytest.fixture
def stop_path(admin):
    return path(stop_mails_link(admin, "admins"))


def test_reading_the_page_stops_nothing(client, admin, stop_path):
    answer = client.get(stop_path)

    assert "Stop these mails" in answer.content.decode()
    assert not is_stopped(user=admin, group=ADMINS)


def test_a_one_click_post_stops_the_mails(client, admin, stop_path):
    """A mail program has no cookie, follows no redirect and sends this body (RFC 8058, 3.2)."""
    client.handler.enforce_csrf_checks = True

    answer = client.post(stop_path, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert is_stopped(user=admin, group=ADMINS)


def test_mails_that_were_stopped_twice_start_again_at_once(client, admin, stop_path):
    for _ in range(2):
        client.post(stop_path, {"do": "stop"})
    client.post(stop_path, {"do": "send_again"})

    assert not is_stopped(user=admin, group=ADMINS)


def test_a_daily_mail_stays_daily_after_a_second_click_on_send_again(client, admin, stop_path):
    NotificationChoice.objects.create(user=admin, group="admins", email="digest")

    client.post(stop_path, {"do": "send_again"})

    assert NotificationChoice.objects.get().email == "digest"


def test_an_altered_link_stops_nothing(client, admin, stop_path):
    assert client.post(stop_path[:-3] + "AA/").status_code == 404
    assert not NotificationChoice.objects.exists()


@pytest.mark.parametrize("group", ["gone", "account"])
def test_a_link_about_a_group_that_nobody_stops_is_404(group, client, admin):
    assert client.post(path(stop_mails_link(admin, group))).status_code == 404


def test_the_page_says_what_it_means_to_stop_mails_with_questions(client, bob):
    page = client.get(path(stop_mails_link(bob, "questions"))).content.decode()

    assert html.escape(group_of("questions").when_off, quote=False) in page
