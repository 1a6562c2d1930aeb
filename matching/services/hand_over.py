"""Going on with another mentor, after one who cannot go on or pauses for long."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.locks import lock_mentor
from accounts.models import User
from matching.exceptions import HandoverOver, NoRequestToOpen
from matching.locks import lock_handover, lock_request
from matching.models import Handover, HelpRequest, Match
from matching.services.ask import ask_mentor
from matching.services.change_mentor import open_copy
from matching.services.checks import must_be_mentee
from matching.services.name_mentor import name_mentor
from mentorship.models import Mentorship
from mentorship.services.end import end_mentorship


@transaction.atomic
def hand_over(
    *,
    handover_id: int,
    by: User,
    now: datetime,
    mentor_id: int | None = None,
    why_you: str = "",
    takes_notes: bool = False,
) -> HelpRequest:
    """End the mentorship, open its request again, and ask the successor ``mentor_id``, if one is named.

    The mentor reads that the mentorship has ended, and is not proposed for this goal again. With ``takes_notes`` the
    next mentor reads the shared notes of the sessions.

    All or nothing: if the successor cannot be asked any more, the mentorship runs as before. Raises NotYourTurn,
    HandoverOver, NoRequestToOpen, and the refusals of ``submit_help_request``, ``name_mentor`` and ``ask_mentor``.
    """
    handover = Handover.objects.select_related("mentorship").get(pk=handover_id)
    mentorship = handover.mentorship
    earlier = _lock_request_of(mentorship, by)
    opened = open_copy(earlier, now=now)
    # Two handovers that lead to each other's mentors must not wait for each other.
    for pk in sorted({mentorship.mentor_id, mentor_id or mentorship.mentor_id}):
        lock_mentor(pk)
    handover = lock_handover(handover_id, by=by)
    # Named while the mentorship runs: the list of the new request begins with the chosen one.
    match = name_mentor(help_request_id=opened.pk, mentor_id=mentor_id, by=by, now=now) if mentor_id else None
    end_mentorship(
        mentorship_id=mentorship.pk,
        by=by,
        status=Mentorship.Status.ENDED_EARLY,
        reason=Mentorship.EndReason.HANDED_OVER,
        now=now,
        looks_on=True,
    )
    earlier.move_to(HelpRequest.Status.CLOSED, at=now)
    if match is not None:
        ask_mentor(match_id=match.pk, by=by, why_you=why_you, now=now)
    handover.choice = Handover.Choice.ASKED if match else Handover.Choice.SEARCH
    handover.takes_notes, handover.help_request = takes_notes, opened
    handover.chosen_at = handover.closed_at = now
    handover.paused_it = False
    handover.save()
    return opened


def _lock_request_of(mentorship: Mentorship, by: User) -> HelpRequest:
    request_id = Match.objects.filter(mentorship=mentorship).values_list("help_request_id", flat=True).first()
    if request_id is None:
        raise NoRequestToOpen(
            _("There is no request to look for another mentor with. End the mentorship, and write one.")
        )
    request = lock_request(request_id)
    must_be_mentee(request, by)
    if request.status != HelpRequest.Status.MATCHED:
        raise HandoverOver
    return request
