"""The section “your cohorts” of the admin's home: for programme managers, who have no other list."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest

from accounts.models import User
from mentorship.models import Cohort
from mentorship.selectors.cohorts import cohorts_of, with_counts


def own_cohorts(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the section: all other readers get an empty one. Archived cohorts are in the list only."""
    reader = cast(User, request.user)
    if reader.role != User.Role.PROGRAMME:
        return {}
    running = cohorts_of(reader).exclude(status=Cohort.Status.ARCHIVED)
    return {"is_programme_manager": True, "own_cohorts": list(with_counts(running).order_by("starts_on", "pk"))}
