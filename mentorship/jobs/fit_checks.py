"""Asking each of the two, now and then, how the mentorship goes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import MentorProfile, User
from accounts.notifications.write import notify, skip_unsent
from accounts.sweep import each_due
from mentorship.models import FitCheck, Mentorship
from mentorship.models.fit_check import next_fit_check_at
from mentorship.selectors.apart import with_apart


def ask_how_it_goes(*, now: datetime) -> int:
    """Ask both of each active mentorship whose time has come how it goes. Return how many mentorships."""
    return each_due(_due(now), lambda mentorship_id: _ask(mentorship_id, now=now))


@transaction.atomic
def _ask(mentorship_id: int, *, now: datetime) -> bool:
    locked = with_apart(_due(now)).select_for_update(skip_locked=True, of=("self",), no_key=True)
    mentorship = locked.select_related("mentor__user", "mentee").filter(pk=mentorship_id).first()
    if mentorship is None:
        return False
    is_ongoing = mentorship.format == MentorProfile.Format.ONGOING
    mentorship.fit_check_due_at = next_fit_check_at(mentorship, now=now) if is_ongoing else None
    mentorship.save(update_fields=["fit_check_due_at"])
    people = [mentorship.mentee, mentorship.mentor.user]
    # Nobody is asked about somebody who left, or from whom they are kept apart.
    if mentorship.is_kept_apart or not all(person.is_active for person in people):  # type: ignore[attr-defined]
        return False
    mentorship.fit_checks.close(at=now)
    for person in people:
        _ask_one(mentorship, person, now=now)
    return True


def _ask_one(mentorship: Mentorship, person: User, *, now: datetime) -> None:
    number = mentorship.fit_checks.filter(person=person).count() + 1
    FitCheck.objects.create(mentorship=mentorship, person=person, number=number, asked_at=now)
    key = f"{mentorship.uuid}:"
    skip_unsent(recipients=[person], kinds=["fit_check"], key_prefix=key, reason="The next one is asked.")
    payload = {"mentorship": str(mentorship.uuid), "number": str(number)}
    notify(recipient=person, kind="fit_check", key=f"{key}{number}", payload=payload, now=now)


def _due(now: datetime) -> QuerySet[Mentorship]:
    due = Mentorship.objects.filter(status=Mentorship.Status.ACTIVE, fit_check_due_at__lte=now)
    return due.order_by("fit_check_due_at", "pk")
