"""The first load of each page is light, with all that it makes a browser load."""

from __future__ import annotations

import gzip
import re

import pytest
from django.test import Client

from tests.pages import PAGES, READERS, SHOWN, things_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

FIRST_LOAD_MAX = 60_000  # bytes
LOADED = re.compile(r'<(?:link rel="(?:stylesheet|icon)" href|script src|img src)="(/[^"]+)"')


@pytest.fixture(autouse=True)
def _files_are_served_as_by_make_run(settings):
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True


def fetched(client: Client, path: str) -> tuple[int, str]:
    """Return the number of bytes of an answer, headers included, and the uncompressed text of a page."""
    answer = client.get(path, headers={"Accept-Encoding": "gzip, deflate"})
    assert answer.status_code == 200, path
    body = answer.getvalue()
    headers = sum(len(f"{name}: {value}\r\n") for name, value in answer.headers.items())
    page = gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body
    return len(body) + headers, "" if path.startswith("/static/") else page.decode()


@pytest.mark.parametrize("reader", ["visitor", "mentee", "mentor"])
def test_each_page_is_light(reader, client, alice, bob):
    things = things_of(alice, bob)
    if reader != "visitor":
        client.force_login(things.people[reader])
    files: dict[str, int] = {}
    weights = {}

    for route, row in PAGES.items():
        if row[READERS.index(reader)] == SHOWN:
            for path in things.paths(route):
                weight, page = fetched(client, path)
                for file in set(LOADED.findall(page)) - files.keys():
                    files[file] = fetched(client, file)[0]
                weights[path] = weight + sum(files[file] for file in set(LOADED.findall(page)))

    assert files["/static/django_htmx/htmx-2.min.js"] < 20_000
    assert {path: weight for path, weight in weights.items() if weight > FIRST_LOAD_MAX} == {}


def test_answers_of_the_api_are_not_compressed(client, alice):
    client.force_login(alice)

    answer = client.get("/api/v1/me/", headers={"Accept-Encoding": "gzip"})

    assert (answer.status_code, answer.headers.get("Content-Encoding")) == (200, None)
