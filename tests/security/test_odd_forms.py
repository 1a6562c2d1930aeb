"""Odd texts in each field of each form of a member: stored or refused, and never a fault of ours."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from urllib.parse import quote_plus

import pytest
from django.db import transaction
from django.test import Client

from tests.config.test_every_button import Buttons, kind_of
from tests.factories import MatchFactory
from tests.pages import PAGES, READERS, SHOWN, SIGNED, Things, things_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

FORM = "application/x-www-form-urlencoded"
PART = '--b\r\nContent-Disposition: form-data; name="next"\r\n\r\n/\r\n--b--\r\n'
# As they stand in the body of a form: a null byte with half a character, and right to left with joiners and a lot.
ODD = {
    "halves": "a%00b%ED%A0%80c",
    "long": quote_plus("🦉\u202e مرحبا\u200d" + unicodedata.normalize("NFD", "é") + "\r\n\u2028") + "x" * 20_000,
}
# The buttons and names that a form carries are left as they are: others are refused at once.
KEPT = ("do", "part", "csrfmiddlewaretoken", "key", "match")


def forms_of(reader: str, things: Things, seen: set) -> Iterator[tuple[Client, str, dict, dict]]:
    """Yield each form that a reader is shown, once for each button, unless ``seen`` has one of its kind."""
    client = Client(raise_request_exception=False)
    client.force_login(things.people[reader])
    for route, row in PAGES.items():
        # The mentor is shown the same at an address that the mentee was shown.
        is_new = reader == "mentee" or row[READERS.index("mentee")] != SHOWN
        is_theirs = route not in SIGNED or SIGNED[route][1] == reader
        if row[READERS.index(reader)] == SHOWN and is_theirs and (is_new or "<" in route):
            for path in things.paths(route)[:1]:
                answer = client.get(path)
                if answer.headers["Content-Type"].startswith("text/html"):
                    for address, fields, button in Buttons(answer.content.decode(), path).pressed:
                        if (kind := kind_of(address, fields, button)) not in seen:
                            seen.add(kind)
                            yield client, address, fields, button


def test_no_odd_text_is_an_error_of_ours(alice, bob):
    things, seen = things_of(alice, bob), set()
    MatchFactory(mentor=bob.mentor)
    forms = [form for reader in ("mentee", "mentor") for form in forms_of(reader, things, seen)]

    failed = []
    for client, address, fields, button in forms:
        for name, odd in ODD.items():
            pairs = [(field, value if field in KEPT else odd) for field, values in fields.items() for value in values]
            pairs += [(field, value) for field, values in button.items() for value in values]
            with transaction.atomic():
                body = "&".join(f"{quote_plus(field)}={value}" for field, value in pairs)
                status = client.post(address, body, content_type=FORM).status_code
                transaction.set_rollback(True)
            if status >= 500:
                failed.append((address, name, status, list(fields), button))

    assert failed == []
    assert len(forms) > 30


@pytest.mark.parametrize("path", ["/profile/about/", "/accounts/login/", "/goals/new/", "/admin/login/", "/mails/x/"])
def test_a_form_of_ten_megabytes_is_refused(path, client, alice):
    client.force_login(alice)
    client.raise_request_exception = False

    answer = client.post(path, "do=save&name=" + "x" * 10_000_000, content_type=FORM)

    assert 400 <= answer.status_code < 500


def test_a_form_of_thousands_of_fields_is_refused(client, alice):
    client.force_login(alice)
    client.raise_request_exception = False

    answer = client.post("/profile/about/", "&".join(f"a{number}=1" for number in range(5000)), content_type=FORM)

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("body", "form"),
    [
        ("&".join(f"a{number}=1" for number in range(5000)), FORM),
        ("next=" + "x" * 10_000_000, FORM),
        ("next=%2F", f"{FORM}; charset=latin-1"),
        ("--", "multipart/form-data"),
    ],
    ids=["fields", "megabytes", "charset", "parts"],
)
def test_a_form_of_a_visitor_that_cannot_be_read_is_refused(body, form, client):
    client.raise_request_exception = False

    # The page of the error has links to the login, which keep the page that a form came for.
    answer = client.post("/accounts/login/", body, content_type=form)

    assert 400 <= answer.status_code < 500
    assert 'href="/accounts/login/"' in answer.content.decode()


@pytest.mark.parametrize("page", ["/", "/nowhere/", "/accounts/login/", "/accounts/signup/", "/goals/", "/join/x/"])
def test_an_address_with_too_many_values_is_no_error_of_ours(page, client):
    client.raise_request_exception = False

    answer = client.get(page + "?" + "&".join(f"a{number}=1" for number in range(5000)))

    assert answer.status_code < 500


@pytest.mark.parametrize("page", ["/", "/nowhere/", "/accounts/login/", "/accounts/signup/", "/goals/", "/join/x/"])
@pytest.mark.parametrize(
    ("body", "form"),
    [
        ("x", "multipart/form-data"),
        ("--b\r\n" * 20_000, "multipart/form-data; boundary=b"),
        *((PART, f"multipart/form-data; boundary=b; charset={name}") for name in ("rot13", "base64", "idna", "utf-7")),
        ("&".join(f"a{number}=1" for number in range(5000)), FORM),
    ],
    ids=["no boundary", "cut", "rot13", "base64", "idna", "utf-7", "fields"],
)
def test_a_form_that_cannot_be_read_is_no_error_of_ours(page, body, form, client):
    client.raise_request_exception = False

    # As bytes: the client would write a text in the charset that it names.
    assert client.generic("POST", page, body.encode(), content_type=form).status_code < 500


def test_a_body_nested_ten_thousand_times_is_refused_at_once(alice):
    client = Client(raise_request_exception=False)
    client.force_login(alice)
    for body in ("[" * 10_000, '{"a":' * 10_000, '{"languages": ' + "[" * 10_000 + "]" * 10_000 + "}"):
        assert client.patch("/api/v1/me/", body, content_type="application/json").status_code == 400
