"""The side whose turn it is, and since when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from matching.selectors.visibility import help_requests_of
from tests.factories import BlockFactory, HelpRequestFactory, MatchFactory
from tests.matching.helpers import request_for
from tests.matching.pairs import proposed_pair

pytestmark = pytest.mark.django_db


def turn(request):
    found = help_requests_of(request.mentee).get(pk=request.pk)
    return found.whose_turn, found.turn_since_at


def days(now, number):
    return now - timedelta(days=number)


def test_a_draft_waits_for_its_mentee(now):
    assert turn(HelpRequestFactory(status="draft")) == ("mentee", now)


def test_an_open_request_without_matches_waits_for_the_community(now):
    assert turn(HelpRequestFactory(opened_at=days(now, 9))) == ("community", days(now, 9))
    queued = HelpRequestFactory(opened_at=days(now, 9), queued_at=days(now, 4), obstacle="price")
    assert turn(queued) == ("community", days(now, 4))


def test_a_request_with_proposals_or_offers_waits_for_its_mentee_since_the_latest(now):
    request = HelpRequestFactory(opened_at=days(now, 9))
    for day in (8, 7):
        MatchFactory(help_request=request, created_at=days(now, day))
    MatchFactory(help_request=request, status="declined", created_at=days(now, 1))
    assert turn(request) == ("mentee", days(now, 7))

    MatchFactory(help_request=request, status="offered", created_at=days(now, 8), offered_at=days(now, 2))
    assert turn(request) == ("mentee", days(now, 2))


def test_a_request_with_questions_waits_for_the_mentor_who_was_asked_first(now):
    request = HelpRequestFactory(opened_at=days(now, 9))
    MatchFactory(help_request=request, created_at=days(now, 8))
    for day in (4, 6):
        MatchFactory(help_request=request, status="asked", asked_at=days(now, day))
    MatchFactory(help_request=request, status="withdrawn", asked_at=days(now, 7))

    assert turn(request) == ("mentor", days(now, 6))


def test_an_offer_is_the_mentees_turn_even_with_an_open_question(now):
    request = HelpRequestFactory(opened_at=days(now, 9))
    MatchFactory(help_request=request, status="asked", asked_at=days(now, 6))
    MatchFactory(help_request=request, status="offered", created_at=days(now, 8), offered_at=days(now, 3))

    assert turn(request) == ("mentee", days(now, 3))


# --- cohorts ------------------------------------------------------------------------------------------------------


def test_a_request_of_a_cohort_waits_for_the_organisers_also_if_a_pair_is_not_proposed_yet(now):
    request = request_for(opened_at=days(now, 9))
    assert turn(request) == ("organisers", days(now, 9))

    proposed_pair(help_request=request, status="published")
    assert turn(request) == ("organisers", days(now, 9))


def test_a_proposed_mentor_waits_for_the_mentee_also_if_the_mentor_has_said_yes(now):
    pair = proposed_pair(proposed_at=days(now, 2), mentor_yes_at=days(now, 1))

    assert turn(pair.help_request) == ("mentee", days(now, 2))


def test_after_the_yes_of_the_mentee_it_is_the_turn_of_the_mentor(now):
    pair = proposed_pair(proposed_at=days(now, 2), mentee_yes_at=days(now, 1))

    assert turn(pair.help_request) == ("mentor", days(now, 1))


def test_after_a_pair_that_came_to_nothing_it_is_the_organisers_turn_again(now):
    pair = proposed_pair(help_request__opened_at=days(now, 9), status="declined", ended_at=days(now, 1))

    assert turn(pair.help_request) == ("organisers", days(now, 1))


def test_a_pair_of_two_who_are_kept_apart_waits_for_nobody(now):
    pair = proposed_pair(help_request__opened_at=days(now, 9))
    BlockFactory(blocker=pair.help_request.mentee, blocked=pair.mentor.user)

    assert turn(pair.help_request) == ("organisers", days(now, 9))


@pytest.mark.parametrize("status", ["matched", "closed", "withdrawn", "expired"])
def test_a_request_that_is_over_waits_for_nobody(status):
    assert turn(HelpRequestFactory(status=status)) == (None, None)
