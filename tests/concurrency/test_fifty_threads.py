"""Fifty at once on the last place of a mentor, in whatever order they come: one of them gets it."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest
from django.db import connections

from accounts.exceptions import Refusal
from accounts.models import Notification
from matching.models import HelpRequest, Match, RequestText
from matching.services.accept import accept_match
from matching.text.items import request_text
from matching.text.model import digest_of, text_model
from mentorship.models import Mentorship
from tests.factories import NOW, MatchFactory, MentorFactory

THREADS = 50

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("rung"),
]


@pytest.fixture
def questions() -> list[Match]:
    """Fifty people who asked one mentor with one place; more than an inbox takes, so they are written as rows."""
    matches = MatchFactory.create_batch(THREADS, mentor=MentorFactory(capacity=1), status="asked")
    # As the worker that proposed the mentor left it: without it each acceptance would compute it, under the lock.
    vector = np.zeros(text_model().dimensions, np.float32).tobytes()
    RequestText.objects.bulk_create(
        RequestText(help_request=request, digest=digest_of(request_text(request)), vector=vector)
        for request in (match.help_request for match in matches)
    )
    return matches


def accept(match: Match, start: Barrier) -> Mentorship | str:
    """Accept once all are there, on a connection of one's own; return the code of a refusal.

    The pool has fewer connections than there are threads: the others wait in it for one that is given back.
    """
    start.wait()
    try:
        return accept_match(match_id=match.pk, by=match.mentor.user, now=NOW)
    except Refusal as refusal:
        return refusal.code
    finally:
        connections.close_all()


def test_of_fifty_acceptances_of_the_last_place_one_wins(questions):
    start = Barrier(THREADS, timeout=10)

    with ThreadPoolExecutor(THREADS) as threads:
        answers = list(threads.map(lambda match: accept(match, start), questions))

    mentorship = Mentorship.objects.get()
    assert Counter(answers) == {mentorship: 1, "mentor_at_capacity": THREADS - 1}
    winner = questions[answers.index(mentorship)]
    winner.refresh_from_db()
    assert (mentorship.status, mentorship.place, mentorship.mentor) == ("active", 1, winner.mentor)
    assert (winner.status, winner.mentorship, winner.help_request.status) == ("accepted", mentorship, "matched")
    # Who lost has lost nothing else: the question stands, and nobody was told anything.
    assert Match.objects.filter(status="asked").count() == THREADS - 1
    assert HelpRequest.objects.filter(status="open", matches__status="asked").count() == THREADS - 1
    told = Notification.objects.order_by("recipient").values_list("recipient", "kind", "key")
    two = sorted([mentorship.mentor.user_id, mentorship.mentee_id])
    assert list(told) == [(person, "match_accepted", str(winner.uuid)) for person in two]
