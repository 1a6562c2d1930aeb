"""The migration from choices by kind to choices by group keeps every mail off that was off."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import NotificationChoice
from tests.factories import UserFactory

BY_KIND = [("accounts", "0011_group_of_a_choice")]


def migrated(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


@pytest.mark.django_db(transaction=True)
def test_choices_by_kind_become_choices_by_group():
    stopped, digest, gone, weekly, untouched = UserFactory.create_batch(5)
    old = migrated(BY_KIND)
    try:
        choice = old.get_model("accounts", "NotificationChoice").objects
        old.get_model("accounts", "MailStop").objects.create(user_id=stopped.pk, group="questions")
        choice.create(user_id=digest.pk, kind="match_declined", email="digest")
        choice.create(user_id=gone.pk, kind="mentorship_ended", email="off", in_app=False)
        choice.create(user_id=untouched.pk, kind="match_asked", email="off")
        old.get_model("accounts", "MentorProfile").objects.create(
            user_id=weekly.pk, status_since_at=weekly.joined_at, motivation="I was helped.", weekly_requests=True
        )
    finally:
        migrated(MigrationExecutor(connection).loader.graph.leaf_nodes())  # other apps depend on what was undone

    found = set(NotificationChoice.objects.values_list("user", "group", "email", "in_app"))
    assert found == {
        (stopped.pk, "questions", "off", True),
        (digest.pk, "questions", "digest", True),
        (gone.pk, "mentorships", "off", False),
        (weekly.pk, "weekly", "now", True),
    }
