"""The catalogue in the admin: every message there is, with made-up people."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.db.models import Model
from django.urls import reverse

from accounts import samples
from accounts.models import Notification
from accounts.notifications.registry import ACCOUNT, CHANNEL, all_kinds
from accounts.notifications.render import render_sample
from tests.factories import UserFactory

CODES = [kind.code for kind in all_kinds()]
LIST = "admin:accounts_notification_catalogue"
MAILS = [kind for kind in all_kinds() if kind.group is not CHANNEL]
kinds = pytest.mark.parametrize("kind", MAILS, ids=[kind.code for kind in MAILS])


@kinds
def test_a_sample_is_complete_in_text_and_html(kind, db):
    mail = render_sample(kind)

    [html] = [alternative.content for alternative in mail.alternatives]
    assert mail.subject
    for text in (mail.subject, mail.body, html):
        # What a template asked for in vain stands as nothing, between two marks or in front of one.
        assert not re.search(r"None|\{\{|\{%|“”|\(\)| [,.;:!?] ", re.sub(r"<style.*?</style>", "", text, flags=re.S))
    assert mail.message()


@kinds
def test_what_can_be_stopped_says_how_in_text_and_html(kind, db):
    mail = render_sample(kind)

    can_be_stopped = kind.group is not ACCOUNT
    assert ("/mails/" in mail.body) == can_be_stopped
    assert ("/mails/" in mail.alternatives[0].content) == can_be_stopped
    assert ("List-Unsubscribe" in mail.extra_headers) == can_be_stopped


EVIL = '<img/src=x/onerror="alert(1)">\r\nBcc: all@example.org'
TEXTS = ("ask", "why_you", "offer_note", "decline_note", "motivation", "target_role")


def turn_evil(thing: object) -> None:
    """Put EVIL into every text that a person wrote, in ``thing`` and what hangs on it."""
    if isinstance(thing, list | tuple):
        for one in thing:
            turn_evil(one)
    elif isinstance(thing, Model):
        for name in TEXTS:
            if hasattr(thing, name):
                setattr(thing, name, EVIL)
        for name in ("reasons", "mentor_reasons"):
            if hasattr(thing, name):
                setattr(thing, name, [EVIL])
        for name in ("help_request", "goal", "mentor"):
            turn_evil(thing._state.fields_cache.get(name))


@kinds
def test_names_and_texts_of_people_are_escaped(kind, db, monkeypatch):
    person = samples._person
    monkeypatch.setattr(samples, "_person", lambda name, email, timezone: person(EVIL, email, timezone))
    context = kind.sample()
    turn_evil(list(context.values()))

    mail = render_sample(replace(kind, sample=lambda: context))

    html = mail.alternatives[0].content
    assert "<img/src" not in html
    assert "&lt;img/src" in html or kind.code == "account_mail"
    assert "Bcc" not in mail.message()
    assert "\n" not in mail.subject


def test_an_admin_finds_and_reads_every_message(client, admin_user):
    client.force_login(admin_user)

    page = client.get(reverse(LIST)).content.decode()

    for code in CODES:
        address = reverse("admin:accounts_notification_sample", args=[code])
        assert address in page
        assert client.get(address).status_code == 200
    assert not Notification.objects.exists()
    assert client.get(reverse("admin:accounts_notification_sample", args=["nothing"])).status_code == 404
    assert reverse(LIST) in client.get(reverse("admin:accounts_notification_changelist")).content.decode()


@pytest.mark.parametrize("route", [reverse(LIST), reverse("admin:accounts_notification_sample", args=["match_asked"])])
def test_nobody_else_reads_it(client, db, route):
    client.force_login(UserFactory())

    assert client.get(route).status_code == 302
