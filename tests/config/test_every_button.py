"""Each button that a page shows is one that the page knows."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.db import transaction

from tests.factories import MatchFactory
from tests.pages import PAGES, READERS, SHOWN, things_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

# Sentences of a page that does not know a button.
UNKNOWN = ("no such button", "did not arrive")

FIELDS = ("input", "textarea", "select")
# A browser sends nothing of these, as they stand.
UNSENT = ("checkbox", "radio", "file")

Form = dict[str, list[str]]


class Buttons(HTMLParser):
    """The forms of a page that are posted, once for each of their buttons: the address, the fields, and the button."""

    def __init__(self, page: str, path: str) -> None:
        super().__init__()
        self.path = path
        self.pressed: list[tuple[str, Form, Form]] = []
        self._address: str | None = None
        self._values: Form = {}
        self._buttons: list[Form] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        named = {about["name"]: [about.get("value", "")]} if "name" in about else {}
        if tag == "form" and about.get("method") == "post":
            self._address, self._values, self._buttons = about.get("action") or self.path, {}, []
        elif self._address is not None and tag == "button":
            self._buttons.append(named)
        elif self._address is not None and tag in FIELDS and about.get("type") not in UNSENT:
            for name, values in named.items():
                self._values.setdefault(name, []).extend(values)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._address is not None:
            self.pressed += [(self._address, self._values, button) for button in self._buttons]
            self._address = None


def buttons_of(client, paths: Iterator[str]) -> Iterator[tuple[str, Form, Form]]:
    for path in paths:
        answer = client.get(path)
        if answer.headers["Content-Type"].startswith("text/html"):
            yield from Buttons(answer.content.decode(), path).pressed


def kind_of(address: str, fields: Form, button: Form) -> tuple[object, ...]:
    """Return what the same button has in common on the pages of all things: the route, the fields, and its value."""
    route = re.sub(r"[0-9a-f-]{36}|[^/]{60,}", "*", address.partition("?")[0])
    return route, frozenset(fields), str(button)


@pytest.mark.parametrize("reader", ["mentee", "mentor"])
def test_each_page_knows_its_buttons(reader, client, alice, bob):
    things = things_of(alice, bob)
    MatchFactory(mentor=bob.mentor)
    client.force_login(things.people[reader])
    shown = (
        path
        for route, row in PAGES.items()
        if row[READERS.index(reader)] == SHOWN and not route.startswith("accounts/")
        for path in things.paths(route)
    )

    pressed, unknown = set(), []
    for address, fields, button in buttons_of(client, shown):
        if (kind := kind_of(address, fields, button)) in pressed:
            continue
        pressed.add(kind)
        values = fields | button
        with transaction.atomic():
            text = html.unescape(client.post(address, values).content.decode())
            transaction.set_rollback(True)
        unknown += [(address, values) for sentence in UNKNOWN if sentence in text]

    assert unknown == [], unknown
    assert len(pressed) > 20
