"""Offering help, without being asked."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.community_settings import value_of
from accounts.locks import lock_mentor
from accounts.models import MentorProfile, User
from accounts.services.rules import must_have_accepted_rules
from matching.exceptions import OfferNotPossible, OfferSaysNothing, PairNotAllowed, TooManyAsked
from matching.locks import lock_match, lock_request
from matching.models import HelpRequest, Match
from matching.moves import move_match, order_matches, proposal_of, tell
from matching.selectors.suggestions import rules_against_asking, suggestions_of
from matching.services.checks import (
    must_be_mentor,
    must_be_open,
    must_have_read,
    must_look_for_mentors,
    must_not_be_done,
    plain_words,
)
from matching.services.limits import must_not_offer_too_often

NOTE_MIN, NOTE_MAX = 20, 2000  # characters
NOTE_TOO_SHORT = gettext_lazy("Say in a sentence or two what you could do in the first half hour.")
# Rules that limit questions to a mentor, but not offers by the mentor.
INBOX_RULES = frozenset({"inbox_full", "unreachable"})
SENTENCES = {
    "not_approved": gettext_lazy("Your application as a mentor is not approved. You can offer help once it is."),
    "paused": gettext_lazy("You have paused mentoring. Come back first, then offer help."),
    "no_capacity": gettext_lazy("All your places are taken. Raise your capacity to offer help to one more."),
    "suspended": gettext_lazy("This request is not open to you. The admins can tell you more."),
    "excluded": gettext_lazy("This request is not open to you. The admins can tell you more."),
    "declined_before": gettext_lazy("This mentee looks for another mentor for this goal."),
}
OTHER_RULE = gettext_lazy(
    "What you offer and what is asked for do not meet any more. Look at your profile, or at another request."
)


@transaction.atomic
def offer_help_with(*, help_request_id: int, by: User, note: str, now: datetime, correction: int = 0) -> Match:
    """Offer help as a mentor for an open request, with or without a proposal of it.

    Raises HelpRequestGone, MatchedInCohort, and what ``offer_help`` raises.
    """
    request = lock_request(help_request_id)
    mentor = MentorProfile.objects.select_related("user").get(user=by)
    known = request.matches.filter(mentor=mentor).exclude(time_again_on__lte=now.date())
    match = known.first() or _propose(request, mentor, now)
    return offer_help(match_id=match.pk, by=by, note=note, now=now, correction=correction)


def _propose(request: HelpRequest, mentor: MentorProfile, now: datetime) -> Match:
    must_be_open(request)
    must_look_for_mentors(request)
    _must_be_eligible(request, mentor, now=now)
    [(_, found)] = suggestions_of(mentor, [request], now=now)
    match = proposal_of(request, mentor, found, now)
    match.save()
    order_matches(request)
    return match


@transaction.atomic
def offer_help(*, match_id: int, by: User, note: str, now: datetime, correction: int = 0) -> Match:
    """Offer help for a request that the mentor was proposed for, with a note. The mentee is notified.

    ``correction`` is the number of the last correction that the mentor has read. Raises CorrectedMeanwhile after a
    newer one. Raises NotYourTurn, AlreadyDone, SuggestionGone, HelpRequestNotOpen, MoveNotAllowed, RulesNotAccepted,
    OfferSaysNothing, PairNotAllowed, OfferedTooOften, and TooManyAsked if too many questions and offers wait for an
    answer. Raises OfferNotPossible if a hard rule now excludes the mentor. A full inbox is no obstacle.
    """
    match = lock_match(match_id)
    request = match.help_request
    must_be_mentor(match, by)
    must_not_be_done(match, Match.Status.OFFERED, by=by)
    must_be_open(request)
    match.must_allow(Match.Status.OFFERED)
    must_have_accepted_rules(by.pk, now=now)
    if len(note.strip()) < NOTE_MIN or not plain_words(note):
        raise OfferSaysNothing(NOTE_TOO_SHORT)
    _must_have_room(request)
    mentor = lock_mentor(match.mentor_id)
    must_not_offer_too_often(match, now=now)
    _must_be_eligible(request, mentor, now=now)
    if not request.mentee.is_active:
        raise PairNotAllowed(_("This request does not look for a mentor any more."))
    must_have_read(match, correction)
    match.offer_note = note
    move_match(match, Match.Status.OFFERED, at=now)
    tell(request.mentee, "match_offered", match, now)
    return match


def _must_be_eligible(request: HelpRequest, mentor: MentorProfile, *, now: datetime) -> None:
    if rules := [rule for rule in rules_against_asking(request, mentor, now=now) if rule not in INBOX_RULES]:
        raise OfferNotPossible(rules[0], SENTENCES.get(rules[0], OTHER_RULE))


def _must_have_room(request: HelpRequest) -> None:
    """Raise TooManyAsked if no offer fits below the limit. One place is kept for a question of the mentee."""
    waiting = list(request.matches.filter(status__in=Match.WAITING).values_list("status", flat=True))
    offers = waiting.count(Match.Status.OFFERED)
    asked_max = value_of("asked_max")
    if len(waiting) >= asked_max or offers >= max(asked_max - 1, 1):
        raise TooManyAsked(
            ngettext(
                "%(number)s mentor is asked or has offered for this request. Come back in a few days, or look at "
                "another one.",
                "%(number)s mentors are asked or have offered for this request. Come back in a few days, or look at "
                "another one.",
                len(waiting),
            )
            % {"number": len(waiting)}
        )
