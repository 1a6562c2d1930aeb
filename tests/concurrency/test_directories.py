"""Two requests of directories at once, for one address or one person."""

from __future__ import annotations

import pytest

from accounts.locks import lock_account
from accounts.models import User
from tests.api.scim import USERS, Directory, refused
from tests.factories import DirectoryEntryFactory
from tests.helpers import race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rung")]


def test_a_second_post_of_one_address_at_once_is_409():
    first, second = Directory(), Directory()
    answers = []

    rival = race(lambda: answers.append(first.post("ada@example.org")), lambda: second.post("ada@example.org"))

    assert [answer.status_code for answer in answers] == [201]
    assert refused(rival.finish()) == (409, "uniqueness")
    assert User.objects.get(email="ada@example.org").directory_entry.directory == first.service


def test_a_second_post_that_takes_an_account_back_at_once_is_409():
    directory = Directory()
    address, person = directory.enter()
    directory.call("DELETE", address)
    answers = []

    rival = race(lambda: answers.append(directory.post(person.email)), lambda: directory.post(person.email))

    assert [answer.status_code for answer in answers] == [201]
    assert refused(rival.finish()) == (409, "uniqueness")


def test_a_change_waits_for_another_one_and_keeps_it(alice):
    directory = Directory()
    address = f"{USERS}/{DirectoryEntryFactory(directory=directory.service, person=alice).uuid}"

    def rename():
        lock_account(alice.pk)
        assert directory.set(address, displayName="Alice Abbot").status_code == 204

    rival = race(rename, lambda: directory.set(address, externalId="e-2"))

    assert rival.finish().status_code == 204
    alice.refresh_from_db()
    assert (alice.name, alice.directory_entry.external_id) == ("Alice Abbot", "e-2")
