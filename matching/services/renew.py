"""Renewing a help request, by the answer to "still looking?" or by another move of its mentee."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from matching.exceptions import HelpRequestNotOpen
from matching.locks import lock_request
from matching.models import HelpRequest
from matching.services.checks import must_be_mentee, must_look_for_mentors
from matching.services.look_for_mentors import look_for_more


@transaction.atomic
def renew_help_request(*, help_request_id: int, by: User, now: datetime) -> HelpRequest:
    """Record that the mentee still looks, and start a new search.

    Raises NotYourTurn for anybody but the mentee, HelpRequestNotOpen, MatchedInCohort.
    """
    request = lock_request(help_request_id)
    must_be_mentee(request, by)
    if request.status != HelpRequest.Status.OPEN:
        raise HelpRequestNotOpen(
            _("This help request is %(status)s. Submit a new one to look for mentors again.")
            % {"status": request.get_status_display().lower()}
        )
    must_look_for_mentors(request)
    _renew(request, now)
    look_for_more(request, now)
    return request


def renew_if_asked(request: HelpRequest, now: datetime) -> None:
    """Renew the locked request if its mentee was asked whether they still look. Any move of theirs is an answer."""
    if request.still_looking_at is not None:
        _renew(request, now)


def _renew(request: HelpRequest, now: datetime) -> None:
    request.renewed_at, request.still_looking_at = now, None
    request.save(update_fields=["renewed_at", "still_looking_at"])
