"""Answering a pair of a cohort: yes or no, by either side, in any order."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.doorbell import ring_after_commit
from accounts.locks import lock_mentor
from accounts.models import User
from accounts.services.rules import must_have_accepted_rules
from matching.engine import ENGINE_VERSION
from matching.exceptions import AlreadyDone, NotYourTurn, PairNotAllowed, PairOver
from matching.locks import lock_pair
from matching.models import CohortDraft, CohortPair, HelpRequest, Match
from matching.moves import tell
from matching.pair_moves import move_pair, propose_alternate, skip_questions, tell_about_pair
from matching.selectors.suggestions import rules_against_asking
from matching.services.accept import FORBIDDING_RULES
from matching.services.checks import must_be_active, must_be_open
from matching.tasks import propose_pairs
from mentorship.exceptions import MentorAtCapacity
from mentorship.locks import lock_goal
from mentorship.models import Cohort, Mentorship
from mentorship.selectors.mentors import is_full
from mentorship.services.start import start_mentorship

ALREADY_YES = gettext_lazy("You have said yes already. You get a mail as soon as the other side has answered.")
ALREADY_CONFIRMED = gettext_lazy("You have said yes already. Your mentorship has begun; nothing is left to do.")
ALREADY_NO = gettext_lazy("You have said no already. Nothing is left to do.")


@transaction.atomic
def say_yes(*, pair_id: int, by: User, now: datetime) -> CohortPair:
    """Say yes as one of the two. With the second yes the mentorship starts, and both get the message of an acceptance.

    An ongoing one is planned until the cohort's mentorships end.

    Raises NotYourTurn, AlreadyDone, PairOver, HelpRequestNotOpen (also if its goal is over), RulesNotAccepted,
    PairNotAllowed, AlreadyTogether, and MentorAtCapacity for a yes of a mentor without a free place, or the second yes.
    """
    pair = lock_pair(pair_id)
    side = _side(pair, by)
    if pair.yes_at(side) is not None and pair.status in (CohortPair.Status.PROPOSED, CohortPair.Status.CONFIRMED):
        is_new = pair.status == CohortPair.Status.PROPOSED
        raise AlreadyDone(ALREADY_YES if is_new else ALREADY_CONFIRMED)
    _must_wait(pair)
    request = pair.help_request
    must_be_open(request)
    must_have_accepted_rules(by.pk, now=now)
    # The mentee may settle the goal at this moment.
    must_be_active(lock_goal(request.goal_id))
    pair.mentor = lock_mentor(pair.mentor_id)
    _must_be_allowed(pair, now)
    if side == Match.Side.MENTEE:
        pair.mentee_yes_at = now
    else:
        pair.mentor_yes_at = now
    if pair.mentee_yes_at is not None and pair.mentor_yes_at is not None:
        _confirm(pair, side, now)
        return pair
    if side == Match.Side.MENTOR and is_full(pair.mentor):
        raise MentorAtCapacity(
            _("All your places are taken. Raise your capacity to take one more, or say no, so that another mentor can.")
        )
    pair.save(update_fields=["mentee_yes_at", "mentor_yes_at"])
    skip_questions(pair, [side])
    return pair


@transaction.atomic
def say_no(*, pair_id: int, by: User, now: datetime, reason: str = "") -> CohortPair:
    """Say no as one of the two, also after a yes that waits. The other side is told, and never reads the reason.

    The first kept alternate who still fits and has room is proposed instead.

    Raises NotYourTurn, AlreadyDone, PairOver.
    """
    pair = lock_pair(pair_id)
    side = _side(pair, by)
    if pair.status == CohortPair.Status.DECLINED and pair.declined_by == side:
        raise AlreadyDone(ALREADY_NO)
    _must_wait(pair)
    pair.declined_by, pair.decline_reason = side, reason
    move_pair(pair, CohortPair.Status.DECLINED, at=now)
    if propose_alternate(pair, now=now) is not None:
        ring_after_commit(propose_pairs)
    other = Match.Side.MENTOR if side == Match.Side.MENTEE else Match.Side.MENTEE
    if pair.person_on(other).is_active:
        tell_about_pair(pair.person_on(other), "cohort_pair_over", pair, now)
    return pair


def _side(pair: CohortPair, by: User) -> Match.Side:
    side = pair.side_of(by)
    if side is None:
        raise NotYourTurn(_("Only the two who were proposed to each other can answer."))
    return side


def _must_wait(pair: CohortPair) -> None:
    cohort = pair.help_request.cohort
    # The sweep takes the pairs of an archived cohort back.
    is_over = cohort is not None and cohort.status == Cohort.Status.ARCHIVED
    if pair.status != CohortPair.Status.PROPOSED or is_over:
        raise PairOver(_("This proposal does not wait for an answer any more. Nothing is left to do here."))


def _must_be_allowed(pair: CohortPair, now: datetime) -> None:
    """Raise PairNotAllowed if a suspension, a block or a closed account came between the proposal and the answer."""
    request = pair.help_request
    broken = rules_against_asking(request, pair.mentor, now=now)
    both_are_here = request.mentee.is_active and pair.mentor.user.is_active
    if FORBIDDING_RULES.intersection(broken) or not both_are_here:
        raise PairNotAllowed(_("This proposal cannot be taken up any more. The organisers can tell you more."))


def _confirm(pair: CohortPair, side: Match.Side, now: datetime) -> None:
    """Begin the mentorship of a locked pair to which both said yes."""
    request = pair.help_request
    mentorship = _start(pair, side, now)
    pair.match = Match.objects.create(
        help_request=request,
        mentor=pair.mentor,
        status=Match.Status.ACCEPTED,
        rank=request.matches.count() + 1,
        fit=pair.fit,
        reasons=pair.reasons,
        mentor_reasons=pair.mentor_reasons,
        engine_version=_engine_of(pair),
        mentorship=mentorship,
        created_at=now,
        ended_at=now,
    )
    move_pair(pair, CohortPair.Status.CONFIRMED, at=now)
    request.move_to(HelpRequest.Status.MATCHED, at=now)
    tell(request.mentee, "match_accepted", pair.match, now)
    tell(pair.mentor.user, "match_accepted", pair.match, now)


def _engine_of(pair: CohortPair) -> str:
    """Return the version of the engine that judged the draft. The draft itself is large, and not read."""
    versions = CohortDraft.objects.filter(pk=pair.draft_id).values_list("scores__engine_version", flat=True)
    return versions.get() or ENGINE_VERSION


def _start(pair: CohortPair, side: Match.Side, now: datetime) -> Mentorship:
    request = pair.help_request
    try:
        return start_mentorship(
            mentor_id=pair.mentor_id,
            mentee=request.mentee,
            goal=request.goal,
            format=request.format,
            now=now,
            planned_end_on=request.cohort.ends_on if request.cohort else None,
        )
    except MentorAtCapacity as full:
        if side == Match.Side.MENTEE:
            raise MentorAtCapacity(
                _("%(mentor)s has no free place any more. You need not do anything: you hear from us how it goes on.")
                % {"mentor": pair.mentor.user.name}
            ) from full
        raise
