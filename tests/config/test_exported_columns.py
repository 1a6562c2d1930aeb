"""An export shows each of two people what the API shows them of a thing of both, and a few dates and keys."""

from __future__ import annotations

import pytest

from accounts.jobs.exports import columns_for
from accounts.privacy_registry import all_holdings
from matching.serializers.cohort_pairs import CohortPairSerializer
from matching.serializers.inbox import InboxMatchSerializer
from matching.serializers.matches import ClarificationSerializer, MatchSerializer
from mentorship.serializers.going import FitCheckSerializer
from mentorship.serializers.mentorships import MentorshipSerializer
from mentorship.serializers.outcomes import MyFeedbackSerializer, ScaleSerializer
from mentorship.serializers.sessions import SessionSerializer
from mentorship.serializers.steps import NextStepSerializer

# The way to each reader of a table, with the serializer of what they read, and the columns that have another name there
# or are facts of both: a new column of the table fails until it is shown by the API, hidden or added here.
KEYS = {"mentorship__uuid", "match__uuid"}
MATCH = {"engine_version", "help_request__uuid", "waits_since_at", "withdrawn_by"} | KEYS
MENTORSHIP = {"end_asked_at", "goal__uuid", "ongoing_asked_at", "paused_for"}
SESSION_DATES = {"attendance_asked_at", "cancelled_at", "confirmed_at", "created_at", "missed_at", "waits_since_at"}
SESSION = SESSION_DATES | {"is_only", "kind__code"} | KEYS
STEP = {"by_on", "milestone__uuid", "session__uuid"} | KEYS
PAIR = {"help_request__uuid", "published_at", "match__uuid"}
READERS = {
    ("matching.CohortPair", "help_request__mentee"): (CohortPairSerializer, PAIR | {"mentor__user__name"}),
    ("matching.CohortPair", "mentor__user"): (
        CohortPairSerializer,
        PAIR | {"help_request__mentee__name", "mentor_reasons"},
    ),
    ("matching.Match", "help_request__mentee"): (MatchSerializer, MATCH | {"mentor__user__name"}),
    ("matching.Match", "mentor__user"): (
        InboxMatchSerializer,
        MATCH | {"help_request__mentee__name", "mentor_reasons", "created_at"},
    ),
    ("matching.Clarification", "match__help_request__mentee"): (ClarificationSerializer, KEYS),
    ("matching.Clarification", "match__mentor__user"): (ClarificationSerializer, KEYS),
    ("mentorship.Mentorship", "mentee"): (MentorshipSerializer, MENTORSHIP | {"mentor__user__name"}),
    ("mentorship.Mentorship", "mentor__user"): (MentorshipSerializer, MENTORSHIP | {"mentee__name"}),
    ("mentorship.Session", "mentorship__mentee"): (SessionSerializer, SESSION),
    ("mentorship.Session", "mentorship__mentor__user"): (SessionSerializer, SESSION),
    ("mentorship.ActionItem", "mentorship__mentee"): (NextStepSerializer, STEP),
    ("mentorship.ActionItem", "mentorship__mentor__user"): (NextStepSerializer, STEP),
    ("mentorship.Feedback", "author"): (MyFeedbackSerializer, KEYS),
    ("mentorship.GoalScale", "mentorship__mentee"): (ScaleSerializer, KEYS),
    ("mentorship.GoalScale", "mentorship__mentor__user"): (ScaleSerializer, KEYS),
    ("mentorship.FitCheck", "person"): (FitCheckSerializer, KEYS),
}


@pytest.mark.parametrize(("table", "path"), READERS)
def test_an_export_shows_no_more_than_the_api(table, path):
    serializer, also = READERS[table, path]
    [holding] = [holding for holding in all_holdings() if holding.label == table]
    [share] = [share for share in holding.shares if share.path == path]

    assert set(columns_for(holding, share)) - set(serializer().fields) - also == set()


def test_each_table_that_two_people_read_is_looked_at():
    shared = {holding.label for holding in all_holdings() for share in holding.shares if share.exported and share.reads}
    # Names of a block, a reader or a merged account, and the words of an answer about a concern or a record.
    others = {"accounts.AccountMerge", "accounts.Block", "accounts.Concern", "accounts.StaffRead"}
    others |= {"mentorship.AnswerFeedback"}

    assert shared - others <= {table for table, _path in READERS}
