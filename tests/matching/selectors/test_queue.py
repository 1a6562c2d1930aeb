"""The queue of requests without a mentor: the obstacle that the mentee reads, and the places."""

from __future__ import annotations

from datetime import timedelta

import pytest

from matching.models import HelpRequest
from matching.selectors.queue import obstacle_of, with_queue_place
from tests.factories import HelpRequestFactory
from tests.matching.helpers import waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.mark.parametrize("rule", ["excluded", "suspended", "not_approved", "same_person", "a_rule_of_tomorrow"])
def test_a_private_rule_reads_as_not_available(rule, now):
    obstacle = obstacle_of(waiting(now, obstacle=rule))

    assert (obstacle.rule, obstacle.sentence) == (
        "not_available",
        "The mentors who would fit are not available at the moment.",
    )


def test_places_count_from_the_longest_waiting(now):
    second, first = waiting(now), waiting(now - timedelta(days=1))
    third = waiting(now)  # later by primary key
    waiting(now - timedelta(days=9), mentee__is_active=False)
    proposed = HelpRequestFactory()

    places = {request.pk: request.queue_place for request in with_queue_place(HelpRequest.objects.all())}

    assert [places[request.pk] for request in (first, second, third, proposed)] == [1, 2, 3, None]
