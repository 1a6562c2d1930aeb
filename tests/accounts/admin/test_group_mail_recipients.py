"""Recipients of a mail to a group in the admin: each mail is read, and people are found, taken out and put back."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts.models import NotificationChoice, StaffRead
from tests.factories import (
    GroupMailFactory,
    UserFactory,
)
from tests.group_mails import one_of, page_of, post, recipients_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_each_mail_is_read_before_it_is_sent(admin_client, alice, bob, admin_user):
    mail = GroupMailFactory(people=[alice, bob])

    page = admin_client.get(one_of(mail, bob)).content.decode()

    assert "As Bob Baker reads it" in page
    assert "News for Bob Baker" in page
    assert one_of(mail, alice) in page
    assert StaffRead.objects.filter(person=bob, reader=admin_user, what="contact").exists()


def test_the_links_of_a_shown_mail_act_for_nobody(admin_client, client, alice):
    """An admin who reads a mail must not hold the link that stops the mails of its reader."""
    page = admin_client.get(one_of(GroupMailFactory(people=[alice]), alice)).content.decode()
    [link] = set(re.findall(r"http://testserver(/mails/[\w:-]+/)", page))

    answer = client.post(link)

    assert answer.status_code == 404
    assert not NotificationChoice.objects.exists()


def test_people_are_taken_out_and_put_back(admin_client, alice, bob):
    mail = GroupMailFactory(people=[alice, bob])
    chosen = mail.recipients.get(person=bob).pk

    page = post(admin_client, recipients_of(mail), do="take_out", recipient=chosen)
    assert "1 person is taken out." in page
    assert mail.recipients.get(person=bob).left_out == "taken_out"

    post(admin_client, one_of(mail, bob), do="put_back", recipient=chosen)
    assert mail.recipients.get(person=bob).left_out == ""


def test_recipients_are_found_by_name_and_by_what_becomes_of_the_mail(admin_client, alice, bob):
    mail = GroupMailFactory(people=[alice, bob])
    mail.recipients.filter(person=bob).update(left_out="taken_out")

    def found(**query) -> list[str]:
        rows = admin_client.get(recipients_of(mail), query).context["rows"]
        return [str(one.person) for one in rows]

    assert found() == ["Alice Archer", "Bob Baker"]
    assert found(standing="taken_out") == ["Bob Baker"]
    assert found(q="alice") == ["Alice Archer"]
    assert found(q="alice", standing="taken_out") == []


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_takes_as_many_queries_for_each_number_of_people(admin_client, people, django_assert_num_queries):
    mail = GroupMailFactory(people=UserFactory.create_batch(people))
    admin_client.get(recipients_of(mail))

    with django_assert_num_queries(13):
        admin_client.get(recipients_of(mail))


@pytest.mark.parametrize("people", [1, 4])
@pytest.mark.parametrize("status", ["draft", "sending"])
def test_the_page_takes_as_many_queries_for_each_number_of_people(
    admin_client, people, status, django_assert_num_queries
):
    # A draft shows how one reader of each language reads it, and three at most.
    mail = GroupMailFactory(people=UserFactory.create_batch(3 * people), status=status)
    admin_client.get(page_of(mail))

    with django_assert_num_queries({"draft": 19, "sending": 13}[status]):
        admin_client.get(page_of(mail))


@pytest.mark.parametrize(
    "query",
    [
        {"standing": "x"},
        {"p": "x"},
        {"p": "9" * 30},
        {"p": "-1"},
        {"q": "x" * 300},
        {"q": "\x00"},
        {"standing": "\x00"},
    ],
)
def test_an_odd_filter_of_recipients_is_400(admin_client, query):
    assert admin_client.get(recipients_of(GroupMailFactory()), query).status_code == 400


def test_a_key_of_nobody_takes_nobody_out(admin_client):
    mail = GroupMailFactory()

    page = post(admin_client, recipients_of(mail), do="take_out", recipient=["9" * 30, "9" * 18])

    assert "0 people are taken out." in page


def test_a_mail_and_a_recipient_that_do_not_exist_are_404(admin_client, alice):
    mail, other = GroupMailFactory(), GroupMailFactory(people=[alice])

    assert admin_client.get(reverse("admin:accounts_groupmail_recipients", args=[0])).status_code == 404
    key = other.recipients.get().pk
    assert admin_client.get(reverse("admin:accounts_groupmail_one", args=[mail.pk, key])).status_code == 404
