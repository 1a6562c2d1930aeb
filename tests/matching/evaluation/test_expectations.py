"""Files of expectations and notes."""

from __future__ import annotations

import json

import pytest

from matching.community.schema import BadCommunityFile
from matching.evaluation.expectations import parse_expectations, parse_notes

COMMUNITY = {
    "people": [{"email": "M@example.org", "mentor": {}}, {"email": "me@example.org"}],
    "help_requests": [{"ref": "R1"}],
}


@pytest.mark.parametrize(
    ("row", "path", "reason"),
    [
        ({}, "$[0]", "'request' is a required property"),
        ({"request": 1}, "$[0].request", "is not of type 'string'"),
        ({"request": "R2"}, "$[0].request", "'R2' is not among the help requests"),
        ({"request": "R1", "frist": "m@example.org"}, "$[0]", "'frist' was unexpected"),
        ({"request": "R1", "first": "n@example.org"}, "$[0].first", "is not among the people"),
        ({"request": "R1", "first": "me@example.org"}, "$[0].first", "is no mentor"),
        ({"request": "R1", "top": {"n": 0, "mentors": []}}, "$[0].top.n", "less than the minimum"),
        ({"request": "R1", "top": {"n": 1}}, "$[0].top", "'mentors' is a required property"),
        ({"request": "R1", "top": {"n": 1, "mentors": ["m@example.org", "?"]}}, "$[0].top.mentors", "the first 1"),
        ({"request": "R1", "above": [["m@example.org"]]}, "$[0].above[0]", "is too short"),
        ({"request": "R1", "above": [["m@example.org", "M@example.org"]]}, "$[0].above[0]", "one person"),
        ({"request": "R1", "ineligible": {"?": "paused"}}, "$[0].ineligible['?']", "is not among the people"),
        ({"request": "R1", "ineligible": {"m": "lazy"}}, "$[0].ineligible.m", "'lazy' is not one of"),
        ({"request": "R1", "eligible": ["m@example.org", "?"]}, "$[0].eligible[1]", "is not among the people"),
    ],
)
def test_a_bad_expectation_is_refused_with_its_path(row, path, reason):
    with pytest.raises(BadCommunityFile) as refused:
        parse_expectations(json.dumps([row]), COMMUNITY)

    assert [fault.reason for fault in refused.value.faults if fault.path == path and reason in fault.reason]


def test_every_fault_has_its_path():
    rows = [{"request": "R1", "first": "?"}, {"request": "R1", "eligible": ["?"]}, {"request": "R3"}]

    with pytest.raises(BadCommunityFile) as refused:
        parse_expectations(json.dumps(rows), COMMUNITY)

    assert [fault.path for fault in refused.value.faults] == [
        "$[2].request",
        "$[0].first",
        "$[1].request",
        "$[1].eligible[0]",
    ]


@pytest.mark.parametrize(
    "text", [b"\xff", "{", "[" * 100_000, '{"R2": {}}', '{"R1": {"jargon": 1}}', '{"R1": {"": 1}}']
)
def test_bad_notes_are_refused(text):
    with pytest.raises(BadCommunityFile):
        parse_notes(text, COMMUNITY)


def test_addresses_are_read_as_they_are_stored():
    [expected] = parse_expectations('[{"request": "R1", "first": "m@EXAMPLE.org"}]', COMMUNITY)

    assert expected.first == "m@example.org"
