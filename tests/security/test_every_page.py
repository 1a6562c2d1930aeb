"""Every page for every reader, with hostile words in each column: none become markup, and the headers hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.db import connection, transaction
from django.db.models import CharField, Field, JSONField, TextField
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.privacy_registry import all_holdings
from tests.dump import dump
from tests.factories import (
    AccessTokenFactory,
    CareerStepFactory,
    GroupMailFactory,
    OrganiserNoteFactory,
    WebhookEndpointFactory,
)
from tests.helpers import log_in_with_second_factor
from tests.pages import PAGES, READERS, SHOWN, Things, things_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

EVIL = "\"'><img/src=x onerror=alert(1)>"
RAW, ESCAPED = "<img/src=x", "&lt;img/src=x"
# Codes, keys and words of programs. No way in takes free words there.
CODES = set(
    "action address address_key answers app_label code codename columns counts criteria data digest due_on_clock "
    "email engine_version formats gone_email group groups issuer items key kind kinds language languages metadata "
    "model moved name_key numbers object_id obstacle outcome overwrite password payload place_zone query ref request "
    "rules scopes sealed_address sealed_body sealed_old_secret sealed_secret session_data session_key signed slug "
    "source subject_kind target_country timezone twin_key undo user_agent whole".split()
)

# Each answer of this site has these, whoever asks.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = {
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}
# Anybody checks a credential, from any page.
FOR_ALL_SITES = "/credentials/"
# Reading may leave these: sessions, counts against guessing, what an admin looked at, and the numbers of a month for a
# company, which its first reader has counted.
NOTED = {
    *("accounts_staffread", "django_cache", "django_session", "usersessions_usersession"),
    "matching_cohortreport",
}
# The policy forbids a script or a style that stands in the page. A script of JSON is data, and does not run.
INLINE = re.compile(
    r"<script(?![^>]*(?:\bsrc=|type=.application/json.))[^>]*>"
    r"|<style\b|<[a-z][^<>]*\s(?:style|on[a-z]+)=[\"'][^<>]*>",
    re.IGNORECASE,
)


def takes_words(field: Field) -> bool:
    if field.name in CODES or field.choices:
        return False
    if isinstance(field, ArrayField):
        return (field.base_field.max_length or 999) >= len(EVIL)
    return isinstance(field, JSONField) or (
        isinstance(field, CharField | TextField) and (field.max_length or 999) >= len(EVIL)
    )


def hostile(value: object) -> object:
    """Return ``value`` with EVIL for each text in it."""
    if isinstance(value, list):
        return [hostile(one) for one in value]
    if isinstance(value, dict):
        return {name: hostile(one) for name, one in value.items()}
    return EVIL if isinstance(value, str) and value else value


def write_hostile_words() -> set[str]:
    """Write EVIL into all words that the database holds. Return the columns."""
    written = set()
    with transaction.atomic(), connection.cursor() as cursor:
        # This opens rows that nobody may change any more.
        cursor.execute("SELECT set_config('community.erases', 'yes', true)")
        for holding in all_holdings():
            names = sorted(name for name in holding.columns if takes_words(holding.model._meta.get_field(name)))
            for row in holding.model._base_manager.all():
                evil = {name: hostile(value) for name in names if (value := getattr(row, name))}
                if evil:
                    holding.model._base_manager.filter(pk=row.pk).update(**evil)
                    written |= {f"{holding.label}.{name}" for name in evil}
        cursor.execute("SELECT set_config('community.erases', '', true)")
    return written


@pytest.fixture
def things(alice, bob, admin_user) -> Things:
    """Things of all kinds, with hostile words."""
    found = things_of(alice, bob)
    for person in (alice, bob):
        CareerStepFactory(profile=person.profile)
        AccessTokenFactory(user=person)
        profile = person.profile
        profile.bio, profile.headline, profile.employer, profile.department = "A", "A", "A", "A"
        profile.skills = ["welding"]
        profile.save()
    OrganiserNoteFactory()
    GroupMailFactory()
    WebhookEndpointFactory()
    assert len(write_hostile_words()) > 40
    return found


def look(client: Client, path: str) -> tuple[list[str], int]:
    """Return what is wrong with the answer to a GET, and how often hostile words stand there as words."""
    answer = client.get(path)
    faults = list(faults_of(answer))
    return faults, answer.content.decode().count(ESCAPED) if is_page(answer) else 0


def is_page(answer: HttpResponse) -> bool:
    return answer.headers.get("Content-Type", "").startswith("text/html")


def faults_of(answer: HttpResponse) -> Iterator[str]:
    if answer.status_code >= 500:
        yield f"{answer.status_code}"
    wrong = {name for name, value in HEADERS.items() if answer.headers.get(name) != value}
    if set(answer.headers.get("Content-Security-Policy", "").split("; ")) != POLICY:
        wrong.add("Content-Security-Policy")
    if "private" not in answer.headers.get("Cache-Control", ""):
        wrong.add("Cache-Control")
    if "Access-Control-Allow-Origin" in answer.headers and not answer.wsgi_request.path.startswith(FOR_ALL_SITES):
        wrong.add("Access-Control-Allow-Origin")
    yield from sorted(wrong)
    if is_page(answer):
        page = answer.content.decode()
        yield from re.findall(rf".{{0,60}}{RAW}", page)
        yield from (found[0][:120] for found in INLINE.finditer(page))


def shown(reader: str, things: Things) -> Iterator[str]:
    for route, row in PAGES.items():
        if row[READERS.index(reader)] == SHOWN:
            yield from things.paths(route)


def pages_of_admin() -> Iterator[str]:
    """Yield the address of each list of the admin, of its form, and of the first of its rows with its record."""
    yield reverse("admin:index")
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield from (reverse(f"{name}_changelist"), reverse(f"{name}_add"))
        for row in model._default_manager.order_by("pk")[:1]:
            yield from (reverse(f"{name}_{view}", args=[row.pk]) for view in ("change", "history"))


def test_words_are_escaped_headers_hold_and_reading_changes_nothing(client, alice, bob, admin_user, things):
    # One test, since the things take longer than all pages of a reader.
    browsers = {reader: Client(raise_request_exception=False) for reader in ("visitor", "mentee", "mentor", "admin")}
    browsers["mentee"].force_login(alice)
    browsers["mentor"].force_login(bob)
    log_in_with_second_factor(browsers["admin"], admin_user)
    paths = {reader: list(shown(reader, things)) for reader in ("visitor", "mentee", "mentor")}
    paths["admin"] = list(pages_of_admin())
    looks = {}
    changed = {}
    before = dump()

    for reader, browser in browsers.items():
        looks |= {(reader, path): look(browser, path) for path in paths[reader]}
        after = dump()
        changed[reader] = {table for table, rows in after.items() if rows != before[table]} - NOTED
        before = after

    assert {way: faults for way, (faults, _words) in looks.items() if faults} == {}
    assert sum(words for _faults, words in looks.values()) > 500
    # A program that follows the links of a mail, to look for harm, does none. A member's message is read when shown.
    assert changed == {"visitor": set(), "mentee": {"accounts_notification"}, "mentor": set(), "admin": set()}
