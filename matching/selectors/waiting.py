"""The admins' waiting list."""

from __future__ import annotations

from django.db.models import F, QuerySet

from matching.models import HelpRequest
from matching.selectors.queue import with_queue_place
from matching.selectors.turns import with_turns


def waiting_requests(requests: QuerySet[HelpRequest]) -> QuerySet[HelpRequest]:
    """Return the open ones of ``requests`` with turn and place in the queue, the longest waiting first.

    Those of mentees who left are not there: nobody is looked for.
    """
    is_open = requests.filter(status=HelpRequest.Status.OPEN, mentee__is_active=True)
    return with_queue_place(with_turns(is_open)).order_by(F("turn_since_at"), "pk")
