"""Writing to a mentee whom they can ask, as an admin: their questions had no answer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.about_others import must_be_about_others
from accounts.exceptions import MoveNotAllowed, WrittenToday
from accounts.models import User
from accounts.notifications.write import notify
from matching.engine import PROPOSALS_MAX
from matching.locks import lock_request
from matching.models import HelpRequest, Match
from matching.moves import places_taken
from matching.selectors.kept_apart import without_kept_apart
from matching.services.checks import must_look_for_mentors
from matching.services.look_for_mentors import look_for_more


@transaction.atomic
def write_of_list(*, help_request_id: int, by: User, now: datetime) -> None:
    """Write to the mentee of a request whom they can ask, once a day, and look for more mentors if there is room.

    Raises AboutYourself, MoveNotAllowed unless it is open, MatchedInCohort, WrittenToday if there is no room and they
    had the mail.
    """
    request = lock_request(help_request_id)
    must_be_about_others(by, request.mentee_id)
    if request.status != HelpRequest.Status.OPEN:
        raise MoveNotAllowed("help request", request.status, HelpRequest.Status.OPEN)
    must_look_for_mentors(request)
    can_ask = without_kept_apart(request.matches.filter(status=Match.Status.PROPOSED)).exists()
    payload, key = {"help_request": str(request.uuid)}, f"{request.uuid}:{now.date()}"
    is_new = can_ask and notify(recipient=request.mentee, kind="list_waits", key=key, payload=payload, now=now)
    if not can_ask or places_taken(request) < PROPOSALS_MAX:
        look_for_more(request, now)
    elif not is_new:
        raise WrittenToday(_("The mentee had this mail today. Write again tomorrow, or call them."))
