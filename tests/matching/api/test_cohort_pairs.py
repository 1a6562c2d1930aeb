"""Pairs of cohorts in the API."""

from __future__ import annotations

import pytest

from accounts.models import Block
from matching.jobs.cohort_pairs import end_impossible_pairs
from matching.services.cohorts.answer import say_no
from tests.factories import NOW
from tests.matching.pairs import closed_cohort, proposed_pair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]
LIST = "/api/v1/cohort-pairs/"


@pytest.fixture
def pair(alice, bob):
    return proposed_pair(
        cohort=closed_cohort(name="Spring intake"),
        help_request__mentee=alice,
        mentor=bob.mentor,
        decline_reason="",
        answer_due_at=NOW.replace(year=2099),
    )


def test_each_side_lists_its_pairs(pair, alice, bob, charlie, api):
    [to_alice] = api(alice).get(LIST).json()["results"]
    [to_bob] = api(bob).get(LIST).json()["results"]

    assert (to_alice["role"], to_alice["state"], to_alice["cohort"]) == ("mentee", "mine", "Spring intake")
    assert (to_alice["mentor"]["name"], to_alice["help_request"]) == (bob.name, None)
    assert (to_bob["role"], to_bob["mentor"], to_bob["help_request"]["mentee"]) == ("mentor", None, alice.name)
    assert api(charlie).get(LIST).json()["results"] == []


def test_two_yeses_begin_the_mentorship(pair, alice, bob, api):
    first = api(alice).post(f"{LIST}{pair.uuid}/yes/")
    second = api(bob).post(f"{LIST}{pair.uuid}/yes/")

    assert (first.status_code, first.json()["state"], first.json()["answer"]) == (200, "waits", "yes")
    assert (second.status_code, second.json()["state"]) == (200, "confirmed")
    mentorship = second.json()["mentorship"]
    assert api(alice).get(f"/api/v1/mentorships/{mentorship}/").status_code == 200


def test_a_no_hides_its_reason_from_the_other_side(pair, alice, bob, api):
    said = api(bob).post(f"{LIST}{pair.uuid}/no/", {"reason": "no_time"})

    assert (said.status_code, said.json()["answer"], said.json()["why_over"]) == (200, "no", "my_no")
    read = api(alice).get(f"{LIST}{pair.uuid}/")
    assert (read.json()["state"], read.json()["why_over"], read.json()["reasons"]) == ("over", "other", [])
    assert "no_time" not in read.content.decode()


def test_a_no_needs_no_reason_and_takes_none_that_is_unknown(pair, alice, api):
    assert api(alice).post(f"{LIST}{pair.uuid}/no/", {"reason": "nonsense"}).status_code == 400
    assert api(alice).post(f"{LIST}{pair.uuid}/no/").status_code == 200


def test_a_second_answer_is_a_refusal(pair, alice, api):
    api(alice).post(f"{LIST}{pair.uuid}/yes/")

    answer = api(alice).post(f"{LIST}{pair.uuid}/yes/")

    assert (answer.status_code, answer.json()["code"]) == (409, "already_done")


def test_somebody_else_finds_nothing(pair, charlie, api):
    assert api(charlie).get(f"{LIST}{pair.uuid}/").status_code == 404
    assert api(charlie).post(f"{LIST}{pair.uuid}/yes/").status_code == 404


def test_a_block_hides_the_request(pair, alice, bob, api):
    Block.objects.create(blocker=alice, blocked=bob)

    read = api(bob).get(f"{LIST}{pair.uuid}/").json()
    assert (read["state"], read["help_request"], read["reasons"]) == ("over", None, [])


def test_my_turns_have_the_pair(pair, alice, api):
    turn = next(turn for turn in api(alice).get("/api/v1/me/turns/").json()["mine"] if turn["kind"] == "cohort_pair")

    assert (turn["uuid"], turn["about"]) == (str(pair.uuid), "Spring intake")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_needs_a_constant_number_of_queries(rows, alice, api, django_assert_num_queries):
    for _row in range(rows):
        proposed_pair(help_request__mentee=alice)
    client = api(alice)
    client.get(LIST)

    with django_assert_num_queries(6):
        client.get(LIST)


def is_declined(pair):
    say_no(pair_id=pair.pk, by=pair.mentor.user, now=NOW)


def is_kept_apart(pair):
    Block.objects.create(blocker=pair.mentor.user, blocked=pair.help_request.mentee)


def account_is_closed(pair):
    type(pair.mentor.user).objects.filter(pk=pair.mentor.user_id).update(is_active=False)


def is_ended_by_the_sweep(pair):
    is_kept_apart(pair)
    end_impossible_pairs(now=NOW)


@pytest.mark.parametrize("happened", [is_declined, is_kept_apart, account_is_closed, is_ended_by_the_sweep])
def test_a_pair_that_is_over_looks_the_same_whatever_the_cause(happened, pair, alice, api):
    happened(pair)

    read = api(alice).get(f"{LIST}{pair.uuid}/").json()

    assert (read["state"], read["why_over"], read["answer"], read["another"]) == ("over", "other", "", False)
    assert (read["answer_due_at"], read["ended_at"], read["reasons"]) == (None, None, [])


def test_the_side_that_said_no_reads_when(pair, alice, api):
    read = api(alice).post(f"{LIST}{pair.uuid}/no/").json()

    assert (read["why_over"], read["answer_due_at"], read["ended_at"] is None) == ("my_no", None, False)
