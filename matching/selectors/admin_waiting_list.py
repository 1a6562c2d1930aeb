"""The admins' waiting list."""

from __future__ import annotations

from django.db.models import F, QuerySet

from matching.models import HelpRequest
from matching.selectors.queue import with_queue_place
from matching.selectors.turns_of_requests import with_turns


def waiting_requests(requests: QuerySet[HelpRequest]) -> QuerySet[HelpRequest]:
    """Return the open ``requests`` with turn and place in the queue, the longest waiting first.

    Requests of deactivated mentees are left out: no mentors are searched for them.
    """
    is_open = requests.filter(status=HelpRequest.Status.OPEN, mentee__is_active=True)
    return with_queue_place(with_turns(is_open)).order_by(F("turn_since_at"), "pk")
