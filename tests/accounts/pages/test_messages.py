"""Messages in the app, on pages."""

from __future__ import annotations

import html

import pytest
from django.urls import reverse

from accounts.models import Block, MentorProfile, Notification
from accounts.notifications.inbox import unread_count
from tests.factories import NotificationFactory
from tests.helpers import application_message

pytestmark = pytest.mark.django_db

MESSAGES = reverse("messages")


@pytest.fixture
def message(admin):
    return application_message(recipient=admin, title="Mina Lee wants to mentor")


@pytest.fixture
def page(client, admin):
    client.force_login(admin)
    return client


def text(answer) -> str:
    return html.unescape(answer.content.decode())


def test_messages_are_listed_newest_first_and_the_navigation_counts_the_unread(page, admin, message, now):
    application_message(recipient=admin, title="An older one", created_at=now.replace(year=2025), read_at=now)

    shown = text(page.get(MESSAGES))

    assert shown.index("Mina Lee wants to mentor") < shown.index("An older one")
    assert 'Messages <span class="count">1</span>' in shown


def test_a_message_leads_to_the_thing_that_it_tells_of_and_is_read(page, admin, message):
    answer = page.get(reverse("message", args=[message.uuid]))

    assert answer.headers["Location"] == "/admin/accounts/mentorprofile/?status__exact=applied"
    message.refresh_from_db()
    assert message.read_at


def test_a_message_without_a_page_shows_its_text(client, bob):
    mentor = MentorProfile.objects.get(user=bob)
    row = NotificationFactory(
        recipient=bob, kind="mentor_approved", payload={"mentor": str(mentor.uuid)}, title="Welcome as a mentor"
    )
    client.force_login(bob)

    shown = text(client.get(reverse("message", args=[row.uuid])))

    assert "your application is approved" in shown
    assert "No more mails" not in shown


def test_a_message_that_is_true_no_more_says_so(page, message):
    MentorProfile.objects.update(status="approved")

    assert "This is over" in text(page.get(reverse("message", args=[message.uuid])))


def test_a_message_of_a_kind_that_is_gone_says_so(page, admin):
    row = NotificationFactory(recipient=admin, kind="gone", title="An old one")

    assert "This is over" in text(page.get(reverse("message", args=[row.uuid])))


@pytest.mark.parametrize("name", ["Alice Archer", "Alice Married"])
def test_the_title_names_nobody_with_a_block_in_between(name, client, alice, bob):
    payload = {"mentor": str(MentorProfile.objects.get(user=bob).uuid)}
    row = NotificationFactory(recipient=bob, kind="mentor_approved", payload=payload, title="Alice Archer did it")
    alice.name = name
    alice.save()
    Block.objects.create(blocker=alice, blocked=bob)
    client.force_login(bob)

    pages = text(client.get(MESSAGES)) + text(client.get(reverse("message", args=[row.uuid])))

    assert "Alice" not in pages
    assert "Your application was approved" in pages


def test_all_are_marked_as_read(page, admin, message):
    assert page.post(MESSAGES).status_code == 302

    assert unread_count(admin) == 0


def test_a_message_of_somebody_else_is_404(client, alice, message):
    client.force_login(alice)

    assert client.get(reverse("message", args=[message.uuid])).status_code == 404
    assert not Notification.objects.get(pk=message.pk).read_at


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_as_many_queries_for_any_number(rows, page, admin, django_assert_num_queries):
    for _row in range(rows):
        application_message(recipient=admin)
    page.get(MESSAGES)

    with django_assert_num_queries(10):
        page.get(MESSAGES)
