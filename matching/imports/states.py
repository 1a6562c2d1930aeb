"""Stored people, mentors and pairs as plain values that JSON can hold: for before, after, and undo."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model

from accounts.models import MentorProfile, Profile
from accounts.services.profiles import LISTS
from matching.community.rows import request_values
from matching.models import HelpRequest
from mentorship.models import CohortMember, Exclusion, Goal, GoalKind, SessionKind

State = dict[str, Any]

PROFILE_FIELDS = ("is_mentee", "headline", "bio", "timezone", "language", "employer", "department", "skills")
# No file fills these. Whoever has set one of them since wants the person to stay.
DECIDED_FIELDS = ("quiet_from_minute", "quiet_until_minute", "buffer_minutes", "asking_paused_at", "asking_back_at")
# The fields of each row of a list.
LIST_FIELDS = {
    name: [field.name for field in model._meta.concrete_fields if field.name not in ("id", "profile")]
    for name, model in LISTS.items()
}
MENTOR_FIELDS = (
    "motivation",
    "teaches",
    "explores",
    "formats",
    "capacity",
    "active_elsewhere",
    "monthly_hours",
    "is_listed",
    "rate",
)
GOAL_FIELDS = ("target_role", "target_field", "target_sector", "target_level", "target_country", "by_on", "status")
MEMBER_FIELDS = ("places", "manager_id", "left_at")
REQUEST_FIELDS = (*request_values({"format": ""}), "status", "ref")


def plain(value: Any) -> Any:
    """Return a value of a field as JSON has it: a date and an amount as text, a country and a kind as its code."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if hasattr(value, "flag"):
        return value.code or ""
    if isinstance(value, GoalKind | SessionKind):
        return value.code
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def people(user_ids: Collection[int]) -> dict[int, State]:
    """Return address, name, profile and lists of people by the key of the account. Seven queries."""
    profiles = Profile.objects.filter(user__in=user_ids).select_related("user").prefetch_related(*LISTS)
    found = {}
    for profile in profiles.order_by("pk"):
        state: State = {
            "email": profile.user.email,
            "name": profile.user.name,
            "is_active": profile.user.is_active,
        }
        state |= {name: plain(getattr(profile, name)) for name in (*PROFILE_FIELDS, *DECIDED_FIELDS)}
        for name, fields in LIST_FIELDS.items():
            rows = sorted(getattr(profile, name).all(), key=lambda row: row.pk)
            state[name] = [{field: plain(getattr(row, field)) for field in fields} for row in rows]
        found[profile.user_id] = state
    return found


def mentors(mentor_ids: Collection[int]) -> dict[int, State]:
    """Return fields, status and kinds of mentors by key. Three queries."""
    found: dict[int, State] = {
        mentor.pk: {name: plain(getattr(mentor, name)) for name in (*MENTOR_FIELDS, "status")}
        | {"goal_kinds": [], "session_kinds": []}
        for mentor in MentorProfile.objects.filter(pk__in=mentor_ids).order_by("pk")
    }
    for name, codes in kinds_of(found).items():
        for pk, theirs in codes.items():
            found[pk][name] = theirs
    return found


def kinds_of(mentor_ids: Iterable[int]) -> dict[str, dict[int, list[str]]]:
    """Return the sorted codes of the kinds of goals and sessions that mentors offer, by name and mentor."""
    found: dict[str, dict[int, list[str]]] = {}
    for name, model in (("goal_kinds", GoalKind), ("session_kinds", SessionKind)):
        codes: dict[int, list[str]] = defaultdict(list)
        offered = model._default_manager.filter(offered_by__in=list(mentor_ids)).order_by("code")
        for code, pk in offered.values_list("code", "offered_by"):
            codes[pk].append(code)
        found[name] = codes
    return found


def exclusions(ids: Collection[int]) -> dict[int, State]:
    return {row.pk: {"reason": row.reason} for row in Exclusion.objects.filter(pk__in=ids)}


def cohort_members(ids: Collection[int]) -> dict[int, State]:
    """Return places, manager and whether they left, of members of cohorts by key."""
    rows = CohortMember.objects.filter(pk__in=ids)
    return {row.pk: {name: plain(getattr(row, name)) for name in MEMBER_FIELDS} for row in rows}


def goals(ids: Collection[int]) -> dict[int, State]:
    return {row.pk: _fields(row, GOAL_FIELDS, "kind") for row in Goal.objects.filter(pk__in=ids).select_related("kind")}


def requests(ids: Collection[int]) -> dict[int, State]:
    rows = HelpRequest.objects.filter(pk__in=ids).select_related("session_kind")
    return {row.pk: _fields(row, REQUEST_FIELDS, "session_kind") for row in rows}


def _fields(row: Model, names: Iterable[str], kind: str) -> State:
    return {name: plain(getattr(row, name)) for name in (*names, kind)}


def differing(before: State, after: State) -> tuple[State, State]:
    """Return the entries of both that differ."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}
