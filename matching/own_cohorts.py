"""The section “your cohorts” of the admin's home: for programme managers, who have no other list."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from matching.selectors.cohorts.steps import step_in_words, with_steps
from mentorship.models import Cohort
from mentorship.selectors.cohorts import cohorts_of, with_counts


def own_cohorts(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the section: all other readers get an empty one. Archived cohorts are in the list only.

    Each cohort comes with the step that it waits for, "" without one.
    """
    reader = cast(User, request.user)
    if reader.role != User.Role.PROGRAMME:
        return {}
    running = cohorts_of(reader).exclude(status=Cohort.Status.ARCHIVED)
    found = with_steps(with_counts(running), now=timezone.now()).order_by("starts_on", "pk")
    return {"is_programme_manager": True, "own_cohorts": [(cohort, step_in_words(cohort)) for cohort in found]}
