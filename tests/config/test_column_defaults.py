"""Columns that came later have a default in the database: code of the version before can still write rows."""

from __future__ import annotations

import pytest
from django.db import connection

LATER = {
    "accounts_communityrules": "reason",
    "accounts_communityrulesevent": "reason",
    "accounts_skill": "is_offered",
    "accounts_skillevent": "is_offered",
    "mentorship_goalkind": "is_offered",
    "mentorship_goalkindevent": "is_offered",
    "mentorship_sessionkind": "is_offered",
    "mentorship_sessionkindevent": "is_offered",
}
DEFAULTS = {"reason": "''::text", "is_offered": "true"}


@pytest.mark.django_db
@pytest.mark.parametrize(("table", "column"), LATER.items())
def test_a_later_column_has_a_default(table, column):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_default FROM information_schema.columns "
            "WHERE table_schema = current_schema AND table_name = %s AND column_name = %s",
            [table, column],
        )
        assert cursor.fetchone() == (DEFAULTS[column],)
