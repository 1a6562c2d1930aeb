"""Accepting a question as its mentor, or an offer as its mentee."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.locks import lock_mentor
from accounts.models import User
from accounts.services.rules import must_have_accepted_rules
from matching.exceptions import NoLongerFits, PairNotAllowed
from matching.locks import lock_live_matches, lock_match
from matching.models import HelpRequest, Match
from matching.moves import move_match, supersede, tell
from matching.selectors.suggestions import rule_in_words, rules_against_asking
from matching.services.checks import (
    must_be_active,
    must_be_one_of_them,
    must_be_open,
    must_be_their_turn,
    must_have_read,
    must_not_be_done,
)
from mentorship.exceptions import MentorAtCapacity
from mentorship.locks import lock_goal
from mentorship.models import Mentorship
from mentorship.services.start import start_mentorship

# Rules that forbid a match even if both people want it.
FORBIDDING_RULES = frozenset({"not_approved", "suspended", "same_person", "excluded"})
# Rules that a correction can break, each with a sentence for the mentor.
CORRECTABLE_RULES = {
    "no_shared_language": gettext_lazy("The two of you do not share a language for it at working level."),
    "price": gettext_lazy("Your price is outside of what is accepted now."),
    "no_overlap": gettext_lazy("The two of you have too little time in the week in common for it."),
}


@transaction.atomic
def accept_match(*, match_id: int, by: User, now: datetime, correction: int = 0) -> Mentorship:
    """Accept a match: the mentorship starts, sibling matches are superseded, and both sides are notified.

    ``correction`` is the number of the last correction that a mentor has read; a mentee knows all of them.

    Raises NotYourTurn, AlreadyDone, HelpRequestNotOpen (also if its goal is over), MoveNotAllowed, RulesNotAccepted,
    PairNotAllowed, MentorAtCapacity, and AlreadyTogether if the two have a running mentorship for this goal. Raises
    CorrectedMeanwhile after a newer correction, and NoLongerFits if a correction broke a hard rule.
    """
    match = lock_match(match_id)
    request = match.help_request
    must_be_one_of_them(match, by)
    must_not_be_done(match, Match.Status.ACCEPTED, by=by)
    must_be_open(request)
    match.must_allow(Match.Status.ACCEPTED)
    must_be_their_turn(match, by)
    must_have_accepted_rules(by.pk, now=now)
    siblings = [other for other in lock_live_matches(request) if other.pk != match.pk]
    # The mentee may settle the goal at this moment.
    must_be_active(lock_goal(request.goal_id))
    match.mentor = lock_mentor(match.mentor_id)
    _must_be_allowed(match, by, now)
    if by.pk == match.mentor.user_id:
        must_have_read(match, correction)
    match.mentorship = _start(match, now)
    move_match(match, Match.Status.ACCEPTED, at=now)
    request.move_to(HelpRequest.Status.MATCHED, at=now)
    supersede(siblings, at=now)
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


def _must_be_allowed(match: Match, by: User, now: datetime) -> None:
    """Raise PairNotAllowed if a suspension, a block or a closed account came between question and answer.

    Raises NoLongerFits if a correction came between, and one of CORRECTABLE_RULES is broken. Other rules are not
    checked again: the mentor has read the request and wants it.
    """
    request, mentor = match.help_request, match.mentor
    broken = rules_against_asking(request, mentor, now=now)
    if FORBIDDING_RULES.intersection(broken) or not request.mentee.is_active:
        raise PairNotAllowed(_("This request cannot be accepted any more. The admins can tell you more."))
    match.is_kept_apart = False  # type: ignore[attr-defined]  # among the forbidding rules
    rule = next((rule for rule in broken if rule in CORRECTABLE_RULES), None)
    since = match.offered_at or match.asked_at
    if rule is None or not request.corrections.filter(corrected_at__gte=since).exists():
        return
    if by.pk == mentor.user_id:
        raise NoLongerFits(
            _(
                "This request was corrected since you were asked, and does not fit you any more. %(sentence)s Decline, "
                "so that somebody else can be asked."
            )
            % {"sentence": CORRECTABLE_RULES[rule]}
        )
    raise NoLongerFits(
        _(
            "You have corrected your request since %(mentor)s offered help, and the two do not fit any more. "
            "%(mentor)s: %(sentence)s Correct it once more, or decline."
        )
        % {"mentor": match.mentor.user.name, "sentence": rule_in_words(rule)}
    )
