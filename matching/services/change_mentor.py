"""Changing the mentor of a matched help request."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import MoveNotAllowed
from accounts.models import User
from matching.exceptions import HelpRequestNotMatched, HelpRequestTooVague, NotYourTurn, TooManyOpenHelpRequests
from matching.locks import lock_request
from matching.models import HelpRequest, Match
from matching.services.draft import copy_as_draft
from matching.services.submit import submit_help_request
from mentorship.models import Mentorship
from mentorship.services.end import end_mentorship


@transaction.atomic
def change_mentor(*, mentorship_id: int, by: User, reason: str, now: datetime) -> HelpRequest:
    """End the mentorship early, close its help request, and open a copy of it, in one transaction.

    The mentor is not proposed for this goal again. ``reason`` is one of Mentorship.EndReason.
    Raises NotYourTurn, HelpRequestNotMatched if the mentorship is over already, and the refusals of
    ``submit_help_request``.
    """
    request_id = Match.objects.values_list("help_request_id", flat=True).get(mentorship_id=mentorship_id)
    earlier = lock_request(request_id)
    if earlier.mentee_id != by.pk:
        raise NotYourTurn(_("Only the mentee can change the mentor."))
    over = HelpRequestNotMatched(_("The mentorship has ended already. Ask again to look for another mentor."))
    is_over = Mentorship.objects.filter(pk=mentorship_id, status__in=Mentorship.OVER).exists()
    if is_over or earlier.status != HelpRequest.Status.MATCHED:
        raise over
    # Submitted before the mentorship ends: the mentor's lock is the last in order.
    opened = open_copy(earlier, now=now)
    try:
        end_mentorship(
            mentorship_id=mentorship_id,
            by=by,
            status=Mentorship.Status.ENDED_EARLY,
            reason=reason,
            now=now,
            looks_on=True,
        )
    except MoveNotAllowed:
        # The mentor has just ended it.
        raise over from None
    earlier.move_to(HelpRequest.Status.CLOSED, at=now)
    return opened


def open_copy(earlier: HelpRequest, *, now: datetime) -> HelpRequest:
    """Open a copy of a locked request. Refusals get other words, since the mentee does not see a draft.

    Raises the refusals of ``submit_help_request``.
    """
    draft = copy_as_draft(earlier, now=now)
    try:
        return submit_help_request(help_request_id=draft.pk, now=now)
    except TooManyOpenHelpRequests:
        raise TooManyOpenHelpRequests(_("Withdraw one of your open requests first, then change the mentor.")) from None
    except HelpRequestTooVague as vague:
        vague.detail = _("This request is too vague by today's rules: ask again and change the draft.")
        raise
