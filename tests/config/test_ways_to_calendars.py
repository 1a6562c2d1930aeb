"""The two pages about one's calendar lead to each other and back, and are found from profile and settings."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db

SESSIONS, BUSY = "/settings/calendar/", "/profile/calendar/"


@pytest.mark.parametrize(
    ("page", "links"),
    [
        ("/settings/", [SESSIONS, BUSY]),
        ("/profile/", [BUSY]),
        (SESSIONS, [BUSY, "/settings/", "/"]),
        (BUSY, [SESSIONS, "/settings/", "/profile/#calendar"]),
    ],
)
def test_each_page_has_its_ways(page, links, client, alice):
    client.force_login(alice)

    main = client.get(page).content.decode().partition('<main id="content"')[2]

    assert [link for link in links if f'href="{link}"' not in main] == []


def test_a_refused_address_keeps_the_ways(client, alice):
    client.force_login(alice)

    answer = client.post(BUSY, {"do": "save", "address": "ftp://example.org/"})

    assert answer.status_code == 400
    assert f'href="{SESSIONS}"' in answer.content.decode()
