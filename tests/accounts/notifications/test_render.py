"""Mails as their recipients read them: complete, escaped, and with a link that stops them."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from functools import partial
from itertools import product

import pytest
from django.core import mail
from django.db.models import Model
from django.template import engines

from accounts import samples
from accounts.notifications import render
from accounts.notifications.registry import ACCOUNT, CHANNEL, all_kinds, kind_of
from accounts.notifications.render import one_line, render_sample
from tests.factories import NOW, MentorFactory, NotificationFactory
from tests.helpers import application_message, send

pytestmark = pytest.mark.django_db

MAILS = [kind for kind in all_kinds() if kind.group is not CHANNEL]


def mail_about(kind, context):
    return render_sample(replace(kind, sample=lambda: context))


def test_a_sample_is_complete_in_text_and_html(subtests):
    for kind in MAILS:
        with subtests.test(kind=kind.code):
            mail = render_sample(kind)

            [html] = [alternative.content for alternative in mail.alternatives]
            assert mail.subject
            for text in (mail.subject, mail.body, html):
                # A missing variable leaves nothing between two marks, or in front of one.
                assert not re.search(
                    r"None|\{\{|\{%|“”|\(\)| [,.;:!?] ", re.sub(r"<style.*?</style>", "", text, flags=re.S)
                )
            assert mail.message()


def test_a_mail_that_can_be_stopped_has_the_link_in_text_and_html(subtests):
    for kind in MAILS:
        with subtests.test(kind=kind.code):
            mail = render_sample(kind)

            can_be_stopped = kind.group is not ACCOUNT
            assert ("/mails/" in mail.body) == can_be_stopped
            assert ("/mails/" in mail.alternatives[0].content) == can_be_stopped
            assert ("List-Unsubscribe" in mail.extra_headers) == can_be_stopped


def test_the_foot_of_a_mail_leads_to_the_settings_except_for_a_code(subtests):
    for kind in MAILS:
        with subtests.test(kind=kind.code):
            mail = render_sample(kind)

            assert ("http://testserver/settings/" in mail.body) == (kind.code != "account_mail")
            assert ("http://testserver/settings/" in mail.alternatives[0].content) == (kind.code != "account_mail")


NAMES = ["Dr. Anna Lee", "J. R. R. Meyer", "García, María", "van den Berg", "山田 太郎", "Sean O'Neill", "X"]


# django-allauth writes the text of account mail: see tests/accounts/test_adapter.py.
OWN_MAILS = [kind for kind in MAILS if kind.code != "account_mail"]


def test_a_mail_greets_by_the_whole_name_and_goes_on_with_a_capital_letter(monkeypatch, subtests):
    for name, kind in product(NAMES, OWN_MAILS):
        with subtests.test(name=name, kind=kind.code):
            monkeypatch.setattr(render, "sample_reader", partial(samples._person, name, "sam@example.org", "UTC"))

            mail = render_sample(kind)

            greeting = f"Hello {name},\n\n"
            assert mail.body.startswith(greeting)
            assert not mail.body.removeprefix(greeting)[0].islower()
            [(greeted, first)] = re.findall(
                r"<p>(Hello .*?)</p>\s*(?:<[^>]*>\s*)+(.)", mail.alternatives[0].content, flags=re.S
            )
            assert html.unescape(greeted) == f"Hello {name},"
            assert not first.islower()


def test_a_template_uses_only_values_that_it_is_given(monkeypatch, subtests):
    for engine in engines.all():
        monkeypatch.setattr(engine.engine, "string_if_invalid", "(nothing: %s)")
    for kind in MAILS:
        with subtests.test(kind=kind.code):
            mail = render_sample(kind)

            assert "(nothing" not in f"{mail.subject} {mail.body} {mail.alternatives[0].content}"


GONE = [{"is_active": False}, {"bouncing_since_at": NOW}]
TO_EACH_OTHER = {
    "feedback_open",
    "first_session_missing",
    "match_accepted",
    "mentorship_ended",
    "mentorship_ends_soon",
    "mentorship_extended",
    "mentorship_quiet",
    "mentorship_silent",
    "ongoing_agreed",
    "ongoing_proposed",
    "ongoing_refused",
    "practice_news",
    "session_attendance",
    "session_cancelled",
    "session_confirmed",
    "session_kept",
    "session_proposed",
    "session_reminder",
    "step_due",
    "step_overdue",
}


def test_an_answer_goes_to_the_other_person_or_to_the_community(settings, subtests):
    settings.CONTACT_EMAIL = "team@example.org"
    for kind in MAILS:
        with subtests.test(kind=kind.code):
            mail = render_sample(kind)

            assert mail.message()["Reply-To"] == (
                "jonas@example.org" if kind.code in TO_EACH_OTHER else "team@example.org"
            )


def test_an_answer_goes_to_the_community_if_the_other_would_not_get_it(settings, subtests):
    settings.CONTACT_EMAIL = "team@example.org"
    for code, facts in product(TO_EACH_OTHER, GONE):
        with subtests.test(code=code, **facts):
            context = kind_of(code).sample()
            for name, value in facts.items():
                setattr(context["answers_to"], name, value)

            mail = mail_about(kind_of(code), context)

            assert mail.message()["Reply-To"] == "team@example.org"


def test_no_mail_says_that_nobody_reads_answers(subtests):
    for kind in MAILS:
        with subtests.test(kind=kind.code):
            mail = render_sample(kind)

            assert not re.search(r"no-?reply|not (answer|reply)|not monitored", mail.body, flags=re.I)


ENDS_OF_LINES = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029 "


def test_no_text_of_people_makes_a_line_too_long_for_smtp(subtests):
    for char, kind in product(ENDS_OF_LINES, MAILS):
        with subtests.test(char=ascii(char), kind=kind.code):
            context = kind.sample()
            for put in (write, write_lines):
                put("a" * 880 + char + "b" * 900, list(context.values()))

            raw = mail_about(kind, context).message().as_bytes()

            assert raw.isascii()
            assert max(map(len, raw.split(b"\n"))) <= 998


EVIL = '<img/src=x/onerror="alert(1)">\r\nBcc: all@example.org'
TEXTS = ("ask", "why_you", "offer_note", "decline_note", "motivation", "question", "answer", "agenda")


def write(text: str, thing: object) -> None:
    """Put ``text`` into every text that a person wrote, in ``thing`` and its relations."""
    if isinstance(thing, list | tuple):
        for one in thing:
            write(text, one)
    elif isinstance(thing, Model):
        for name in TEXTS:
            if hasattr(thing, name):
                setattr(thing, name, text)
        for name in ("help_request", "goal", "mentor", "session_kind"):
            write(text, thing._state.fields_cache.get(name))


def write_lines(text: str, thing: object) -> None:
    """Put ``text`` into texts for one line, and into reasons, as ``write`` does."""
    if isinstance(thing, list | tuple):
        for one in thing:
            write_lines(text, one)
    elif isinstance(thing, Model):
        if hasattr(thing, "target_role"):
            thing.target_role = text
        for name in ("reasons", "mentor_reasons"):
            if hasattr(thing, name):
                setattr(thing, name, [text])
        for name in ("help_request", "goal", "mentor"):
            write_lines(text, thing._state.fields_cache.get(name))


def test_line_breaks_of_people_are_kept_in_the_html(subtests):
    for kind in MAILS:
        with subtests.test(kind=kind.code):
            context = kind.sample()
            write("One.\nTwo.", list(context.values()))

            mail = mail_about(kind, context)

            html = mail.alternatives[0].content
            assert html.count("One.<br>Two.") == html.count("One.") == mail.body.count("One.\nTwo.")


def test_every_sample_escapes_names_and_texts_of_people(monkeypatch, subtests):
    person = samples._person
    monkeypatch.setattr(samples, "_person", lambda name, email, timezone: person(EVIL, email, timezone))
    for kind in MAILS:
        with subtests.test(kind=kind.code):
            context = kind.sample()
            write(EVIL, list(context.values()))
            write_lines(EVIL, list(context.values()))

            mail = mail_about(kind, context)

            html = mail.alternatives[0].content
            assert "<img/src" not in html
            assert "&lt;img/src" in html or kind.code == "account_mail"
            assert "Bcc" not in mail.message()
            assert "\n" not in mail.subject


def test_the_html_is_escaped_and_the_text_is_not(admin_user, now):
    mentor = MentorFactory(status="applied", user__name="Eve <script>alert(1)</script>", motivation="Tom & I <3 it")
    NotificationFactory(recipient=admin_user, kind="mentor_applied", payload={"mentor": str(mentor.uuid)})

    send(now)

    [message] = mail.outbox
    html = message.alternatives[0].content
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "Tom & I <3 it" in message.body


def test_a_line_break_stays_out_of_the_headers():
    assert one_line("Eve\r\nBcc: all@example.org wants to mentor") == "Eve Bcc: all@example.org wants to mentor"


def test_a_mail_has_the_link_that_stops_its_group_in_header_text_and_html(admin, now):
    application_message(recipient=admin)

    send(now)

    [message] = mail.outbox
    link = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in message.body
    assert f'href="{link}"' in message.alternatives[0].content


def test_mail_about_the_account_cannot_be_stopped(alice, now):
    NotificationFactory(recipient=alice)

    send(now)

    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers
