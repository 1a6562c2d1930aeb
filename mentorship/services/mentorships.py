"""Beginning a mentorship, pausing it, and ending it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import MentorProfile, User
from accounts.notifications.write import notify
from mentorship.exceptions import AlreadyTogether, EndReasonDoesNotFit, MentorAtCapacity, NotOneOfTheTwo
from mentorship.models import Goal, Mentorship
from mentorship.selectors import free_place, places_taken


@transaction.atomic
def start_mentorship(*, mentor_id: int, mentee: User, goal: Goal, format: str, now: datetime) -> Mentorship:
    """Start a mentorship in a free place of the mentor.

    Takes the mentor's row lock: whoever makes a mentor less available waits here, re-reads and counts.
    Raises AlreadyTogether if the two have one for this goal, MentorAtCapacity.
    """
    # NO KEY UPDATE is enough: no key changes, and foreign-key inserts on this mentor must not wait for us.
    mentor = MentorProfile.objects.select_for_update(of=("self",), no_key=True).get(pk=mentor_id)
    if Mentorship.objects.filter(mentor=mentor, mentee=mentee, goal=goal, status__in=Mentorship.RUNNING).exists():
        raise AlreadyTogether(
            "You two work on this goal already. Decline this one, and talk about it in the mentorship that runs."
        )
    place = free_place(mentor, places_taken(mentor))
    if place is None:
        raise MentorAtCapacity(
            "All places are taken. Raise the capacity to take one more, or decline, so that somebody else can be asked."
        )
    return Mentorship.objects.create(
        mentor=mentor, mentee=mentee, goal=goal, format=format, place=place, started_at=now
    )


@transaction.atomic
def pause_mentorship(*, mentorship_id: int, by: User, now: datetime) -> Mentorship:
    """Rest for a while; the place stays taken. Raises NotOneOfTheTwo, MoveNotAllowed."""
    mentorship = _lock(mentorship_id, by)
    mentorship.move_to(Mentorship.Status.PAUSED, at=now)
    return mentorship


@transaction.atomic
def resume_mentorship(*, mentorship_id: int, by: User, now: datetime) -> Mentorship:
    """Go on after a pause, in the place that was kept. Raises NotOneOfTheTwo, MoveNotAllowed."""
    mentorship = _lock(mentorship_id, by)
    mentorship.move_to(Mentorship.Status.ACTIVE, at=now)
    return mentorship


@transaction.atomic
def end_mentorship(
    *, mentorship_id: int, by: User, status: str, reason: str, now: datetime, looks_on: bool = False
) -> Mentorship:
    """End a mentorship as completed or early; the place is free again, and both sides are told.

    ``reason`` is one of Mentorship.REASONS for ``status``. ``looks_on``: the mentee looks for another mentor for the
    same goal, and their mail says so. Raises NotOneOfTheTwo unless ``by`` is one of the two or an
    admin, MoveNotAllowed if it is over already, EndReasonDoesNotFit.
    """
    mentorship = _lock(mentorship_id, by)
    mentorship.must_allow(status)
    if reason not in Mentorship.REASONS[Mentorship.Status(status)]:
        raise EndReasonDoesNotFit(
            f"The reason “{Mentorship.EndReason(reason).label}” does not fit a mentorship that is "
            f"{Mentorship.Status(status).label.lower()}. Choose one that does."
        )
    mentorship.end_reason, mentorship.ended_by = reason, by
    mentorship.move_to(status, at=now)
    payload = {"mentorship": str(mentorship.uuid)} | ({"looks_on": "yes"} if looks_on else {})
    for person in (mentorship.mentee, mentorship.mentor.user):
        notify(recipient=person, kind="mentorship_ended", key=str(mentorship.uuid), payload=payload, now=now)
    return mentorship


def _lock(mentorship_id: int, by: User) -> Mentorship:
    """Return the mentorship, locked after its mentor: who counts places waits until this is decided."""
    mentor_id = Mentorship.objects.values_list("mentor_id", flat=True).get(pk=mentorship_id)
    MentorProfile.objects.select_for_update(of=("self",), no_key=True).get(pk=mentor_id)
    mentorships = Mentorship.objects.select_for_update(of=("self",), no_key=True)
    mentorship = mentorships.select_related("mentor__user__profile", "mentee__profile", "goal__kind").get(
        pk=mentorship_id
    )
    if by.pk not in (mentorship.mentee_id, mentorship.mentor.user_id) and not by.is_staff:
        raise NotOneOfTheTwo("Only the two of this mentorship and the admins can change it.")
    return mentorship
