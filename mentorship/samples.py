"""A made-up goal and mentorship for sample messages. Nothing here is stored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from accounts.samples import sample_mentee, sample_mentor
from mentorship.models import Goal, GoalKind, Mentorship


def sample_goal() -> Goal:
    kind = GoalKind(code="academia_to_industry", name="Academia to industry", phrase="move from academia to industry")
    return Goal(mentee=sample_mentee(), kind=kind, target_role="Data scientist", target_field="data science")


def sample_mentorship(**facts: Any) -> Mentorship:
    facts = {"status": Mentorship.Status.COMPLETED, "started_at": datetime(2027, 3, 1, 9, tzinfo=UTC)} | facts
    return Mentorship(mentor=sample_mentor(), mentee=sample_mentee(), goal=sample_goal(), **facts)
