"""Days on which a person has no time. The page and the API replace the whole list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.utils.translation import gettext_lazy

from accounts.exceptions import AbsenceNotPossible
from accounts.models import Profile

ABSENCES_MAX = 50
ABSENCE_ENDS_EARLY = gettext_lazy("The absence ends before it begins. Give the first and the last day.")
ABSENCE_IS_OVER = gettext_lazy("These days are over already. Give days to come.")


def must_be_to_come(absences: Iterable[Mapping[str, date]], *, profile: Profile, now: datetime) -> None:
    """Raise AbsenceNotPossible if one is over already, unless it is stored. The caller holds the profile's lock."""
    today = now.astimezone(profile.zone).date()
    over = {(absence["from_on"], absence["until_on"]) for absence in absences if absence["until_on"] < today}
    if over - set(profile.absences.values_list("from_on", "until_on")):
        raise AbsenceNotPossible(ABSENCE_IS_OVER)
