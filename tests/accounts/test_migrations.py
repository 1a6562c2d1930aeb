"""Migrations of data: choices of mail by group, and the stored form of names and addresses."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import NotificationChoice, User
from tests.factories import UserFactory

BY_KIND, BY_GROUP = [("accounts", "0011_group_of_a_choice")], [("accounts", "0013_one_choice_for_each_group")]
UNICODE = "a@m\u00fcnchen.example"


def migrate_all():
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def migrated(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


@pytest.mark.django_db(transaction=True)
def test_choices_by_kind_become_choices_by_group():
    stopped, named, digest, mixed, gone, weekly, partly = UserFactory.create_batch(7)
    old = migrated(BY_KIND)
    try:
        choice = old.get_model("accounts", "NotificationChoice").objects
        for person in (stopped, named):
            old.get_model("accounts", "MailStop").objects.create(user_id=person.pk, group="questions")
        choice.create(user_id=named.pk, kind="match_asked", email="now")
        choice.create(user_id=digest.pk, kind="match_declined", email="digest")
        choice.create(user_id=mixed.pk, kind="match_asked", email="off")
        choice.create(user_id=mixed.pk, kind="match_declined", email="digest")
        choice.create(user_id=gone.pk, kind="mentorship_ended", email="off", in_app=False)
        choice.create(user_id=partly.pk, kind="match_asked", email="off")
        old.get_model("accounts", "MentorProfile").objects.create(
            user_id=weekly.pk, status_since_at=weekly.joined_at, motivation="I was helped.", weekly_requests=True
        )
    finally:
        migrate_all()

    found = set(NotificationChoice.objects.values_list("user", "group", "email", "in_app"))
    assert found == {
        (stopped.pk, "questions", "off", True),
        (named.pk, "questions", "off", True),
        (mixed.pk, "questions", "digest", True),
        (digest.pk, "questions", "digest", True),
        (gone.pk, "mentorships", "off", False),
        (weekly.pk, "weekly", "now", True),
    }


@pytest.mark.django_db(transaction=True)
def test_choices_by_group_become_choices_by_kind_again():
    stopped = UserFactory()
    NotificationChoice.objects.create(user=stopped, group="mentorships", email="off", in_app=False)
    old = migrated(BY_KIND)
    try:
        found = list(old.get_model("accounts", "NotificationChoice").objects.values_list("kind", "email", "in_app"))
    finally:
        migrate_all()

    assert found == [("mentorship_ended", "off", False)]
    assert NotificationChoice.objects.get().email == "off"


@pytest.mark.django_db(transaction=True)
def test_names_and_addresses_get_their_stored_form():
    person, first, second = UserFactory.create_batch(3)
    old = migrated(BY_GROUP).get_model("accounts", "User").objects
    try:
        old.filter(pk=person.pk).update(name="Anna\nLee", email=UNICODE)
        person.emailaddress_set.update(email=UNICODE)
        old.filter(pk=first.pk).update(email="b@xn--mnchen-3ya.example")
        old.filter(pk=second.pk).update(email="b@m\u00fcnchen.example")
    finally:
        migrate_all()

    person.refresh_from_db()
    address = "a@xn--mnchen-3ya.example"
    assert (person.name, person.email, person.emailaddress_set.get().email) == ("Anna Lee", address, address)
    # Two accounts of one address: admins decide which of them stays.
    assert User.objects.get(pk=second.pk).email == "b@m\u00fcnchen.example"
