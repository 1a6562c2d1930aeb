"""Naming a particular mentor for a help request, from their link or from a search."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import MentorProfile, User
from matching.exceptions import NamedMentorNotEligible, TooManyNamed
from matching.locks import lock_request
from matching.models import Match
from matching.moves import judge, order_matches, proposal_of
from matching.selectors.fit import sentences_of
from matching.selectors.suggestions import rules_against_asking, suggestions_of
from matching.services.checks import must_be_mentee, must_be_open, must_look_for_mentors

NAMED_MAX = 10
TRIED = "declined_before"


@transaction.atomic
def name_mentor(*, help_request_id: int, mentor_id: int, by: User, now: datetime) -> Match:
    """Put a mentor on the list of an open request, whatever their fit. The mentee can ask them as any other.

    A mentor who is on the list already stays there unchanged. Nobody is notified.

    Raises NotYourTurn, HelpRequestGone, HelpRequestNotOpen, MatchedInCohort, NamedMentorNotEligible with the sentences
    of all hard rules that exclude the mentor, and TooManyNamed after NAMED_MAX.
    """
    request = lock_request(help_request_id)
    must_be_mentee(request, by)
    must_be_open(request)
    must_look_for_mentors(request)
    mentor = MentorProfile.objects.select_related("user__profile").get(pk=mentor_id)
    earlier = request.matches.filter(mentor=mentor)
    if listed := earlier.filter(status__in=Match.LIVE).first():
        return listed
    rules = rules_against_asking(request, mentor, now=now)
    if not rules and earlier.filter(time_again_on__isnull=True).exists():
        # The mentee took the question back, or the search dropped the pair. It stays a row of this request.
        rules = (TRIED,)
    if rules:
        raise NamedMentorNotEligible(
            _("This mentor cannot help with this request. %(sentences)s") % {"sentences": " ".join(sentences_of(rules))}
        )
    if request.matches.filter(is_named=True).count() >= NAMED_MAX:
        raise TooManyNamed(
            ngettext(
                "You have chosen %(number)s mentor for this request. Ask them first.",
                "You have chosen %(number)s mentors for this request. Ask one of them first.",
                NAMED_MAX,
            )
            % {"number": NAMED_MAX}
        )
    [(_request, found)] = suggestions_of(mentor, [request], now=now)
    named = proposal_of(request, mentor, found, now)
    named.is_named = True
    judge(named, found)
    named.save()
    order_matches(request)
    return named
