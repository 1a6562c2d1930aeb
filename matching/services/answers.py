"""Saying yes or no: the mentor to a question, the mentee to an offer."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

from django.db import transaction

from accounts.exceptions import MoveNotAllowed
from accounts.jobs.pauses import pause_mentoring
from accounts.models import MentorProfile, User
from matching.exceptions import NotYourTurn, PairNotAllowed
from matching.models import HelpRequest, Match
from matching.selectors.suggestions import rules_against_asking
from matching.services.moving import (
    lock_live_matches,
    lock_match,
    look_for_more,
    must_be_one_of_them,
    must_be_open,
    must_not_be_done,
    note_sign_of_life,
    tell,
)
from mentorship.exceptions import MentorAtCapacity
from mentorship.models import Mentorship
from mentorship.services.mentorships import start_mentorship

# What stands between two people whatever they want.
FORBIDDEN = frozenset({"not_approved", "suspended", "same_person", "excluded"})


@transaction.atomic
def accept_match(*, match_id: int, by: User, now: datetime) -> Mentorship:
    """Say yes: the mentorship starts, its siblings are superseded, both sides are told. All or nothing.

    Raises NotYourTurn, AlreadyDone, HelpRequestNotOpen, MoveNotAllowed, PairNotAllowed, MentorAtCapacity, and
    AlreadyTogether if a mentorship of the two for this goal runs.
    """
    match = lock_match(match_id)
    request = match.help_request
    must_be_one_of_them(match, by)
    must_not_be_done(match, Match.Status.ACCEPTED, by=by)
    must_be_open(request)
    match.must_allow(Match.Status.ACCEPTED)
    _must_be_their_turn(match, by)
    siblings = [other for other in lock_live_matches(request) if other.pk != match.pk]
    mentor = MentorProfile.objects.select_for_update(of=("self",), no_key=True).get(pk=match.mentor_id)
    _must_be_allowed(match, mentor, now)
    match.mentorship = _start(match, now)
    match.move_to(Match.Status.ACCEPTED, at=now)
    request.move_to(HelpRequest.Status.MATCHED, at=now)
    for sibling in siblings:
        was_waiting = sibling.status in Match.WAITING
        sibling.move_to(Match.Status.SUPERSEDED, at=now)
        if was_waiting:
            tell(sibling.mentor.user, "match_superseded", sibling, now)
    tell(request.mentee, "match_accepted", match, now)
    tell(match.mentor.user, "match_accepted", match, now)
    return match.mentorship


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
) -> Match:
    """Say no, with a reason. The other side is told, and the next mentor is looked for.

    A mentor may ``pause`` in the same step, until a day or until they come back.
    Raises NotYourTurn, AlreadyDone, MoveNotAllowed, and PauseAlreadyOver for a day that is not to come.
    """
    match = lock_match(match_id)
    request, mentor = match.help_request, match.mentor.user
    must_be_one_of_them(match, by)
    must_not_be_done(match, Match.Status.DECLINED, by=by)
    match.must_allow(Match.Status.DECLINED)
    _must_be_their_turn(match, by)
    if pause and by.pk != mentor.pk:
        raise NotYourTurn("Only the mentor can pause mentoring.")
    match.decline_reason, match.decline_note = reason, note
    match.move_to(Match.Status.DECLINED, at=now)
    if pause:
        cause = MentorProfile.PauseCause.OWN_WISH
        # Who can neither be found nor pause may still say no.
        with suppress(MoveNotAllowed):
            pause_mentoring(mentor_id=match.mentor_id, cause=cause, until_on=pause_until_on, now=now)
    look_for_more(request, now)
    if by.pk == request.mentee_id:
        note_sign_of_life(request, now)
    if by.pk == mentor.pk:
        tell(request.mentee, "match_declined", match, now)
    else:
        tell(mentor, "offer_declined", match, now)
    return match


def _start(match: Match, now: datetime) -> Mentorship:
    request = match.help_request
    try:
        return start_mentorship(
            mentor_id=match.mentor_id, mentee=request.mentee, goal=request.goal, format=request.format, now=now
        )
    except MentorAtCapacity as full:
        if match.status == Match.Status.OFFERED:
            raise MentorAtCapacity(
                f"{match.mentor.user.name} has no free place any more. Decline, so that another mentor can help."
            ) from full
        raise


def _must_be_allowed(match: Match, mentor: MentorProfile, now: datetime) -> None:
    """Raise PairNotAllowed for what came between question and answer: a suspension, a block, a closed account.

    Wishes may have changed as well, but who says yes now knows what was asked.
    """
    request = match.help_request
    between = FORBIDDEN.intersection(rules_against_asking(request, mentor, now=now))
    if between or not request.mentee.is_active:
        raise PairNotAllowed("This request cannot be accepted any more. The admins can tell you more.")


def _must_be_their_turn(match: Match, by: User) -> None:
    turn = match.help_request.mentee_id if match.status == Match.Status.OFFERED else match.mentor.user_id
    if by.pk != turn:
        raise NotYourTurn("It is the other side's turn to answer.")
