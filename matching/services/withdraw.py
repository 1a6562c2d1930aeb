"""Withdrawing a help request, a question or an offer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import MoveNotAllowed
from accounts.models import User
from matching.exceptions import NotYourTurn
from matching.locks import lock_live_matches, lock_match, lock_request
from matching.models import HelpRequest, Match
from matching.moves import end_live_match, move_match, tell
from matching.pair_moves import end_pair_of
from matching.services.checks import must_be_mentee, must_be_one_of_them, must_not_be_done
from matching.services.look_for_mentors import look_for_more
from matching.services.renew import renew_if_asked


@transaction.atomic
def withdraw_help_request(*, help_request_id: int, by: User, now: datetime) -> HelpRequest:
    """Stop looking for a mentor. Mentors who were asked or had offered are notified, or who were proposed in a cohort.

    Raises NotYourTurn, MoveNotAllowed unless it is open.
    """
    request = lock_request(help_request_id)
    must_be_mentee(request, by)
    request.must_allow(HelpRequest.Status.WITHDRAWN)
    matches = lock_live_matches(request)
    request.move_to(HelpRequest.Status.WITHDRAWN, at=now)
    for match in matches:
        match.withdrawn_by = Match.WithdrawnBy.MENTEE
        end_live_match(match, Match.Status.WITHDRAWN, tell_mentor="match_withdrawn", at=now)
    end_pair_of(request, at=now)
    return request


@transaction.atomic
def withdraw_match(*, match_id: int, by: User, now: datetime) -> Match:
    """Withdraw one's own question or offer. The other side is notified, and other mentors are looked for.

    Raises NotYourTurn, AlreadyDone, MoveNotAllowed unless it waits for an answer.
    """
    match = lock_match(match_id)
    request, mentor = match.help_request, match.mentor.user
    must_be_one_of_them(match, by)
    must_not_be_done(match, Match.Status.WITHDRAWN, by=by)
    if match.status not in Match.WAITING:
        raise MoveNotAllowed("match", match.status, Match.Status.WITHDRAWN)
    asked = match.status in Match.QUESTIONS
    if by.pk != (request.mentee_id if asked else mentor.pk):
        raise NotYourTurn(_("The other side can take this back. You can accept or decline it."))
    match.withdrawn_by = Match.WithdrawnBy.MENTEE if asked else Match.WithdrawnBy.MENTOR
    move_match(match, Match.Status.WITHDRAWN, at=now)
    tell(mentor if asked else request.mentee, "match_withdrawn", match, now)
    if by.pk == request.mentee_id:
        renew_if_asked(request, now)
    look_for_more(request, now)
    return match
