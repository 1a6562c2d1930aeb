"""Asking again after a help request is over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from matching.exceptions import HelpRequestNotOver
from matching.locks import lock_request
from matching.models import HelpRequest
from matching.services.checks import must_be_mentee
from matching.services.draft import copy_as_draft, must_have_room_for_a_draft
from mentorship.models import Mentorship


@transaction.atomic
def ask_again(*, help_request_id: int, by: User, now: datetime) -> HelpRequest:
    """Store a new draft with the content of the mentee's earlier request, or return the one that is there already.

    Mentors who were tried for its goal are not proposed again. Raises NotYourTurn. Raises HelpRequestNotOver for a
    draft, an open request, or one with a running mentorship. Raises TooManyDrafts at the limit.
    """
    earlier = lock_request(help_request_id)
    must_be_mentee(earlier, by)
    if earlier.matches.filter(mentorship__status__in=Mentorship.RUNNING).exists():
        raise HelpRequestNotOver(
            _(
                "This help request has its mentor, and the mentorship runs. Change the mentor to look for another one, "
                "or end the mentorship first."
            )
        )
    if earlier.status in (HelpRequest.Status.DRAFT, HelpRequest.Status.OPEN):
        raise HelpRequestNotOver(
            _("This help request is %(status)s. Change a draft, or withdraw an open request before you ask again.")
            % {"status": earlier.get_status_display().lower()}
        )
    draft = earlier.copies.filter(status=HelpRequest.Status.DRAFT).first()
    if draft is not None:
        return draft
    must_have_room_for_a_draft(by.pk)
    return copy_as_draft(earlier, now=now)
