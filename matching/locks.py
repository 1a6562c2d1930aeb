"""Locks that services and jobs share.

All locks are taken in one order: help request, match, goal, the mentee's profile, mentor, mentorship. The lock of a
help request comes before all its matches, so their own order does not matter: accepting locks its match first, then
the siblings by ascending primary key. A pair of a cohort has the place of a match. A mentorship is locked after its
mentor (``mentorship.locks``), and a handover after its mentorship.

Services wait for a lock. A sweep over deadlines skips a locked row, since another process is changing it, and looks
again the next time.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts.models import User
from matching.exceptions import HandoverOver, HelpRequestGone, NotYourTurn, SuggestionGone
from matching.models import CohortPair, Handover, HelpRequest, Match
from matching.selectors.handovers import open_handovers
from mentorship.locks import lock_mentorship


def lock_request(help_request_id: int) -> HelpRequest:
    """Return the help request, locked. Raises HelpRequestGone if its draft was deleted."""
    request = _lock_request(pk=help_request_id)
    if request is None:
        raise HelpRequestGone
    return request


def lock_match(match_id: int) -> Match:
    """Return the match with its help request, both locked, the help request first.

    Raises SuggestionGone if a new search deleted the proposal.
    """
    request = _lock_request(pk=Subquery(Match.objects.filter(pk=match_id).values("help_request")))
    matches = Match.objects.select_for_update(of=("self",), no_key=True).select_related("mentor__user")
    match = matches.filter(pk=match_id).first()
    if request is None or match is None:
        raise SuggestionGone
    match.help_request = request
    return match


def _lock_request(**which: Any) -> HelpRequest | None:
    requests = HelpRequest.objects.select_for_update(of=("self",), no_key=True)
    return requests.select_related("mentee", "goal__kind", "session_kind").filter(**which).first()


def lock_live_matches(request: HelpRequest) -> list[Match]:
    """Return the proposed, asked and offered matches of a locked help request, locked."""
    matches = request.matches.select_for_update(of=("self",), no_key=True).filter(status__in=Match.LIVE)
    return list(matches.select_related("mentor__user", "by_hand").order_by("pk"))


def lock_pair(pair_id: int) -> CohortPair:
    """Return the pair of a cohort with its help request, both locked, the help request first."""
    request = _lock_request(pk=Subquery(CohortPair.objects.filter(pk=pair_id).values("help_request")))
    pair = _pairs_to_lock(CohortPair.objects.all()).get(pk=pair_id)
    if request is not None:
        pair.help_request = request
    return pair


def lock_pairs(pairs: QuerySet[CohortPair]) -> list[CohortPair]:
    """Return those of ``pairs`` that are still among them under the lock of their help requests, locked."""
    requests = HelpRequest.objects.filter(pk__in=pairs.values("help_request")).order_by("pk")
    list(requests.select_for_update(of=("self",), no_key=True).values_list("pk"))
    return list(_pairs_to_lock(pairs).order_by("help_request", "pk"))


def lock_live_pair(request: HelpRequest) -> CohortPair | None:
    """Return the pair of a locked help request that waits for answers, locked."""
    pair = _pairs_to_lock(request.cohort_pairs.filter(status__in=CohortPair.LIVE)).first()
    if pair is not None:
        pair.help_request = request
    return pair


def try_lock_pair(due: QuerySet[CohortPair], pair_id: int) -> CohortPair | None:
    """Return a pair of ``due`` with its help request, both locked. None as for ``try_lock_match``."""
    of_pair = HelpRequest.objects.filter(pk__in=CohortPair.objects.filter(pk=pair_id).values("help_request"))
    request = of_pair.select_for_update(skip_locked=True, of=("self",), no_key=True).select_related("mentee").first()
    if request is None:
        return None
    pair = _pairs_to_lock(due, skip_locked=True).filter(pk=pair_id).first()
    if pair is not None:
        pair.help_request = request
    return pair


def _pairs_to_lock(pairs: QuerySet[CohortPair], *, skip_locked: bool = False) -> QuerySet[CohortPair]:
    rows = pairs.select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)
    return rows.select_related("mentor__user", "help_request__mentee")


def lock_handover(handover_id: int, *, by: User) -> Handover:
    """Return the open handover of the mentee ``by``, locked after its mentor and its mentorship.

    Raises NotYourTurn, HandoverOver if the mentor is back or the mentorship is over.
    """
    mentorship_id = Handover.objects.values_list("mentorship_id", flat=True).get(pk=handover_id)
    mentorship = lock_mentorship(mentorship_id, by=None)
    if by.pk != mentorship.mentee_id:
        raise NotYourTurn(_("Only the mentee of this mentorship can choose."))
    rows = open_handovers().filter(pk=handover_id).select_for_update(of=("self",), no_key=True)
    handover = rows.first()
    if handover is None:
        raise HandoverOver
    handover.mentorship = mentorship
    return handover


def try_lock_request(due: QuerySet[HelpRequest], help_request_id: int) -> HelpRequest | None:
    """Return a help request of ``due``, locked. None if it is no longer due, or is locked already."""
    rows = due.select_for_update(skip_locked=True, of=("self",), no_key=True)
    return rows.select_related("mentee").filter(pk=help_request_id).first()


def try_lock_requests(due: QuerySet[HelpRequest], *, count: int) -> QuerySet[HelpRequest]:
    """Lock the first ``count`` help requests of ``due`` that are not locked already. Return them.

    Two sweeps at once share the work: each skips rows that the other has locked.
    """
    rows = due.select_for_update(skip_locked=True, of=("self",), no_key=True)
    return HelpRequest.objects.filter(pk__in=[request.pk for request in rows.only("pk")[:count]])


def try_lock_match(due: QuerySet[Match], match_id: int) -> Match | None:
    """Return a match of ``due`` with its help request, both locked, the help request first.

    None if it is no longer due, or one of the two is locked already.
    """
    of_match = HelpRequest.objects.filter(pk__in=Match.objects.filter(pk=match_id).values("help_request"))
    request = of_match.select_for_update(skip_locked=True, of=("self",), no_key=True).select_related("mentee").first()
    if request is None:
        return None
    rows = due.select_for_update(skip_locked=True, of=("self",), no_key=True).select_related("mentor__user")
    match = rows.filter(pk=match_id).first()
    if match is not None:
        match.help_request = request
    return match
