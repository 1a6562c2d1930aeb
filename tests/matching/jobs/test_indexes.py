"""Each sweep finds its rows by an index."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.jobs.group_mail import send_group_mails
from accounts.jobs.pauses import end_pauses
from matching.jobs.cohort_pairs import expire_pairs, propose_published, remind_of_pairs
from matching.jobs.expire import expire_unanswered
from matching.jobs.remind import remind_unanswered
from matching.jobs.still_looking import ask_still_looking, expire_abandoned
from matching.jobs.weekly_mail import send_weekly_requests
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("sweep", "index"),
    [
        (remind_unanswered, "match_answer_due"),
        (expire_unanswered, "match_answer_due"),
        (propose_published, "cohort_pair_published"),
        (remind_of_pairs, "cohort_pair_answer_due"),
        (expire_pairs, "cohort_pair_answer_due"),
        (ask_still_looking, "help_request_open_since"),
        (expire_abandoned, "help_request_open_since"),
        (end_pauses, "mentor_by_status"),
        (send_group_mails, "group_mail_working"),
        (send_weekly_requests, "mentor_by_status"),
    ],
)
def test_a_sweep_finds_its_rows_by_an_index(sweep, index):
    with CaptureQueriesContext(connection) as captured:
        sweep(now=NOW)

    [query] = captured.captured_queries  # nothing is due, so no other query follows
    with connection.cursor() as cursor:
        # Without this, PostgreSQL scans a small table as a whole.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {query['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert f" using {index} on " in plan
