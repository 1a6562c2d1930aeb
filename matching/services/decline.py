"""Declining a question as its mentor, or an offer as its mentee."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import MoveNotAllowed
from accounts.jobs.pauses import pause_mentoring
from accounts.models import MentorProfile, User
from matching.exceptions import NotYourTurn, PairNotAllowed, TimeAgainPassed
from matching.locks import lock_match
from matching.models import Match
from matching.moves import move_match, tell
from matching.selectors.kept_apart import cannot_be_accepted
from matching.services.checks import must_be_one_of_them, must_be_their_turn, must_not_be_done
from matching.services.look_for_mentors import look_for_more
from matching.services.renew import renew_if_asked

NOTE_MAX = 1000  # characters


@transaction.atomic
def decline_match(
    *,
    match_id: int,
    by: User,
    reason: str,
    note: str,
    now: datetime,
    pause: bool = False,
    pause_until_on: date | None = None,
    time_again_on: date | None = None,
) -> Match:
    """Decline a match with a reason. The other side is notified, and the next mentor is looked for.

    A mentor may ``pause`` in the same step, until a day or until they resume. ``time_again_on`` goes with the reason
    "no time": from that day on the mentor may be proposed again. The end of a pause does the same.
    Raises NotYourTurn, AlreadyDone, MoveNotAllowed, PairNotAllowed for a note to somebody who may not be reached any
    more, and PauseAlreadyOver or TimeAgainPassed unless the day is in the future.
    """
    match = lock_match(match_id)
    request, mentor = match.help_request, match.mentor.user
    must_be_one_of_them(match, by)
    must_not_be_done(match, Match.Status.DECLINED, by=by)
    match.must_allow(Match.Status.DECLINED)
    must_be_their_turn(match, by)
    if pause and by.pk != mentor.pk:
        raise NotYourTurn(_("Only the mentor can pause mentoring."))
    if note.strip() and cannot_be_accepted(match):
        raise PairNotAllowed(_("Your note cannot be delivered any more. Decline without one."))
    match.decline_reason, match.decline_note = reason, note
    if by.pk == mentor.pk and reason == Match.DeclineReason.NO_TIME:
        match.time_again_on = time_again_on or pause_until_on
    move_match(match, Match.Status.DECLINED, at=now)
    if pause:
        cause = MentorProfile.PauseCause.OWN_WISH
        # A suspended mentor cannot pause, but may still decline.
        with suppress(MoveNotAllowed):
            pause_mentoring(mentor_id=match.mentor_id, cause=cause, until_on=pause_until_on, now=now)
    again_on = match.time_again_on or time_again_on
    if again_on is not None and again_on <= now.astimezone(mentor.profile.zone).date():
        raise TimeAgainPassed(_("You have time again on a day to come. Name one from tomorrow on, or none."))
    look_for_more(request, now)
    if by.pk == request.mentee_id:
        renew_if_asked(request, now)
        tell(mentor, "offer_declined", match, now)
    else:
        tell(request.mentee, "match_declined", match, now)
    return match
