"""Pausing and resuming as a mentor, and the sweep that ends a pause on its end date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.exceptions import MoveNotAllowed, PauseAlreadyOver
from accounts.locks import lock_mentor, try_lock_mentor
from accounts.models import MentorProfile
from accounts.notifications.schedule import EARLIEST_ZONE
from accounts.notifications.write import count_since, notify_mentor, skip_unsent
from accounts.sweep import each_due

DAY = timedelta(days=1)
MAILS_A_DAY = 3


@transaction.atomic
def pause_mentoring(*, mentor_id: int, cause: str, until_on: date | None, now: datetime) -> MentorProfile:
    """Pause a mentor until the day ``until_on`` in their zone, or until they resume (None).

    ``cause`` is one of MentorProfile.PauseCause. Running mentorships and open questions do not change. A mentor who is
    paused already gets the new cause and date. A pause by their own wish is confirmed by mail, if it changes anything,
    MAILS_A_DAY times within a day at most.

    Raises MoveNotAllowed unless the mentor is approved or paused, PauseAlreadyOver unless the day is in the future.
    """
    mentor = lock_mentor(mentor_id)
    if mentor.status not in (MentorProfile.Status.APPROVED, MentorProfile.Status.PAUSED):
        # The table allows "paused" after "suspended" too, but only an admin lifts a suspension.
        raise MoveNotAllowed("mentor profile", mentor.status, MentorProfile.Status.PAUSED)
    if until_on is not None and until_on <= now.astimezone(mentor.user.profile.zone).date():
        raise PauseAlreadyOver(_("A pause ends on a day to come. Name one from tomorrow on, or none."))
    before = (mentor.status, mentor.pause_cause, mentor.paused_until_on)
    if cause != mentor.pause_cause:
        mentor.end_pause(at=now)
    mentor.pause_cause, mentor.paused_until_on = cause, until_on
    if mentor.status == MentorProfile.Status.PAUSED:
        mentor.save(update_fields=["pause_cause", "paused_until_on", "back_after_misses_at"])
    else:
        mentor.move_to(MentorProfile.Status.PAUSED, at=now)
    is_new = before != (mentor.status, mentor.pause_cause, mentor.paused_until_on)
    if is_new and cause == MentorProfile.PauseCause.OWN_WISH:
        # The mail has a link to resume. Other causes have a mail of their own.
        _confirm(mentor, now)
    return mentor


def _confirm(mentor: MentorProfile, now: datetime) -> None:
    """Confirm the pause by mail. An earlier mail that was not sent yet would say something else, and is skipped."""
    key, kinds = f"{mentor.uuid}:", ["mentor_paused"]
    skip_unsent(recipients=[mentor.user_id], kinds=kinds, key_prefix=key, reason=_("The pause was changed."))
    if count_since(recipient=mentor.user, kind="mentor_paused", key_prefix=key, since=now - DAY) < MAILS_A_DAY:
        notify_mentor(mentor, "mentor_paused", now=now)


@transaction.atomic
def resume_mentoring(*, mentor_id: int, now: datetime) -> MentorProfile:
    """End the pause of a mentor. Raises MoveNotAllowed unless the mentor is paused."""
    mentor = lock_mentor(mentor_id)
    if mentor.status != MentorProfile.Status.PAUSED:
        # The table allows "approved" after "applied" too, but only an admin decides on an application.
        raise MoveNotAllowed("mentor profile", mentor.status, MentorProfile.Status.APPROVED)
    mentor.move_to(MentorProfile.Status.APPROVED, at=now)
    return mentor


def end_pauses(*, now: datetime) -> int:
    """End pauses whose end date has come in the zone of the mentor. Return how many."""
    return each_due(_over_somewhere(now), lambda mentor_id: _end_pause(mentor_id, now=now))


@transaction.atomic
def _end_pause(mentor_id: int, *, now: datetime) -> bool:
    mentor = try_lock_mentor(_over_somewhere(now), mentor_id)
    if mentor is None or mentor.paused_until_on is None:
        return False
    if now.astimezone(mentor.user.profile.zone).date() < mentor.paused_until_on:
        return False
    resume_mentoring(mentor_id=mentor.pk, now=now)
    return notify_mentor(mentor, "mentor_is_back", now=now)


def _over_somewhere(now: datetime) -> QuerySet[MentorProfile]:
    """Return mentors whose end date has come in at least one time zone."""
    today = (now.astimezone(UTC) + EARLIEST_ZONE).date()
    paused = MentorProfile.objects.filter(status=MentorProfile.Status.PAUSED, paused_until_on__lte=today)
    return paused.order_by("status_since_at", "pk")
