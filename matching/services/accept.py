"""Accepting a question as its mentor, or an offer as its mentee."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.locks import lock_mentor
from accounts.models import MentorProfile, User
from matching.exceptions import PairNotAllowed
from matching.locks import lock_live_matches, lock_match
from matching.models import HelpRequest, Match
from matching.moves import end_live_match, move_match, tell
from matching.selectors.suggestions import rules_against_asking
from matching.services.checks import (
    must_be_active,
    must_be_one_of_them,
    must_be_open,
    must_be_their_turn,
    must_not_be_done,
)
from mentorship.exceptions import MentorAtCapacity
from mentorship.locks import lock_goal
from mentorship.models import Mentorship
from mentorship.services.start import start_mentorship

# Rules that forbid a match even if both people want it.
FORBIDDING_RULES = frozenset({"not_approved", "suspended", "same_person", "excluded"})


@transaction.atomic
def accept_match(*, match_id: int, by: User, now: datetime) -> Mentorship:
    """Accept a match: the mentorship starts, sibling matches are superseded, and both sides are notified.

    Raises NotYourTurn, AlreadyDone, HelpRequestNotOpen (also if its goal is over), MoveNotAllowed, PairNotAllowed,
    MentorAtCapacity, and AlreadyTogether if the two have a running mentorship for this goal.
    """
    match = lock_match(match_id)
    request = match.help_request
    must_be_one_of_them(match, by)
    must_not_be_done(match, Match.Status.ACCEPTED, by=by)
    must_be_open(request)
    match.must_allow(Match.Status.ACCEPTED)
    must_be_their_turn(match, by)
    siblings = [other for other in lock_live_matches(request) if other.pk != match.pk]
    # The mentee may settle the goal at this moment.
    must_be_active(lock_goal(request.goal_id))
    mentor = lock_mentor(match.mentor_id)
    _must_be_allowed(match, mentor, now)
    match.mentorship = _start(match, now)
    move_match(match, Match.Status.ACCEPTED, at=now)
    request.move_to(HelpRequest.Status.MATCHED, at=now)
    for sibling in siblings:
        end_live_match(sibling, Match.Status.SUPERSEDED, tell_mentor="match_superseded", at=now)
    tell(request.mentee, "match_accepted", match, now)
    tell(match.mentor.user, "match_accepted", match, now)
    return match.mentorship


def _start(match: Match, now: datetime) -> Mentorship:
    request = match.help_request
    try:
        return start_mentorship(
            mentor_id=match.mentor_id, mentee=request.mentee, goal=request.goal, format=request.format, now=now
        )
    except MentorAtCapacity as full:
        if match.status == Match.Status.OFFERED:
            raise MentorAtCapacity(
                _("%(mentor)s has no free place any more. Decline, so that another mentor can help.")
                % {"mentor": match.mentor.user.name}
            ) from full
        raise


def _must_be_allowed(match: Match, mentor: MentorProfile, now: datetime) -> None:
    """Raise PairNotAllowed if a suspension, a block or a closed account came between question and answer.

    Other rules are not checked again: the mentor has read the request and wants it.
    """
    request = match.help_request
    between = FORBIDDING_RULES.intersection(rules_against_asking(request, mentor, now=now))
    if between or not request.mentee.is_active:
        raise PairNotAllowed(_("This request cannot be accepted any more. The admins can tell you more."))
