"""A value has one way to be written: amounts, days and identifiers in another form are refused, in every body."""

from __future__ import annotations

import pytest

from tests.api.bodies import address_of, nested, parts, writes
from tests.api.problems import faults

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

LOOSE = {
    "decimal": [
        "1_000",
        "1e2",
        " 5 ",
        "5\n",
        "５",
        "+5",
        "5.",
        ".5",
        "1,5",
        "0x5",
        "NaN",
        "Infinity",
        "",
        True,
        [5],
        {},
    ],
    "date": [
        "20270101",
        "2027-W02-1",
        "2027-1-2",
        " 2027-01-02",
        "2027-01-02\n",
        "2027-01-02T00:00:00Z",
        "２０２７-01-02",
        "2027-02-30",
        "1/2/2027",
        "",
        20270101,
        True,
        ["2027-01-02"],
    ],
    "uuid": [
        "8d5dd8a72f594c1b9a520d3a2b5c6e71",
        "urn:uuid:8d5dd8a7-2f59-4c1b-9a52-0d3a2b5c6e71",
        "{8d5dd8a7-2f59-4c1b-9a52-0d3a2b5c6e71}",
        "8d5dd8a7-2f59-4c1b-9a52-0d3a2b5c6e7_1",
        "８d5dd8a7-2f59-4c1b-9a52-0d3a2b5c6e71",
        "8d5dd8a7-2f59-4c1b-9a52-0d3a2b5c6e71\n",
        "",
        True,
        1,
        0,
        1.5,
        [],
    ],
}
FIELDS = [
    (method, path, names, part["format"])
    for method, path, body in writes()
    if body
    for names, part in parts(body)
    if part.get("format") in LOOSE and not part.get("readOnly")
]


def test_the_fields_are_found():
    found = {(path, names[-1]) for _, path, names, _ in FIELDS}

    assert found >= {
        ("/api/v1/me/", "from_on"),
        ("/api/v1/me/mentor/", "amount"),
        ("/api/v1/help-requests/", "goal"),
        ("/api/v1/help-requests/", "amount"),
        ("/api/v1/help-requests/{uuid}/name-mentor/", "mentor"),
        ("/api/v1/goals/", "by"),
        ("/api/v1/mentorships/{uuid}/extend/", "until_on"),
        ("/api/v1/inbox/{uuid}/decline/", "time_again_on"),
        ("/api/v1/me/mentor/pause/", "until_on"),
    }


def test_a_loose_value_is_refused_by_every_field(api, bob, subtests):
    bob.give_role("owner")
    bob.save()
    client = api(bob)
    for method, path, names, kind in FIELDS:
        address = address_of(path, bob)
        for value in LOOSE[kind]:
            with subtests.test(method=method, path=path, names=".".join(names), value=ascii(value)):
                response = getattr(client, method)(address, nested(names, value))

                assert any(field.startswith(".".join(names)) for field in faults(response))


@pytest.mark.parametrize("amount", ["40.00", "40", "0.5", 40, 40.5, "1234567.00"])
def test_a_plain_amount_is_stored(api, bob, amount):
    rate = {"amount": amount, "currency": "EUR", "per": "session"}

    shown = api(bob).patch("/api/v1/me/mentor/", {"rate": rate}).json()["rate"]

    assert shown["amount"] == f"{float(amount):.2f}"


@pytest.mark.parametrize("value", [value for value in LOOSE["uuid"] if isinstance(value, str) and value])
def test_a_loose_identifier_is_refused_by_a_filter(api, alice, value):
    response = api(alice).get("/api/v1/matches/", {"help_request__uuid": value})

    assert faults(response) == {"help_request__uuid"}


@pytest.mark.parametrize("size", ["1_0", "５", "+5", " 5", "5 "])
def test_a_loose_page_size_is_refused(api, alice, size):
    assert faults(api(alice).get("/api/v1/goals/", {"page_size": size})) == {"page_size"}
