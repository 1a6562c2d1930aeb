"""Changing the offer of a mentor: their profile, and the kinds of goals and sessions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import MentorProfile
from accounts.services.profiles import update_mentor, update_mentors
from mentorship.models import GoalKind, SessionKind

KINDS = ("goal_kinds", "session_kinds")


@transaction.atomic
def update_offer(*, mentor: MentorProfile, changes: Mapping[str, Any]) -> MentorProfile:
    """Write a mentor's own fields, and their kinds of goals and sessions. A list replaces the stored one."""
    fields = {name: value for name, value in changes.items() if name not in KINDS}
    mentor = update_mentor(mentor=mentor, changes=fields)
    for name in KINDS:
        if name in changes:
            getattr(mentor, name).set(changes[name])
    return mentor


@transaction.atomic
def update_offers(changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Write fields and kinds of many mentors, by their keys, in few statements. It is ``update_offer`` for imports."""
    update_mentors({pk: {name: new[name] for name in new.keys() - set(KINDS)} for pk, new in changes.items()})
    for name, model in (("goal_kinds", GoalKind), ("session_kinds", SessionKind)):
        rows: Any = model.offered_by.through._default_manager
        column = f"{model._meta.model_name}_id"
        replaced = {pk: new[name] for pk, new in changes.items() if name in new}
        rows.filter(mentorprofile__in=replaced).delete()
        rows.bulk_create(
            rows.model(**{"mentorprofile_id": pk, column: kind.pk}) for pk, kinds in replaced.items() for kind in kinds
        )
