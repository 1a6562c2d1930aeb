"""Subjects of blocks and concerns: a thing names the other person to one who knows their name."""

from __future__ import annotations

from uuid import uuid4

import pytest

from accounts.concern_registry import facts_about, other_person, subject_codes
from mentorship.models import Exclusion
from tests.factories import (
    NOW,
    BlockFactory,
    CohortPairFactory,
    GoalFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
    SessionFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

OFFERED = {"asked_at": None, "why_you": "", "offered_at": NOW}


@pytest.fixture
def things(alice, bob):
    """Return one thing of each kind that Alice, the mentee, and Bob share."""
    goal = GoalFactory(mentee=alice)
    mentorship = MentorshipFactory(goal=goal, mentor=bob.mentor)
    return {
        "mentorship": mentorship,
        "session": SessionFactory(mentorship=mentorship),
        "match": match_of(alice, bob, status="asked"),
        "cohort_pair": CohortPairFactory(help_request__mentee=alice, mentor=bob.mentor),
    }


def match_of(mentee, mentor, **fields):
    request = HelpRequestFactory(mentee=mentee, goal=GoalFactory(mentee=mentee))
    return MatchFactory(help_request=request, mentor=mentor.mentor, **fields)


def test_every_kind_is_tried_below(things):
    assert {code for code, _label in subject_codes()} == {"mentor", *things}


@pytest.mark.parametrize("kind", ["mentorship", "session", "match"])
def test_each_of_the_two_finds_the_other(kind, things, alice, bob, charlie):
    uuid = things[kind].uuid

    assert (other_person(kind, uuid, alice), other_person(kind, uuid, bob)) == (bob, alice)
    assert other_person(kind, uuid, charlie) is None
    assert other_person(kind, uuid4(), alice) is None


@pytest.mark.parametrize("kind", ["mentorship", "session", "match"])
def test_somebody_who_was_blocked_can_still_report_what_happened(kind, things, alice, bob):
    BlockFactory(blocker=alice, blocked=bob)

    assert other_person(kind, things[kind].uuid, bob) == alice


@pytest.mark.parametrize(
    ("fields", "by_mentor"),
    [
        ({"status": "proposed", "asked_at": None, "why_you": ""}, False),
        ({"status": "offered", **OFFERED}, False),
        ({"status": "declined", **OFFERED}, False),
        ({"status": "withdrawn", **OFFERED}, False),
        ({"status": "asked"}, True),
        ({"status": "clarifying"}, True),
        ({"status": "declined"}, True),
        ({"status": "expired"}, True),
    ],
)
def test_a_mentor_names_no_mentee_whom_they_do_not_know(fields, by_mentor, alice, bob):
    match = match_of(alice, bob, **fields)

    assert other_person("match", match.uuid, bob) == (alice if by_mentor else None)
    assert other_person("match", match.uuid, alice) == bob


def test_a_mentor_is_found_by_their_page(alice, bob):
    assert other_person("mentor", bob.mentor.uuid, alice) == bob
    assert other_person("mentor", bob.mentor.uuid, bob) is None
    assert other_person("mentor", MentorFactory(status="applied").uuid, alice) is None


def test_a_mentor_is_found_by_who_blocked_them_alone(alice, bob, charlie):
    BlockFactory(blocker=alice, blocked=bob)
    BlockFactory(blocker=bob, blocked=charlie)

    assert other_person("mentor", bob.mentor.uuid, alice) == bob
    assert other_person("mentor", bob.mentor.uuid, charlie) is None


def test_an_unknown_kind_names_nobody(alice, bob):
    assert other_person("nonsense", bob.mentor.uuid, alice) is None


def test_the_organisers_read_what_two_people_had_with_each_other(things, alice, bob, charlie):
    match_of(alice, bob, status="proposed", asked_at=None, why_you="")
    match_of(alice, bob, status="expired", **OFFERED)
    match_of(alice, charlie, status="asked")
    first, second = sorted([alice, bob], key=lambda user: user.pk)
    Exclusion.objects.create(first=first, second=second, reason="conflict")

    for pair in ((alice, bob), (bob, alice)):
        assert {fact.words for fact in facts_about(*pair)} == {
            "Bob Baker mentors Alice Archer: active. Sessions: 1 proposed.",
            "Excluded from each other: conflict of interest.",
            "Bob Baker offered Alice Archer help: expired.",
            "Alice Archer asked Bob Baker: asked.",
        }
