"""Days on which a person has no time: add and remove them one by one. The API replaces the whole list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy, ngettext

from accounts.exceptions import AbsenceNotPossible
from accounts.models import Absence, Profile

ABSENCES_MAX = 50
ABSENCE_ENDS_EARLY = gettext_lazy("The absence ends before it begins. Give the first and the last day.")
ABSENCE_IS_OVER = gettext_lazy("These days are over already. Give days to come.")


@transaction.atomic
def add_absence(*, profile_id: int, from_on: date, until_on: date, now: datetime) -> Absence:
    """Add the days ``from_on`` to ``until_on``, both included. One that begins on the same day gets the new end.

    Raises AbsenceNotPossible if it ends before it begins or is over already, and at ABSENCES_MAX absences to come.
    """
    profile = Profile.objects.select_for_update(no_key=True).get(pk=profile_id)
    today = now.astimezone(profile.zone).date()
    if until_on < from_on:
        raise AbsenceNotPossible(ABSENCE_ENDS_EARLY)
    if until_on < today:
        raise AbsenceNotPossible(ABSENCE_IS_OVER)
    profile.absences.filter(until_on__lt=today).delete()
    if profile.absences.exclude(from_on=from_on).count() >= ABSENCES_MAX:
        raise AbsenceNotPossible(
            ngettext(
                "You have entered %(number)s absence. Remove it first.",
                "You have entered %(number)s absences. Remove one first.",
                ABSENCES_MAX,
            )
            % {"number": ABSENCES_MAX}
        )
    absence, _is_new = profile.absences.update_or_create(from_on=from_on, defaults={"until_on": until_on})
    return absence


def remove_absence(*, profile_id: int, from_on: date, now: datetime) -> None:
    """Remove the absence that begins on ``from_on``. Without one, nothing changes."""
    Absence.objects.filter(profile=profile_id, from_on=from_on).delete()


def must_be_to_come(absences: Iterable[Mapping[str, date]], *, profile: Profile, now: datetime) -> None:
    """Raise AbsenceNotPossible if one is over already, unless it is stored. The caller holds the profile's lock."""
    today = now.astimezone(profile.zone).date()
    over = {(absence["from_on"], absence["until_on"]) for absence in absences if absence["until_on"] < today}
    if over - set(profile.absences.values_list("from_on", "until_on")):
        raise AbsenceNotPossible(ABSENCE_IS_OVER)
