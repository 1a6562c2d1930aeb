"""One address is one person, at every way in."""

from __future__ import annotations

import copy
import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from accounts.adapter import AccountAdapter
from accounts.models import User
from accounts.models.addresses import plain_address, validate_address
from matching.community.schema import BadCommunityFile, parse
from tests.factories import UserFactory
from tests.matching.community.example import COMMUNITY

MUNICH = "a@xn--mnchen-3ya.example"


SPELLINGS = [
    ("a@m\u00fcnchen.example", MUNICH),
    ("a@mu\u0308nchen.example", MUNICH),
    ("A@M\u00dcNCHEN.EXAMPLE", MUNICH),
    ("a@XN--MNCHEN-3YA.example", MUNICH),
    ("user@fa\u00df.example", "user@xn--fa-hia.example"),
    ("user@fass.example", "user@fass.example"),
    ("a@example\u3002org", "a@example.org"),
    (" A.B+c@Example.ORG ", "a.b+c@example.org"),
]


def test_an_address_is_stored_in_one_form(subtests):
    for written, stored in SPELLINGS:
        with subtests.test(written=written):
            validate_address(written)

            assert plain_address(written) == plain_address(stored) == stored


BAD = [
    "=?utf-8?q?x?=@example.org",
    "a" * 250 + "@example.org",
    "a@" + ".".join(["\u00fc" * 30] * 8) + ".org",
    "a@" + "x" * 100_000,
    "a,b@example.org",
    "a b@example.org",
    "a@b",
    "a@xn--a.example",
    "a@-x.org",
    "a@[127.0.0.1]",
    "a@example.org\nBcc: b@example.org",
    "Anna <a@example.org>",
    '"a b"@example.org',
    "j\u00f6rg@example.org",
    "a\x00@example.org",
    "a@\ud800.org",
    "a@b@example.org",
    "nobody",
    "",
]


def test_a_bad_address_is_refused_with_a_sentence(subtests):
    for address in BAD:
        with subtests.test(ascii(address)[:30]):
            with pytest.raises(ValidationError) as refusal:
                validate_address(address)

            assert refusal.value.messages[0].count(".") >= 1 or "at most" in refusal.value.messages[0]


def test_a_bad_address_is_refused_by_the_account_pages_and_by_an_import(subtests):
    for address in BAD:
        with subtests.test(ascii(address)[:30]):
            community = copy.deepcopy(COMMUNITY)
            community["people"][0]["email"] = address

            with pytest.raises(ValidationError):
                AccountAdapter().clean_email(address)
            with pytest.raises(BadCommunityFile, match=r"people\[0\].email"):
                parse(json.dumps(community))


@pytest.mark.django_db
@pytest.mark.parametrize("spelling", ["a@m\u00fcnchen.example", MUNICH])
def test_a_superuser_cannot_take_an_address_in_another_spelling(spelling, monkeypatch):
    UserFactory(email=MUNICH)
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct-horse-battery")

    with pytest.raises(CommandError, match="already taken"):
        call_command("createsuperuser", email=spelling, name="Anna", interactive=False)

    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_login_works_with_each_spelling_of_the_address(client):
    person = UserFactory(email=MUNICH)
    person.set_password("correct-horse-battery")
    person.save()

    client.post("/accounts/login/", {"login": "a@M\u00fcnchen.example", "password": "correct-horse-battery"})

    assert client.session["_auth_user_id"] == str(person.pk)


@pytest.mark.django_db
def test_a_login_by_api_works_with_each_spelling_of_the_address(client):
    person = UserFactory(email=MUNICH)
    person.set_password("correct-horse-battery")
    person.save()

    answer = client.post(
        "/_allauth/app/v1/auth/login",
        {"email": "a@M\u00fcnchen.example", "password": "correct-horse-battery"},
        content_type="application/json",
    )

    assert (answer.status_code, answer.json()["meta"]["is_authenticated"]) == (200, True)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["=?utf-8?q?x?=@example.org", "a" * 300 + "@example.org", "a@xn--a.example"])
def test_a_sign_up_with_a_bad_address_is_refused(client, address):
    form = {"email": address, "password": "correct-horse-battery", "name": "Anna", "roles": ["mentee"]}

    answer = client.post("/_allauth/app/v1/auth/signup", form | {"accept_rules": True}, content_type="application/json")

    assert answer.status_code == 400
    assert [error["param"] for error in answer.json()["errors"]] == ["email"]
    assert not User.objects.exists()
