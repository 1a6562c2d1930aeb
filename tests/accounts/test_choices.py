"""Choices about messages: by group and channel, by API, and with one click from a mail."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import transaction

from accounts.links import stop_mails_link
from accounts.models import NotificationChoice
from accounts.notifications.registry import ADMINS, REMINDERS, all_groups
from accounts.services.settings import choices_of, choose, is_stopped, send_mails_again, stop_mails
from tests.factories import NotificationFactory
from tests.helpers import Rival, send, status_of, told

pytestmark = pytest.mark.django_db
URL = "/api/v1/me/notifications/"


def test_a_mail_that_its_recipient_switched_off_is_not_sent_and_says_why(admin, now):
    row = told(admin)
    choose(user=admin, choices=[{"group": "admins", "email": "off"}])

    send(now)

    assert status_of(row) == ("skipped", "Its recipient wants no such mail.")
    assert mail.outbox == []


def test_what_is_switched_off_by_mail_is_in_the_app_all_the_same(api, admin, now):
    row = told(admin)
    choose(user=admin, choices=[{"group": "admins", "email": "off"}])
    send(now)

    assert [found["uuid"] for found in api(admin).get("/api/v1/notifications/").json()["results"]] == [str(row.uuid)]


def test_what_is_switched_off_in_the_app_comes_by_mail_only(api, admin, now):
    told(admin)
    choose(user=admin, choices=[{"group": "admins", "in_app": False}])

    send(now)

    assert len(mail.outbox) == 1
    assert api(admin).get("/api/v1/notifications/").json()["results"] == []
    assert api(admin).get("/api/v1/notifications/unread/").json() == {"unread": 0}


def test_a_mail_names_the_address_that_stops_its_group(admin, now):
    told(admin)

    send(now)

    [message] = mail.outbox
    link = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in message.body
    assert f'href="{link}"' in message.alternatives[0].content


def test_mail_about_the_account_has_no_such_address(alice, now):
    NotificationFactory(recipient=alice)

    send(now)

    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers


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


def test_stopping_one_group_leaves_the_others(admin):
    stop_mails(user=admin, group=REMINDERS)

    assert {choice.group for choice in choices_of(admin) if choice.email == "off"} == {"reminders", "weekly"}


def test_a_stop_keeps_the_choice_for_the_app(admin):
    choose(user=admin, choices=[{"group": "admins", "in_app": False}])

    stop_mails(user=admin, group=ADMINS)
    send_mails_again(user=admin, group=ADMINS)

    choice = NotificationChoice.objects.get(user=admin)
    assert (choice.email, choice.in_app) == ("now", False)


def test_the_weekly_mail_is_off_until_somebody_wants_it(api, alice):
    choose(user=alice, choices=[{"group": "weekly", "in_app": False}])

    groups = {group["group"]: group for group in api(alice).get(URL).json()["groups"]}
    assert (groups["weekly"]["email"], groups["weekly"]["in_app"]) == ("off", False)
    assert {group["email"] for code, group in groups.items() if code != "weekly"} == {"now"}


def test_every_group_that_can_be_chosen_about_is_listed_on_one_screen(api, alice):
    answer = api(alice).get(URL).json()

    assert (answer["quiet_from"], answer["quiet_until"]) == (None, None)
    assert [group["group"] for group in answer["groups"]] == [
        "suggestions",
        "questions",
        "reminders",
        "weekly",
        "mentorships",
    ]
    assert all(group["about"] and group["in_app"] for group in answer["groups"])


def test_admins_choose_about_their_own_messages_too(api, admin):
    assert "admins" in {group["group"] for group in api(admin).get(URL).json()["groups"]}


def test_two_groups_do_not_share_a_code():
    codes = [group.code for group in all_groups()]

    assert len(set(codes)) == len(codes)


@pytest.mark.django_db(transaction=True)
def test_two_changes_of_choices_take_turns(admin):
    """In whatever order they name the groups, the two do not wait for each other."""
    with transaction.atomic():
        choose(user=admin, choices=[{"group": "reminders", "email": "off"}])
        rival = Rival(lambda: stop_mails(user=admin, group=ADMINS))
        rival.wait_until_blocked()
        choose(user=admin, choices=[{"group": "questions", "email": "off"}])
    rival.finish()

    assert is_stopped(user=admin, group=ADMINS)


def test_quiet_hours_and_choices_are_written_and_the_rest_stays(api, alice):
    choose(user=alice, choices=[{"group": "questions", "in_app": False}])

    answer = api(alice).patch(
        URL,
        {"quiet_from": "22:00", "quiet_until": "24:00", "groups": [{"group": "questions", "email": "digest"}]},
        format="json",
    )

    assert answer.status_code == 200
    assert (answer.json()["quiet_from"], answer.json()["quiet_until"]) == ("22:00", "00:00")
    choice = NotificationChoice.objects.get(user=alice)
    assert (choice.group, choice.email, choice.in_app) == ("questions", "digest", False)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"quiet_from": "22:00"}, "quiet_until"),
        ({"quiet_until": "07:00"}, "quiet_from"),
        ({"quiet_from": "07:00", "quiet_until": "07:00"}, "quiet_until"),
        ({"quiet_from": "00:00", "quiet_until": "24:00"}, "quiet_until"),
        ({"quiet_from": "25:00", "quiet_until": "07:00"}, "quiet_from"),
        ({"groups": [{"group": "account", "email": "off"}]}, "groups.0.group"),
        ({"groups": [{"group": "admins", "email": "off"}]}, "groups.0.group"),
        ({"groups": [{"group": "nothing", "email": "off"}]}, "groups.0.group"),
        ({"groups": [{"group": "questions", "email": "never"}]}, "groups.0.email"),
        ({"groups": [{"group": "questions"}, {"group": "questions"}]}, "groups"),
        ({"groups": [1] * 101}, "groups"),
    ],
)
def test_a_choice_that_is_none_is_refused_with_its_field(api, alice, data, field):
    answer = api(alice).patch(URL, data, format="json")

    assert answer.status_code == 400
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert not NotificationChoice.objects.exists()


def test_unread_are_counted_and_marked_as_read_at_once(api, alice, bob):
    for person in (alice, alice, bob):
        told(person)

    assert api(alice).get("/api/v1/notifications/unread/").json() == {"unread": 2}
    assert api(alice).post("/api/v1/notifications/read-all/").json() == {"unread": 0}
    assert bob.notifications.filter(read_at=None).count() == 1
