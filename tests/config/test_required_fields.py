"""Each field that a browser requires is marked as required."""

from __future__ import annotations

import re

import pytest

from tests.factories import MatchFactory
from tests.pages import PAGES, READERS, SHOWN, things_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def unmarked(page: str) -> list[str]:
    """Return the labels of fields with ``required`` that do not say so. Radio buttons have it in their legend."""
    labels = dict(re.findall(r'<label for="([^"]+)">(.*?)</label>', page, re.DOTALL))
    fields = re.findall(r"<(?:input|select|textarea) [^>]*>", page)
    required = [tag for tag in fields if re.search(r"\srequired[\s>]", tag) and 'type="radio"' not in tag]
    found = [labels.get(re.search(r' id="([^"]+)"', tag)[1], tag) for tag in required]
    return [label for label in found if "(required)" not in label]


@pytest.mark.parametrize("reader", ["visitor", "mentee", "mentor"])
def test_required_fields_say_so(reader, client, alice, bob):
    things = things_of(alice, bob)
    MatchFactory(mentor=bob.mentor)
    if reader != "visitor":
        client.force_login(things.people[reader])
    pages = [
        path for route, row in PAGES.items() if row[READERS.index(reader)] == SHOWN for path in things.paths(route)
    ]

    found = {path: unmarked(client.get(path).content.decode()) for path in pages}

    assert {path: labels for path, labels in found.items() if labels} == {}
