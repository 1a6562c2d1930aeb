"""The migration from choices by kind to choices by group, and back."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import NotificationChoice
from tests.factories import UserFactory

BY_KIND, BY_GROUP = [("accounts", "0011_group_of_a_choice")], [("accounts", "0013_one_choice_for_each_group")]


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
        migrated(BY_GROUP)

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
        migrated(BY_GROUP)

    assert found == [("mentorship_ended", "off", False)]
    assert NotificationChoice.objects.get().email == "off"
