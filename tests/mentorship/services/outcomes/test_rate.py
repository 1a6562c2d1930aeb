"""Ratings of an outcome: on the occasion that is asked about, and changed until the other side may read them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mentorship.exceptions import NotOneOfTheTwo, OutcomeNotAsked, RatingStands
from mentorship.jobs.outcomes import ask_about_outcomes
from mentorship.models import OutcomeRating
from mentorship.models.outcome import ANSWER_WITHIN
from mentorship.services.outcomes.rate import rate_outcome
from tests.factories import NOW
from tests.matching.helpers import exclude
from tests.moves import end

# The defaults of the settings.
LATER_AFTER = timedelta(days=90)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

DAY = timedelta(days=1)
LATER = NOW + LATER_AFTER


@pytest.fixture
def ended(mentorship):
    return end(mentorship)


def rate(mentorship, by, level=0, when="end", now=NOW):
    return rate_outcome(mentorship_id=mentorship.pk, by=by, when=when, level=level, now=now)


def levels() -> list[tuple[str, str, int]]:
    return list(OutcomeRating.objects.order_by("pk").values_list("person__name", "when", "level"))


def test_both_rate_at_the_end_and_90_days_later(ended, alice, bob):
    rate(ended, alice, 1)
    rate(ended, bob, -1)
    ask_about_outcomes(now=LATER)
    rate(ended, alice, 2, "later", LATER)
    rate(ended, bob, 0, "later", LATER)

    assert levels() == [
        ("Alice Archer", "end", 1),
        ("Bob Baker", "end", -1),
        ("Alice Archer", "later", 2),
        ("Bob Baker", "later", 0),
    ]


def test_a_rating_can_change_while_the_other_side_has_not_rated(ended, alice):
    rate(ended, alice, 1)
    rate(ended, alice, -2, now=NOW + DAY)

    assert levels() == [("Alice Archer", "end", -2)]


def test_a_rating_stands_once_both_have_rated(ended, alice, bob):
    rate(ended, alice, 1)
    rate(ended, bob, 0)

    with pytest.raises(RatingStands):
        rate(ended, alice, -2)


def test_a_rating_stands_after_14_days(ended, alice):
    rate(ended, alice, 1)

    with pytest.raises(RatingStands):
        rate(ended, alice, -2, now=NOW + ANSWER_WITHIN)


def test_a_first_rating_may_come_late(ended, bob):
    rate(ended, bob, 1, now=NOW + 60 * DAY)

    assert levels() == [("Bob Baker", "end", 1)]


def test_nobody_rates_a_mentorship_that_runs(mentorship, alice):
    with pytest.raises(OutcomeNotAsked):
        rate(mentorship, alice)


def test_nobody_rates_before_the_question(ended, alice):
    with pytest.raises(OutcomeNotAsked):
        rate(ended, alice, when="later", now=LATER)


def test_the_end_is_not_rated_once_the_later_outcome_is_asked_about(ended, alice):
    ask_about_outcomes(now=LATER)

    with pytest.raises(OutcomeNotAsked):
        rate(ended, alice, now=LATER)


def test_two_who_are_kept_apart_may_rate(ended, alice, bob):
    exclude(alice, bob)

    rate(ended, alice, 1)

    assert levels() == [("Alice Archer", "end", 1)]


def test_two_who_are_kept_apart_do_not_learn_that_the_other_one_has_rated(ended, alice, bob):
    rate(ended, alice, 1)
    exclude(alice, bob)
    rate(ended, bob, 0)

    rate(ended, alice, -2)
    with pytest.raises(RatingStands):
        rate(ended, alice, 2, now=NOW + ANSWER_WITHIN)

    assert levels()[0] == ("Alice Archer", "end", -2)


def test_somebody_else_does_not_rate(ended, charlie):
    with pytest.raises(NotOneOfTheTwo):
        rate(ended, charlie)
