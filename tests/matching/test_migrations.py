"""Migrations of data: who ended a match."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from matching.models import Match
from tests.factories import MatchFactory, NotificationFactory

BEFORE = [("matching", "0037_attempts_of_imports")]


def migrate(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets or executor.loader.graph.leaf_nodes())


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("rung")
def test_questions_that_an_admin_had_ended_become_withdrawn_by_the_organisers():
    ended, taken_back = MatchFactory(status="expired"), MatchFactory(status="withdrawn")
    ran_out, own = MatchFactory(status="expired"), MatchFactory(status="withdrawn", withdrawn_by="mentee")
    for match, kind, by in (
        (ended, "match_expired_mentor", {"by_organisers": "yes"}),
        (taken_back, "match_withdrawn", {"by_organisers": "yes"}),
        (ran_out, "match_expired_mentor", {}),
        (own, "match_withdrawn", {}),
    ):
        payload = {"match": str(match.uuid)} | by
        NotificationFactory(recipient=match.mentor.user, kind=kind, key=str(match.uuid), payload=payload)
    try:
        migrate(BEFORE)
    finally:
        migrate(None)

    found = {row.pk: (row.status, row.silent_side, row.withdrawn_by) for row in Match.objects.all()}
    assert found == {
        ended.pk: ("withdrawn", "", "organisers"),
        taken_back.pk: ("withdrawn", "", "organisers"),
        ran_out.pk: ("expired", "mentor", ""),
        own.pk: ("withdrawn", "", "mentee"),
    }
    kinds = {match.pk: match.mentor.user.notifications.get().kind for match in (ended, ran_out)}
    assert kinds == {ended.pk: "match_withdrawn", ran_out.pk: "match_expired_mentor"}
