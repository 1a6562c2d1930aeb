"""Proposing a mentor for a request by hand, as an admin."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.about_others import must_be_about_others
from accounts.exceptions import ReasonMissing
from accounts.locks import lock_mentor
from accounts.models import MentorProfile, User
from matching.engine import Suggestion
from matching.exceptions import AlreadyOnTheList, ChangedWhileJudged, HelpRequestGone, HelpRequestNotOpen, RulesInTheWay
from matching.jobs.propose import tell_news
from matching.locks import lock_request
from matching.models import OVERRIDABLE, HandProposal, HelpRequest, Match
from matching.moves import judge, order_matches, proposal_of
from matching.selectors.corrections import last_correction_at
from matching.selectors.suggestions import broken_rules, judged_anew
from matching.selectors.words_for_admins import rules_in_words
from matching.services.checks import must_be_open, must_look_for_mentors
from matching.services.name_mentor import TRIED


def propose_by_hand(
    *, help_request_id: int, mentor_id: int, by: User, now: datetime, overridden: Collection[str] = (), reason: str = ""
) -> Match:
    """Propose a mentor whatever their fit. The mentee gets the usual message; the mentor hears of it once asked.

    Hard rules named in ``overridden``, of OVERRIDABLE, may be broken. They stay overridden while the match is live,
    so the mentee can ask and the mentor can accept. The request leaves the queue.

    Raises HelpRequestGone, HelpRequestNotOpen (also without a mentee who is active), MatchedInCohort, AboutYourself if
    ``by`` is one of the two, AlreadyOnTheList, RulesInTheWay with the sentences of the other broken rules,
    ReasonMissing if a rule is overridden without a reason, and ChangedWhileJudged if the request was corrected
    at this moment.
    """
    # Judged without the locks, since it takes time: the language model may have to be loaded.
    corrected_at = last_correction_at(help_request_id)
    found = _judged(help_request_id, mentor_id, now=now)
    with transaction.atomic():
        request = lock_request(help_request_id)
        must_be_open(request)
        must_look_for_mentors(request)
        if not request.mentee.is_active:
            raise HelpRequestNotOpen(_("The account of this mentee is deactivated, so no mentor is looked for."))
        # Under the mentor's lock, capacity and inbox stay as they are judged here.
        mentor = lock_mentor(mentor_id)
        must_be_about_others(by, request.mentee_id, mentor.user_id)
        rules = _must_break_no_other_rule(request, mentor, overridden, reason, now)
        if found is None or last_correction_at(help_request_id) != corrected_at:
            raise ChangedWhileJudged(_("The request or the mentor changed at this moment. Look at the two once more."))
        proposal = proposal_of(request, mentor, found, now)
        by_hand = HandProposal(match=proposal, by=by, proposed_at=now, rules=rules, reason=reason.strip())
        judge(proposal, found)
        proposal.save()
        by_hand.save()
        order_matches(request)
        _leave_the_queue(request)
        tell_news(request, now)
    return proposal


def _judged(help_request_id: int, mentor_id: int, *, now: datetime) -> Suggestion | None:
    """Return the fit and the reasons of the two. None if another rule than OVERRIDABLE excludes the mentor."""
    request = HelpRequest.objects.select_related("mentee", "goal__kind", "session_kind").filter(pk=help_request_id)
    user_id = MentorProfile.objects.values_list("user_id", flat=True).get(pk=mentor_id)
    if (unlocked := request.first()) is None:
        raise HelpRequestGone
    return judged_anew(unlocked, [user_id], now=now, despite=OVERRIDABLE).get(user_id)


def _must_break_no_other_rule(
    request: HelpRequest, mentor: MentorProfile, overridden: Collection[str], reason: str, now: datetime
) -> list[str]:
    """Return the broken rules, all of which are overridden. Raises AlreadyOnTheList, RulesInTheWay, ReasonMissing."""
    rules = _broken(request, mentor, now)
    if in_the_way := [rule for rule in rules if rule not in OVERRIDABLE or rule not in overridden]:
        sentences = " ".join(rules_in_words(in_the_way, private=False))
        raise RulesInTheWay(_("This mentor cannot be proposed. %(sentences)s") % {"sentences": sentences})
    if rules and not reason.strip():
        raise ReasonMissing(_("Give a reason for overriding a rule, in a sentence or two. It is kept with the match."))
    return rules


def _broken(request: HelpRequest, mentor: MentorProfile, now: datetime) -> list[str]:
    """Return the broken rules. Raises AlreadyOnTheList for a mentor with a live match."""
    earlier = request.matches.filter(mentor=mentor)
    if earlier.filter(status__in=Match.LIVE).exists():
        raise AlreadyOnTheList(_("This mentor is on the list of the request already."))
    rules = list(broken_rules(request, [mentor.user_id], now=now)[mentor.user_id])
    if TRIED not in rules and earlier.filter(time_again_on__isnull=True).exists():
        # The question was taken back, or the search dropped the pair. It stays a row of this request.
        rules.append(TRIED)
    return rules


def _leave_the_queue(request: HelpRequest) -> None:
    """Take the locked request out of the queue. A search that is due stays due, and may find more."""
    request.queued_at, request.obstacle = None, ""
    request.save(update_fields=["queued_at", "obstacle"])
