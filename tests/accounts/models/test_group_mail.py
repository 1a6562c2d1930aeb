"""Mails to groups: moves, constraints, and placeholders."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import IntegrityError, transaction

from accounts.exceptions import MoveNotAllowed
from accounts.models import GroupMail
from accounts.models.group_mail import fill, unknown_placeholders
from tests.factories import NOW, GroupMailFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("status", "following"),
    [
        # A draft gets its time with the schedule.
        ("draft", {"discarded"}),
        ("scheduled", {"sending", "stopped"}),
        ("sending", {"sent", "stopped"}),
        ("sent", set()),
        ("stopped", set()),
        ("discarded", set()),
    ],
)
def test_a_mail_moves_as_its_table_says(status, following):
    mail = GroupMailFactory(status=status)

    reached = set()
    for wanted in GroupMail.Status.values:
        moved = GroupMail.objects.get(pk=mail.pk)
        with suppress(MoveNotAllowed, IntegrityError), transaction.atomic():
            moved.move_to(wanted, at=NOW)
            reached.add(wanted)
            GroupMail.objects.filter(pk=mail.pk).update(status=status)

    assert reached == following


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"status": "lost"}, "group_mail_"),
        ({"status": "sending", "scheduled_at": None}, "group_mail_has_a_time_once_scheduled"),
        ({"status": "draft", "scheduled_at": NOW}, "group_mail_has_a_time_once_scheduled"),
    ],
)
def test_a_mail_is_whole(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        GroupMailFactory(**fields)


def test_a_person_is_a_recipient_once(alice):
    with pytest.raises(IntegrityError, match="group_mail_recipient_once"), transaction.atomic():
        GroupMailFactory(people=[alice, alice])


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"left_out": "taken_out", "written_at": NOW}, "group_mail_recipient_is_written_to_or_left_out"),
        ({"left_out": "bored"}, "group_mail_recipient_is_left_out_for_a_known_reason"),
    ],
)
def test_a_recipient_is_whole(fields, constraint):
    mail = GroupMailFactory(people=[])

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        mail.recipients.create(person=UserFactory(), **fields)


def test_a_text_has_words():
    with pytest.raises(IntegrityError, match="group_mail_text_has_words"), transaction.atomic():
        GroupMailFactory(text__subject="")


def test_placeholders_are_filled_once():
    values = {"name": "{site}", "community": "Mentors", "site": "https://mentors.example.org"}

    assert fill("Hello {name}, {community} {other} { name }", values) == "Hello {site}, Mentors {other} {site}"


def test_words_in_braces_that_are_no_placeholders_are_found():
    assert unknown_placeholders("{name} {friend} {} { name } {site} {first name}") == ["first name", "friend"]


def test_braces_without_words_are_no_placeholders():
    assert unknown_placeholders("{} {\n} { } }{ {a\nb}") == []
