"""Keys of names and addresses that may belong to one person."""

from __future__ import annotations

import importlib

import pytest

from accounts.models import User
from accounts.models.likeness import KEY_MAX, address_key, name_key
from accounts.services.profiles import update_profile
from tests.factories import NOW, UserFactory

NAMES = ["José García", "GARCIA, Jose", "jose  garcia", "Garci\u0301a José"]


@pytest.mark.parametrize("name", NAMES)
def test_spellings_of_a_name_have_one_key(name):
    assert name_key(name) == "garcia jose"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Straße", "STRASSE"), ("O’Brien", "O'Brien"), ("Anna-Lena", "Lena Anna"), ("ﬁn", "fin")],
)
def test_signs_and_forms_of_letters_make_no_other_name(one, other):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("Anna Weber", "Anne Weber"), ("कमल", "कमला"), ("Jo Li", "Joli")])
def test_other_letters_make_another_name(one, other):
    assert name_key(one) != name_key(other)


def test_the_key_of_the_longest_name_fits_its_index():
    assert len(name_key("\ufdfa" * 100)) == KEY_MAX


@pytest.mark.parametrize(
    "address", ["anna.weber@gmail.com", "annaweber+mentors@gmail.com", "a.n.n.a.weber@googlemail.com"]
)
def test_addresses_of_one_mailbox_have_one_key(address):
    assert address_key(address) == "annaweber@gmail.com"


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("anna.weber+x@example.org", "anna.weber+x@example.org"),
        ("anna.weber+x@outlook.com", "anna.weber@outlook.com"),
        ("+x@gmail.com", "+x@gmail.com"),
        ("anna@mac.com", "anna@icloud.com"),
    ],
)
def test_dots_and_tags_are_ignored_for_providers_that_ignore_them_alone(address, key):
    assert address_key(address) == key


@pytest.mark.django_db
def test_each_way_to_change_a_name_changes_its_key():
    person = UserFactory(name="Anna Weber", email="anna@example.org")
    person.name = "Ann Weber"
    person.save(update_fields=["name"])
    assert User.objects.get(pk=person.pk).name_key == "ann weber"

    update_profile(profile=person.profile, changes={"name": "Änne Weber"}, now=NOW)

    stored = User.objects.get(pk=person.pk)
    assert (stored.name_key, stored.address_key) == ("anne weber", "anna@example.org")


def test_the_migration_writes_the_same_keys():
    migration = importlib.import_module("accounts.migrations.0034_keys_of_people")
    names = [*NAMES, "Straße", "O’Brien", "कमल", "", "\ufdfa" * 100]
    addresses = ["a.b+c@googlemail.com", "+x@gmail.com", "anna@mac.com", "anna.b+c@example.org", "nonsense"]

    assert [migration.name_key(name) for name in names] == [name_key(name) for name in names]
    assert [migration.address_key(one) for one in addresses] == [address_key(one) for one in addresses]
