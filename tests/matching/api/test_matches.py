"""Matches in the API of both sides: the HTTP status of every move."""

from __future__ import annotations

import pytest

from matching.models import Match
from tests.factories import MatchFactory
from tests.matching.helpers import match_in, table
from tests.moves import WHY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

BODIES = {"ask": {"why_you": WHY}, "dismiss": {"reason": "price"}, "decline": {"reason": "no_time"}}
# The mentor of a match that was neither asked nor offered does not see it in the inbox.
STATUSES = table("""
                   proposed  asked  offered  accepted  declined  expired  withdrawn  dismissed  superseded
matches/ask/       200       409    409      409       409       409      409        409        409
matches/dismiss/   200       409    409      409       409       409      409        409        409
matches/withdraw/  409       200    403      409       409       409      409        409        409
matches/accept/    409       403    201      409       409       409      409        409        409
matches/decline/   409       403    200      409       409       409      409        409        409
inbox/accept/      404       201    403      409       409       409      409        404        404
inbox/decline/     404       200    403      409       409       409      409        404        404
inbox/withdraw/    404       403    200      409       409       409      409        404        404
""")


def post_move(api, endpoint, match):
    list_name, action, _ = endpoint.split("/")
    person = match.help_request.mentee if list_name == "matches" else match.mentor.user
    return api(person).post(f"/api/v1/{list_name}/{match.uuid}/{action}/", BODIES.get(action, {}))


@pytest.mark.parametrize(("endpoint", "status"), [cell for cell, code in STATUSES.items() if code.startswith("2")])
def test_an_allowed_move_is_200_or_201_with_a_mentorship(endpoint, status, api):
    answer = post_move(api, endpoint, match_in(status))

    assert answer.status_code == int(STATUSES[endpoint, status]), answer.content


@pytest.mark.parametrize("status", Match.Status.values)
def test_every_other_move_is_refused(status, api):
    match = match_in(status)
    refused = {endpoint: int(code) for (endpoint, of), code in STATUSES.items() if of == status and code >= "400"}

    assert {endpoint: post_move(api, endpoint, match).status_code for endpoint in refused} == refused


@pytest.mark.parametrize("action", ["ask", "dismiss", "accept", "decline", "withdraw"])
def test_a_match_of_others_is_404(action, api, charlie):
    match = MatchFactory(status="asked")

    for list_name in ("matches", "inbox"):
        answer = api(charlie).post(f"/api/v1/{list_name}/{match.uuid}/{action}/", BODIES.get(action, {}))
        assert answer.status_code == 404
