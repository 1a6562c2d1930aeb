"""Asking the mentees of a mentor who cannot go on or pauses for long: a successor, or wait?"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.community_settings import days_of, value_of
from accounts.locks import lock_profile
from accounts.models import MentorProfile, Profile, User
from accounts.notifications.write import notify
from accounts.sweep import each_due
from matching.locks import lock_request
from matching.models import Handover, HelpRequest, Match
from matching.selectors.handovers import (
    handovers_to_close,
    left_alone,
    longer_pauses,
    pause_ends_at,
    to_hand_over,
    to_remind,
    unanswered_after_reminder,
)
from mentorship.locks import lock_goal, lock_mentorship
from mentorship.models import Goal, Mentorship
from mentorship.services.end import end_mentorship
from mentorship.services.pause import resume_mentorship
from mentorship.services.sessions.cancel import cancel_sessions_of

OWN_WISH = MentorProfile.PauseCause.OWN_WISH


def close_handovers(*, now: datetime) -> int:
    """Close the handovers whose mentor is back, and tell both. Return how many.

    A mentorship that waited goes on. One that is over closes its handover as well, and so does another cause.
    """
    return each_due(handovers_to_close(), lambda handover_id: _close(handover_id, now=now))


def open_new_handovers(*, now: datetime) -> int:
    """Ask the mentees of mentors who cannot go on or pause for long. Return how many."""
    return each_due(to_hand_over(now=now), lambda mentorship_id: _open(mentorship_id, now=now))


def follow_longer_pauses(*, now: datetime) -> int:
    """Cancel the sessions within pauses that became longer, and tell the mentees who wait. Return how many."""
    return each_due(longer_pauses(), lambda handover_id: _lengthen(handover_id, now=now))


def remind_of_handovers(*, now: datetime) -> int:
    """Remind the mentees who did not answer for the days of the setting, once. Return how many."""
    return each_due(_to_remind(now), lambda handover_id: _remind(handover_id, now=now))


def end_unanswered_handovers(*, now: datetime) -> int:
    """End the mentorships of mentors who are gone, some days after the reminder. Return how many.

    The request is open again. A draft is left if the mentee has paused asking, or has as many open requests as allowed.
    """
    return each_due(_unanswered(now), lambda handover_id: _end(handover_id, now=now))


@transaction.atomic
def _open(mentorship_id: int, *, now: datetime) -> bool:
    # Sessions are cancelled under the lock of the mentee's profile, which comes before the mentor's.
    lock_profile(Mentorship.objects.values_list("mentee_id", flat=True).get(pk=mentorship_id))
    mentorship = lock_mentorship(mentorship_id, by=None)
    due = to_hand_over(now=now).filter(pk=mentorship_id).first()
    if due is None:
        # The mentor came back before the lock was there.
        return False
    cause = due.cause_now  # type: ignore[attr-defined]
    handover = Handover.objects.create(mentorship=mentorship, cause=cause, opened_at=now)
    # Sessions with a mentor who is gone are cancelled by a sweep of their own. A mentor whom the community paused has
    # not said that they do not come.
    if cause == Handover.Cause.PAUSED and mentorship.mentor.pause_cause == OWN_WISH:
        _cancel_sessions(handover, mentorship, now)
    _tell(mentorship.mentee, "handover_opened", handover, now)
    return True


@transaction.atomic
def _lengthen(handover_id: int, *, now: datetime) -> bool:
    mentorship_id = _mentorship_of(handover_id)
    lock_profile(Mentorship.objects.values_list("mentee_id", flat=True).get(pk=mentorship_id))
    mentorship = lock_mentorship(mentorship_id, by=None)
    handover = _lock(longer_pauses(), handover_id)
    if handover is None:
        return False
    _cancel_sessions(handover, mentorship, now)
    if handover.choice == Handover.Choice.WAIT and mentorship.mentor.paused_until_on:
        # Once a day, however often the mentor changes it.
        payload = {"handover": str(handover.uuid)}
        key = f"{handover.uuid}:{now.date()}"
        notify(recipient=mentorship.mentee, kind="handover_waits", key=key, payload=payload, now=now)
    return True


def _cancel_sessions(handover: Handover, mentorship: Mentorship, now: datetime) -> None:
    """Cancel the sessions within the pause. The mentee's profile and the mentorship are locked."""
    cancel_sessions_of(mentorship, by=None, now=now, before=pause_ends_at(mentorship.mentor))
    handover.cancelled_until_on = mentorship.mentor.paused_until_on
    handover.save(update_fields=["cancelled_until_on"])


@transaction.atomic
def _close(handover_id: int, *, now: datetime) -> bool:
    mentorship = lock_mentorship(_mentorship_of(handover_id), by=None)
    handover = _lock(handovers_to_close(), handover_id)
    if handover is None:
        return False
    handover.closed_at = now
    handover.save(update_fields=["closed_at"])
    if mentorship.status in Mentorship.OVER:
        return True
    # The two may have gone on meanwhile, and paused it anew for a reason of their own.
    waited = handover.paused_it and mentorship.paused_at == handover.chosen_at
    if waited:
        resume_mentorship(mentorship_id=mentorship.pk, by=None, now=now)
    if not left_alone(Mentorship.objects.filter(pk=mentorship.pk), now=now).exists():
        _tell(mentorship.mentee, "handover_over", handover, now)
        if waited:
            _tell(mentorship.mentor.user, "handover_over", handover, now)
    return True


@transaction.atomic
def _remind(handover_id: int, *, now: datetime) -> bool:
    handover = _lock(_to_remind(now), handover_id, skip_locked=True)
    if handover is None:
        return False
    handover.reminded_at = now
    handover.save(update_fields=["reminded_at"])
    _tell(handover.mentorship.mentee, "handover_reminder", handover, now)
    return True


@transaction.atomic
def _end(handover_id: int, *, now: datetime) -> bool:
    mentorship_id = _mentorship_of(handover_id)
    request_id = Match.objects.filter(mentorship=mentorship_id).values_list("help_request_id", flat=True).first()
    earlier = lock_request(request_id) if request_id else None
    goal_id, mentee_id = Mentorship.objects.values_list("goal_id", "mentee_id").get(pk=mentorship_id)
    goal, profile = lock_goal(goal_id), lock_profile(mentee_id)
    lock_mentorship(mentorship_id, by=None)
    handover = _lock(_unanswered(now), handover_id)
    if handover is None:
        return False
    is_matched = earlier is not None and earlier.status == HelpRequest.Status.MATCHED
    anew = None
    if earlier and is_matched and goal.status == Goal.Status.ACTIVE:
        anew = _copy(earlier, profile, now)
    end_mentorship(
        mentorship_id=mentorship_id,
        by=None,
        status=Mentorship.Status.ENDED_EARLY,
        reason=Mentorship.EndReason.HANDED_OVER,
        now=now,
        looks_on=anew is not None and anew.status == HelpRequest.Status.OPEN,
    )
    if earlier and is_matched:
        earlier.move_to(HelpRequest.Status.CLOSED, at=now)
    handover.choice, handover.help_request = Handover.Choice.UNANSWERED, anew
    handover.chosen_at = handover.closed_at = now
    handover.save()
    return True


def _copy(earlier: HelpRequest, profile: Profile, now: datetime) -> HelpRequest:
    """Store a copy of a request, open if the mentee asks at all and has room for one. The profile is locked."""
    request = earlier.copied(at=now)
    request.save()
    opened = HelpRequest.objects.filter(mentee=earlier.mentee_id, status=HelpRequest.Status.OPEN, cohort=None)
    is_asking = profile.asking_paused_at is None
    if (
        is_asking
        and opened.count() < value_of("open_requests_max")
        and not opened.filter(goal=earlier.goal_id).exists()
    ):
        request.move_to(HelpRequest.Status.OPEN, at=now)
    return request


def _to_remind(now: datetime) -> QuerySet[Handover]:
    return to_remind(after=days_of("handover_remind_days"), now=now)


def _unanswered(now: datetime) -> QuerySet[Handover]:
    return unanswered_after_reminder(after=days_of("handover_end_days"), now=now)


def _mentorship_of(handover_id: int) -> int:
    return Handover.objects.values_list("mentorship_id", flat=True).get(pk=handover_id)


def _lock(due: QuerySet[Handover], handover_id: int, *, skip_locked: bool = False) -> Handover | None:
    rows = due.select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)
    return rows.select_related("mentorship__mentee").filter(pk=handover_id).first()


def _tell(person: User, kind: str, handover: Handover, now: datetime) -> None:
    payload = {"handover": str(handover.uuid)}
    notify(recipient=person, kind=kind, key=str(handover.uuid), payload=payload, now=now)
