"""Pairs of cohorts for the two of a pair."""

from __future__ import annotations

import pytest

from accounts.models import Block
from matching.selectors.cohorts.pairs import card_of, pairs_of_person
from matching.selectors.shown import Shown
from tests.factories import NOW, CohortPairFactory, UserFactory
from tests.matching.pairs import proposed_pair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def card(pair, side):
    person = pair.person_on(side)
    return card_of(pairs_of_person(person).get(pk=pair.pk), to=person)


@pytest.mark.parametrize("side", ["mentee", "mentor"])
@pytest.mark.parametrize("other_said_yes", [False, True])
def test_nobody_reads_whether_the_other_side_has_answered(other_said_yes, side):
    other = "mentor_yes_at" if side == "mentee" else "mentee_yes_at"
    pair = proposed_pair(**{other: NOW if other_said_yes else None})

    assert (card(pair, side).state, card(pair, side).answer) == ("mine", "")


@pytest.mark.parametrize("side", ["mentee", "mentor"])
def test_the_own_yes_is_shown(side):
    pair = proposed_pair(**{f"{side}_yes_at": NOW})

    assert (card(pair, side).state, card(pair, side).answer) == ("waits", "yes")


def test_each_side_reads_the_other_without_an_address():
    pair = proposed_pair(reasons=["for the mentee"], mentor_reasons=["for the mentor"])

    to_mentee, to_mentor = card(pair, "mentee"), card(pair, "mentor")

    assert (to_mentee.mentor.name, to_mentee.mentee, to_mentee.reasons) == (
        pair.mentor.user.name,
        None,
        ["for the mentee"],
    )
    assert (to_mentor.mentee.name, to_mentor.mentor, to_mentor.reasons) == (
        pair.help_request.mentee.name,
        None,
        ["for the mentor"],
    )
    assert to_mentor.mentee.situation == pair.help_request.situation
    assert to_mentee.other.shown == to_mentor.other.shown == Shown.PERSON


def test_a_confirmed_pair_shows_the_addresses():
    pair = CohortPairFactory(status="confirmed")

    assert card(pair, "mentee").other.email == pair.mentor.user.email
    assert card(pair, "mentor").other.email == pair.help_request.mentee.email


# The facts of a pair that is over, and what mentee and mentor read of it.
OVER = [
    ({"status": "declined", "declined_by": "mentor"}, "other", "my_no"),
    ({"status": "declined", "declined_by": "mentee"}, "my_no", "other"),
    ({"status": "expired", "mentee_yes_at": NOW}, "other", "my_silence"),
    ({"status": "expired"}, "my_silence", "my_silence"),
    ({"status": "withdrawn", "why_withdrawn": "taken_back"}, "taken_back", "taken_back"),
    ({"status": "withdrawn", "why_withdrawn": "request_over"}, "request_over", "request_over"),
    ({"status": "withdrawn", "why_withdrawn": "not_possible"}, "other", "other"),
]


@pytest.mark.parametrize(("facts", "to_mentee", "to_mentor"), OVER)
def test_neither_reads_why_the_other_side_made_it_end(facts, to_mentee, to_mentor):
    pair = proposed_pair(**facts)

    cards = card(pair, "mentee"), card(pair, "mentor")

    assert [one.why for one in cards] == [to_mentee, to_mentor]
    assert {(one.state, tuple(one.reasons), one.other.shown) for one in cards} == {("over", (), Shown.NAME)}


def test_a_block_looks_like_any_other_end():
    pair = proposed_pair()
    Block.objects.create(blocker=pair.mentor.user, blocked=pair.help_request.mentee)

    assert (card(pair, "mentee").state, card(pair, "mentee").why) == ("over", "other")


def test_a_mentee_reads_that_another_mentor_comes():
    pair = proposed_pair(status="declined")
    proposed_pair(instead_of=pair, status="published", help_request=pair.help_request)

    assert (card(pair, "mentee").another, card(pair, "mentor").another) == (True, False)


def test_an_alternate_that_was_never_proposed_is_no_other_mentor():
    pair = proposed_pair(status="declined")
    proposed_pair(
        instead_of=pair,
        status="withdrawn",
        proposed_at=None,
        why_withdrawn="not_possible",
        help_request=pair.help_request,
    )

    assert card(pair, "mentee").another is False


def test_somebody_else_has_no_card_and_a_published_pair_is_not_there():
    pair = proposed_pair(status="published")

    assert list(pairs_of_person(pair.mentor.user)) == []
    assert list(pairs_of_person(UserFactory())) == []


@pytest.mark.parametrize("pairs", [1, 3])
def test_the_pairs_of_a_person_need_a_constant_number_of_queries(pairs, django_assert_num_queries):
    person = UserFactory()
    for _number in range(pairs):
        proposed_pair(help_request__mentee=person)

    with django_assert_num_queries(6):
        assert len([card_of(pair, to=person) for pair in pairs_of_person(person)]) == pairs
