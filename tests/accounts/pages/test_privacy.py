"""The page of a member's own data: files, and the erasure that is asked twice."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.jobs.exports import make_due_exports
from accounts.models import DataExport, Erasure
from accounts.services.privacy import ask_erasure, request_export
from tests.factories import PASSWORD, UserFactory
from tests.helpers import send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

DATA, ERASE = "/settings/data/", "/settings/data/erase/"


@pytest.fixture
def member(client, alice):
    """A client of Alice, who gave her password just now."""
    alice.set_password(PASSWORD)
    alice.save()
    client.force_login(alice)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_a_file_needs_the_password_again(client, alice):
    client.force_login(alice)

    answer = client.post(DATA, {"do": "export"})

    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not DataExport.objects.exists()


def test_a_member_gets_a_file(member, alice):
    member.post(DATA, {"do": "export"})
    make_due_exports(now=timezone.now())
    export = DataExport.objects.get(person=alice)
    assert reverse("my-export", args=[export.uuid]) in member.get(DATA).content.decode()

    answer = member.get(reverse("my-export", args=[export.uuid]))

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert answer.content.startswith(b"PK")


def test_the_file_of_somebody_else_is_404(member, bob):
    export, _is_new = request_export(person=bob, now=timezone.now())
    make_due_exports(now=timezone.now())

    assert member.get(reverse("my-export", args=[export.uuid])).status_code == 404
    assert DataExport.objects.get().status == "ready"


def test_an_erasure_is_asked_twice(member, alice):
    assert ERASE in member.get(DATA).content.decode()
    assert member.post(ERASE, {}).status_code == 400
    assert not Erasure.objects.exists()

    member.post(ERASE, {"sure": "yes"})

    assert Erasure.objects.get().person == alice
    assert "will be erased on" in member.get(DATA).content.decode()


def test_an_erasure_needs_the_password_again(client, alice):
    client.force_login(alice)

    assert client.post(ERASE, {"sure": "yes"})["Location"].startswith("/accounts/reauthenticate/")
    assert not Erasure.objects.exists()


def test_the_mail_says_the_way_back(member, alice):
    member.post(ERASE, {"sure": "yes"})
    send(timezone.now())

    assert mail.outbox[0].subject.startswith("Your account will be erased on ")
    assert f"http://testserver{DATA}" in mail.outbox[0].body


def test_a_member_keeps_the_account_without_a_new_login(client, alice):
    client.force_login(alice)
    ask_erasure(person=alice, by=alice, now=timezone.now())

    client.post(DATA, {"do": "keep"})

    assert Erasure.objects.get().status == "cancelled"


def test_a_member_does_not_cancel_what_the_organisers_asked_for(client, alice):
    client.force_login(alice)
    ask_erasure(person=alice, by=UserFactory(role="manager"), reason="A machine wrote this.", now=timezone.now())

    assert "Keep the account" not in client.get(DATA).content.decode()
    client.post(DATA, {"do": "keep"})

    assert Erasure.objects.get().status == "asked"


def test_the_api_asks_for_a_recent_login(api, alice):
    for method, path in (("post", "/api/v1/exports/"), ("post", "/api/v1/me/erasure/")):
        answer = getattr(api(alice), method)(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "log_in_again")


def test_the_api_makes_and_hands_out_a_file(member, alice):
    made = member.post("/api/v1/exports/")
    make_due_exports(now=timezone.now())

    answer = member.get(f"/api/v1/exports/{made.json()['uuid']}/file/")

    assert (made.status_code, answer.status_code) == (201, 200)
    assert answer.content.startswith(b"PK")


def test_the_api_erases_in_a_week_and_takes_it_back(member):
    asked = member.post("/api/v1/me/erasure/").json()
    assert (asked["erasure"]["status"], asked["erasure"]["by_organisers"]) == ("asked", False)

    assert member.delete("/api/v1/me/erasure/").json()["erasure"] is None
