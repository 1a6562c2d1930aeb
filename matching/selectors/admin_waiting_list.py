"""The admins' waiting list."""

from __future__ import annotations

from django.db.models import F, QuerySet

from matching.models import HelpRequest
from matching.selectors.queue import OBSTACLES, PRIVATE, with_queue_place
from matching.selectors.turns_of_requests import with_turns
from matching.selectors.words_for_admins import RULES_IN_WORDS


def waiting_requests(requests: QuerySet[HelpRequest]) -> QuerySet[HelpRequest]:
    """Return the open ``requests`` with turn and place in the queue, the longest waiting first.

    Requests of deactivated mentees and of cohorts are left out: no mentors are searched for them.
    """
    is_open = requests.filter(status=HelpRequest.Status.OPEN, cohort=None, mentee__is_active=True)
    return with_queue_place(with_turns(is_open)).order_by(F("turn_since_at"), "pk")


def reason_to_wait(obstacle: str) -> str:
    """Return the sentence of an obstacle. A rule of another version of the code is named as it is stored."""
    found = OBSTACLES.get(obstacle)
    return RULES_IN_WORDS.get(obstacle) or (str(found.sentence) if found else obstacle)


def obstacle_in_words(request: HelpRequest) -> str:
    """Return the rule that removes most mentors of a request, as admins may read it. Empty if it does not wait."""
    return reason_to_wait(request.obstacle)


def obstacle_for_every_admin(request: HelpRequest) -> str:
    """Return that rule as each admin may read it. Private rules share one sentence."""
    found = OBSTACLES.get(request.obstacle)
    return str(found.sentence) if found is PRIVATE else obstacle_in_words(request)
