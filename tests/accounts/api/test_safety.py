"""Blocks and concerns in the API."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import Block
from mentorship.selectors.mentors import kept_apart
from tests.api.problems import place
from tests.factories import BlockFactory, ConcernFactory, MentorshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

BLOCKS, CONCERNS = "/api/v1/blocks/", "/api/v1/concerns/"
WORDS = "I waited twice for half an hour."


@pytest.fixture
def mentorship(alice, bob):
    return MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)


@pytest.fixture
def theirs(mentorship):
    """Return the body that names the other one of a mentorship."""
    return {"subject_kind": "mentorship", "subject": str(mentorship.uuid)}


@pytest.fixture
def report(theirs):
    return {**theirs, "topic": "attendance", "words": WORDS}


def test_a_member_blocks_lists_and_unblocks(api, alice, bob, theirs):
    made = api(alice).post(BLOCKS, theirs)
    assert (made.status_code, set(made.json()), made.json()["name"]) == (
        201,
        {"uuid", "name", "created_at"},
        "Bob Baker",
    )
    assert api(alice).post(BLOCKS, theirs).json() == made.json()
    assert kept_apart(alice.pk) == {bob.pk}
    [listed] = api(alice).get(BLOCKS).json()["results"]
    assert listed == made.json()

    gone = [api(alice).delete(f"{BLOCKS}{listed['uuid']}/").status_code for _click in range(2)]

    assert gone == [204, 404]
    assert kept_apart(alice.pk) == frozenset()


def test_the_blocked_one_reads_no_sign_of_it(api, alice, bob, theirs):
    api(alice).post(BLOCKS, theirs)

    assert api(bob).get(BLOCKS).json()["results"] == []
    assert api(bob).get("/api/v1/notifications/").json()["results"] == []


def test_the_separation_of_a_concern_is_no_block_to_take_back(api, alice):
    concern = ConcernFactory(raised_by=alice)

    assert api(alice).get(BLOCKS).json()["results"] == []
    assert api(alice).delete(f"{BLOCKS}{concern.separation.uuid}/").status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "subject_kind"),
        ({"subject_kind": "weather", "subject": str(uuid4())}, "subject_kind"),
        ({"subject_kind": "mentorship", "subject": "x"}, "subject"),
        ({"subject_kind": "mentorship", "subject": str(uuid4())}, "subject"),
        ({"subject_kind": "mentorship", "subject": str(uuid4()), "more": 1}, "more"),
    ],
)
@pytest.mark.parametrize("route", [BLOCKS, CONCERNS])
def test_an_odd_body_is_400(route, body, field, api, alice):
    more = {"topic": "other", "words": WORDS} if route == CONCERNS and body else {}

    answer = api(alice).post(route, body | more, format="json")

    assert answer.status_code == 400
    assert field in {place(error) for error in answer.json()["errors"]}


@pytest.mark.parametrize("route", [BLOCKS, CONCERNS])
def test_a_thing_of_others_looks_like_a_missing_one(route, api, charlie, report, theirs):
    body = theirs if route == BLOCKS else report
    others = api(charlie).post(route, body)
    missing = api(charlie).post(route, body | {"subject": str(uuid4())})

    assert (others.status_code, others.json()) == (400, missing.json())
    assert not Block.objects.exists()


def test_a_member_reports_and_reads_where_it_stands(api, alice, bob, report, admin):
    made = api(alice).post(CONCERNS, report)

    assert made.status_code == 201
    concern = made.json()
    assert concern | {"uuid": "", "created_at": "", "due_at": ""} == {
        "uuid": "",
        "name": "Bob Baker",
        "subject_kind": "mentorship",
        "subject": report["subject"],
        "topic": "attendance",
        "words": WORDS,
        "is_safety": False,
        "status": "open",
        "created_at": "",
        "due_at": "",
        "outcome": "",
        "answer": "",
        "closed_at": None,
        "is_apart": True,
        "may_restore_contact": True,
    }
    assert api(alice).get(f"{CONCERNS}{concern['uuid']}/").json() == concern
    assert api(alice).get(CONCERNS).json()["results"] == [concern]
    assert api(bob).get(CONCERNS).json()["results"] == []
    assert api(bob).get(f"{CONCERNS}{concern['uuid']}/").status_code == 404


def test_the_reporter_comes_into_contact_again(api, alice, report):
    uuid = api(alice).post(CONCERNS, report).json()["uuid"]

    answers = [api(alice).post(f"{CONCERNS}{uuid}/restore-contact/") for _click in range(2)]

    assert [(answer.status_code, answer.json()["is_apart"]) for answer in answers] == [(200, False)] * 2
    assert kept_apart(alice.pk) == frozenset()


def test_a_topic_without_a_way_back_says_so(api, alice):
    concern = ConcernFactory(raised_by=alice, topic="harassment")

    answer = api(alice).post(f"{CONCERNS}{concern.uuid}/restore-contact/")

    assert (answer.status_code, answer.json()["code"]) == (409, "concern_not_lifted")
    assert not api(alice).get(f"{CONCERNS}{concern.uuid}/").json()["may_restore_contact"]


@pytest.mark.parametrize(
    ("outcome", "told"),
    [("no_action", "no_action"), ("suspended", "acted"), ("locked_out", "acted"), ("gone", "acted")],
)
def test_the_outcome_says_no_more_than_the_mail(outcome, told, api, alice):
    concern = ConcernFactory(raised_by=alice, status="closed", outcome=outcome, answer="Thank you.")

    found = api(alice).get(f"{CONCERNS}{concern.uuid}/").json()

    assert (found["outcome"], found["answer"], found["may_restore_contact"]) == (told, "Thank you.", False)


def test_limits_are_refusals_with_a_sentence(api, alice, report):
    for _number in range(5):
        ConcernFactory(raised_by=alice, created_at=timezone.now())

    answer = api(alice).post(CONCERNS, report)

    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_concerns")
    assert "write to the organisers" in answer.json()["detail"]


@pytest.mark.parametrize("words", ["", "  ", "x" * 4001])
def test_words_have_a_length(words, api, alice, report):
    answer = api(alice).post(CONCERNS, report | {"words": words})

    assert (answer.status_code, place(answer.json()["errors"][0])) == (400, "words")


def test_a_number_of_queries_does_not_grow_with_the_lists(api, alice, django_assert_num_queries):
    BlockFactory.create_batch(3, blocker=alice)
    ConcernFactory.create_batch(3, raised_by=alice)

    for route in (BLOCKS, CONCERNS):
        with django_assert_num_queries(1):
            assert len(api(alice).get(route).json()["results"]) == 3
