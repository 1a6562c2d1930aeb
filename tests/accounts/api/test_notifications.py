"""Messages and choices about them, by API."""

from __future__ import annotations

import pytest

from accounts.models import Block, NotificationChoice
from accounts.notifications.write import notify
from accounts.services.settings import choose
from tests.api.problems import place
from tests.factories import MentorFactory, NotificationFactory, UserFactory
from tests.helpers import application_message

pytestmark = pytest.mark.django_db


def test_the_inbox_has_no_account_mail_and_no_messages_of_others(api, now, rung):
    alice, mentor = UserFactory(), MentorFactory(status="applied")
    payload = {"mentor": str(mentor.uuid)}
    notify(recipient=alice, kind="mentor_applied", key="1", payload=payload, now=now)
    notify(recipient=mentor.user, kind="mentor_applied", key="1", payload=payload, now=now)
    NotificationFactory(recipient=alice)

    [row] = api(alice).get("/api/v1/notifications/").json()["results"]
    assert row["kind"] == "mentor_applied"
    read = api(alice).post(f"/api/v1/notifications/{row['uuid']}/read/")
    assert read.json()["read_at"] is not None


def test_unread_messages_are_counted_and_marked_as_read_at_once(api, alice, bob):
    for person in (alice, alice, bob):
        application_message(recipient=person)

    assert api(alice).get("/api/v1/notifications/unread/").json() == {"unread": 2}
    assert api(alice).post("/api/v1/notifications/read-all/").json() == {"unread": 0}
    assert bob.notifications.filter(read_at=None).count() == 1


@pytest.mark.parametrize("blocker", ["alice", "bob"])
def test_a_title_names_nobody_with_a_block_between_them(blocker, api, alice, bob):
    NotificationFactory(recipient=alice, kind="mentor_is_back", title=f"{bob.name} is back")
    charlies = NotificationFactory(recipient=alice, kind="mentor_is_back", title="Charlie is back")
    one, other = (alice, bob) if blocker == "alice" else (bob, alice)
    Block.objects.create(blocker=one, blocked=other)

    titles = [row["title"] for row in api(alice).get("/api/v1/notifications/").json()["results"]]

    assert titles == [charlies.title, "Your pause is over"]


URL = "/api/v1/me/notifications/"


def test_every_group_with_a_choice_is_listed(api, alice):
    answer = api(alice).get(URL).json()

    assert (answer["quiet_from"], answer["quiet_until"]) == (None, None)
    assert [group["group"] for group in answer["groups"]] == [
        "suggestions",
        "questions",
        "reminders",
        "mentorships",
        "sessions",
        "weekly",
        "news",
    ]
    assert all(group["about"] and group["in_app"] for group in answer["groups"])


def test_admins_have_a_choice_about_messages_for_admins(api, admin):
    assert "admins" in {group["group"] for group in api(admin).get(URL).json()["groups"]}


def test_only_the_weekly_mail_is_off_by_default(api, alice):
    choose(user=alice, choices=[{"group": "weekly", "in_app": False}])

    groups = {group["group"]: group for group in api(alice).get(URL).json()["groups"]}
    assert (groups["weekly"]["email"], groups["weekly"]["in_app"]) == ("off", False)
    assert {group["email"] for code, group in groups.items() if code != "weekly"} == {"now"}


def test_quiet_hours_and_choices_are_written_and_other_choices_stay(api, alice):
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
def test_an_invalid_choice_is_refused_with_its_field(api, alice, data, field):
    answer = api(alice).patch(URL, data, format="json")

    assert answer.status_code == 400
    assert field in {place(error) for error in answer.json()["errors"]}
    assert not NotificationChoice.objects.exists()
