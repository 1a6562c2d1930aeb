"""Days that differ from a person's week: away, extra hours, travel. The page and the API replace each whole list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from accounts.exceptions import AbsenceNotPossible
from accounts.models import Profile

ABSENCES_MAX = 50
EXTRA_HOURS_MAX = 50
TRAVELS_MAX = 20
ABSENCE_ENDS_EARLY = gettext_lazy("The absence ends before it begins. Give the first and the last day.")
ABSENCE_IS_OVER = gettext_lazy("These days are over already. Give days to come.")


# The days that tell rows of a list apart, the last one at the end.
DAYS_OF = {"absences": ("from_on", "until_on"), "travels": ("from_on", "until_on"), "extra_hours": ("free_on",)}


def must_be_to_come(name: str, rows: Iterable[Mapping[str, Any]], *, profile: Profile, now: datetime) -> None:
    """Raise AbsenceNotPossible if a row of the list is over already, unless it is stored.

    ``name`` is one of DAYS_OF. The caller holds the profile's lock.
    """
    days, today = DAYS_OF[name], now.astimezone(profile.zone).date()
    over = {tuple(row[day] for day in days) for row in rows if row[days[-1]] < today}
    if over and over - set(getattr(profile, name).values_list(*days)):
        raise AbsenceNotPossible(ABSENCE_IS_OVER)
