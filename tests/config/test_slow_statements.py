"""The load finds slow statements in the log of PostgreSQL, and shows no value of them."""

from __future__ import annotations

from tests.bench.load import grouped, without_values

LOG = """\
2026-11-30 18:00:00.000 UTC [1] LOG:  duration: 250.500 ms  statement: SELECT "name" FROM "accounts_user" WHERE "id" = 7
2026-11-30 18:00:01.000 UTC [2] LOG:  duration: 120.000 ms  statement: SELECT count(*)
\tFROM accounts_user WHERE email = 'ada''s@example.org'
2026-11-30 18:00:02.000 UTC [1] LOG:  checkpoint starting: time
2026-11-30 18:00:03.000 UTC [1] LOG:  duration: 150.000 ms  statement: SELECT "name" FROM "accounts_user" WHERE "id" = 8
"""


def test_statements_that_differ_in_values_count_as_one_and_the_longest_sum_comes_first():
    first, second = grouped(LOG)

    assert first == {
        "statement": 'SELECT "name" FROM "accounts_user" WHERE "id" = ?',
        "n": 2,
        "sum_ms": 400.5,
        "longest_ms": 250.5,
    }
    assert second["statement"] == "SELECT count(*) FROM accounts_user WHERE email = ?"


def test_lists_of_values_of_any_length_are_the_same():
    assert without_values("id IN (1, 2, 3)") == without_values("id IN (4, 5)") == "id IN (?, …)"
