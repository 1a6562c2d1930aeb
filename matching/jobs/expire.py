"""Ending questions and offers that nobody answered, so that nobody waits for ever."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.jobs.pauses import pause_mentoring
from accounts.models import MentorProfile, User
from accounts.notifications.write import notify
from accounts.sweep import each_due
from matching.models import HelpRequest, Match

# What a mentor did with a question. One that the mentee took back, or that became needless, says nothing of the mentor.
HAD_THEIR_TURN = (Match.Status.ACCEPTED, Match.Status.DECLINED, Match.Status.EXPIRED)


def expire_unanswered(*, now: datetime) -> int:
    """Expire questions and offers past their deadline, the oldest first, and return how many.

    A row that somebody holds is being answered at this moment: it is left to the next sweep.
    """
    due = Match.objects.filter(status__in=Match.WAITING, answer_due_at__lte=now).order_by("answer_due_at", "pk")
    return each_due(due, lambda match_id: expire_match(match_id=match_id, now=now))


@transaction.atomic
def expire_match(*, match_id: int, now: datetime) -> bool:
    """Expire one match if its deadline has passed and nobody holds it; return whether it was done.

    The request gets its next mentors, both sides are told, and a mentor who was silent too often is paused.
    """
    # All locks are had before anything is written: help request, match, mentor.
    request = (
        HelpRequest.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        .select_related("mentee")
        .filter(pk__in=Match.objects.filter(pk=match_id).values("help_request"))
        .first()
    )
    match = (
        Match.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        .filter(pk=match_id, status__in=Match.WAITING, answer_due_at__lte=now)
        .first()
    )
    if request is None or match is None:
        return False
    mentor = (
        MentorProfile.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        .select_related("user")
        .filter(pk=match.mentor_id)
        .first()
    )
    if mentor is None:
        return False
    was_asked = match.status == Match.Status.ASKED
    # It ended with its deadline, however late this sweep comes: what the mentor did with others is in its true order.
    match.move_to(Match.Status.EXPIRED, at=match.answer_due_at or now)
    if request.status == HelpRequest.Status.OPEN:
        # The sweep over what is due looks for the next mentors within half a minute.
        request.mentors_due_at = now
        request.save(update_fields=["mentors_due_at"])
    if was_asked:
        _tell(request.mentee, "match_expired", match, now)
        _end_of_question(match, mentor, now)
    else:
        _tell(mentor.user, "offer_expired", match, now)
        _tell(request.mentee, "offer_expired_mentee", match, now)
    return True


def _end_of_question(match: Match, mentor: MentorProfile, now: datetime) -> None:
    """Tell the mentor, and pause one who is silent; the caller holds the mentor's row. One mail, not two."""
    if mentor.status != MentorProfile.Status.APPROVED or not _is_silent(mentor):
        _tell(mentor.user, "match_expired_mentor", match, now)
        return
    pause_mentoring(mentor_id=mentor.pk, cause=MentorProfile.PauseCause.SILENCE, until_on=None, now=now)
    notify(
        recipient=mentor.user,
        kind="mentor_paused_for_silence",
        key=f"{mentor.uuid}:{now.isoformat()}",
        payload={"mentor": str(mentor.uuid)},
        now=now,
    )


def _is_silent(mentor: MentorProfile) -> bool:
    """Whether the last SILENCE_MAX questions, of those asked since the mentor came or came back, all ran out.

    One of which no reminder was sent does not count: it may be we who were silent.
    """
    had = Match.objects.filter(
        ~Q(status=Match.Status.EXPIRED, reminders_sent=0),
        mentor=mentor,
        asked_at__gte=mentor.status_since_at,
        status__in=HAD_THEIR_TURN,
    )
    last = had.order_by("-ended_at", "-pk").values_list("status", flat=True)[: settings.SILENCE_MAX]
    return list(last) == [Match.Status.EXPIRED] * settings.SILENCE_MAX and settings.SILENCE_MAX > 0


def _tell(person: User, kind: str, match: Match, now: datetime) -> None:
    notify(recipient=person, kind=kind, key=str(match.uuid), payload={"match": str(match.uuid)}, now=now)
