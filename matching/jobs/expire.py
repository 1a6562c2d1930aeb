"""Expiring questions and offers that nobody answered."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.community_settings import value_of
from accounts.jobs.pauses import pause_mentoring
from accounts.locks import try_lock_mentor
from accounts.models import MentorProfile
from accounts.notifications.write import notify_mentor
from accounts.sweep import each_due
from matching.locks import try_lock_match
from matching.models import Match
from matching.moves import make_due, move_match, tell
from matching.selectors.kept_apart import cannot_be_accepted
from matching.selectors.limits import reactions
from matching.selectors.reach import is_undelivered, was_not_reminded


def expire_unanswered(*, now: datetime) -> int:
    """Expire questions and offers past their deadline, the oldest first. Return how many.

    A locked row is being answered at this moment. The next sweep looks at it again.
    """
    return each_due(_overdue(now), lambda match_id: expire_match(match_id=match_id, now=now))


@transaction.atomic
def expire_match(*, match_id: int, now: datetime) -> bool:
    """Expire one match if its deadline has passed and it is not locked. Return whether it was done.

    The next mentors are looked for, both sides are notified, and a mentor who was silent too often is paused. A match
    that could not be accepted any more is left to ``end_kept_apart``, and a question of which the mentor does not know
    to ``end_undelivered``: these mentors were not silent.
    """
    match = try_lock_match(_overdue(now), match_id)
    if match is not None and (cannot_be_accepted(match) or is_undelivered(match, now=now)):
        return False
    mentor = try_lock_mentor(MentorProfile.objects.all(), match.mentor_id) if match else None
    if match is None or mentor is None:
        return False
    waited = match.status
    if waited == Match.Status.ASKED and was_not_reminded(match):
        match.reminders_sent = 0
    # The end is the deadline, even if this sweep is late: `_is_silent` orders a mentor's questions by their end.
    move_match(match, Match.Status.EXPIRED, at=match.answer_due_at or now)
    # The next sweep over due requests looks for mentors.
    make_due(match.help_request, now=now)
    if waited == Match.Status.ASKED:
        tell(match.help_request.mentee, "match_expired", match, now)
        _tell_or_pause(match, mentor, now)
    elif waited == Match.Status.CLARIFYING:
        tell(mentor.user, "question_expired_mentor", match, now)
        tell(match.help_request.mentee, "question_expired", match, now)
    else:
        tell(mentor.user, "offer_expired", match, now)
        tell(match.help_request.mentee, "offer_expired_mentee", match, now)
    return True


def _overdue(now: datetime) -> QuerySet[Match]:
    overdue = Match.objects.filter(status__in=Match.WAITING, answer_due_at__lte=now)
    return overdue.order_by("answer_due_at", "pk")


def _tell_or_pause(match: Match, mentor: MentorProfile, now: datetime) -> None:
    """Notify the mentor, or pause a silent one with a mail of its own. The caller holds the mentor's lock."""
    if mentor.status != MentorProfile.Status.APPROVED or not _is_silent(mentor):
        tell(mentor.user, "match_expired_mentor", match, now)
        return
    pause_mentoring(mentor_id=mentor.pk, cause=MentorProfile.PauseCause.SILENCE, until_on=None, now=now)
    notify_mentor(mentor, "mentor_paused_for_silence", now=now)


def _is_silent(mentor: MentorProfile) -> bool:
    """Return whether the last questions to the mentor since they came (back) all expired."""
    silence_max = value_of("silence_max")
    last = reactions().filter(mentor=mentor).values_list("status", flat=True)[:silence_max]
    return list(last) == [Match.Status.EXPIRED] * silence_max and silence_max > 0
