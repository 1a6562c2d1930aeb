"""Fifty mentees want the last place of a mentor at the same moment. One of them gets it."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from accounts.exceptions import Refusal
from accounts.models import Notification
from matching.models import HelpRequest, Match
from mentorship.models import Mentorship
from tests.factories import MatchFactory, MentorFactory
from tests.moves import accept

THREADS = 50

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rung")]


@pytest.fixture
def questions() -> list[Match]:
    """Fifty questions to one mentor with one place. An inbox takes fewer, so the factory writes the rows."""
    return MatchFactory.create_batch(THREADS, mentor=MentorFactory(capacity=1), status="asked")


def answer(match: Match, start: Barrier) -> Mentorship | str:
    """Accept as soon as all threads are ready, on a connection of this thread. Return the code of a refusal.

    The pool has fewer connections than there are threads, so some threads wait for one.
    """
    start.wait()
    try:
        return accept(match)
    except Refusal as refusal:
        return refusal.code
    finally:
        connections.close_all()


def test_one_of_fifty_acceptances_takes_the_last_place(questions):
    start = Barrier(THREADS, timeout=10)

    with ThreadPoolExecutor(THREADS) as threads:
        answers = list(threads.map(lambda match: answer(match, start), questions))

    mentorship = Mentorship.objects.get()
    assert Counter(answers) == {mentorship: 1, "mentor_at_capacity": THREADS - 1}
    winner = questions[answers.index(mentorship)]
    winner.refresh_from_db()
    assert (mentorship.status, mentorship.place, mentorship.mentor) == ("active", 1, winner.mentor)
    assert (winner.status, winner.mentorship, winner.help_request.status) == ("accepted", mentorship, "matched")
    # The other questions still wait, and nobody but the two has a message.
    assert Match.objects.filter(status="asked").count() == THREADS - 1
    assert HelpRequest.objects.filter(status="open", matches__status="asked").count() == THREADS - 1
    told = Notification.objects.order_by("recipient").values_list("recipient", "kind", "key")
    two = sorted([mentorship.mentor.user_id, mentorship.mentee_id])
    assert list(told) == [(person, "match_accepted", str(winner.uuid)) for person in two]
