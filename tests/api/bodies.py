"""The bodies that the API takes, as its OpenAPI schema lists them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

from accounts.models import DataExport
from tests.factories import (
    NOW,
    AccessTokenFactory,
    BlockFactory,
    CohortFactory,
    CohortMemberFactory,
    CohortOrganiserFactory,
    CohortPairFactory,
    ConcernFactory,
    CredentialFactory,
    GoalFactory,
    HandoverFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
    MilestoneFactory,
    NotificationFactory,
    PracticeRecordFactory,
    SessionFactory,
    StepFactory,
)
from tests.matching.cohorts import draft_of_cohort


@cache
def schema() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """Return ``part`` of the schema without references."""
    [reference] = [part["$ref"]] if "$ref" in part else [one["$ref"] for one in part.get("allOf", ())] or [None]
    if reference is None:
        return part
    return schema()["components"]["schemas"][reference.rpartition("/")[2]]


def writes() -> Iterator[tuple[str, str, dict[str, Any] | None]]:
    """Yield the method, the path and the schema of the body, if it has one, of each operation that changes a thing."""
    for path, operations in schema()["paths"].items():
        for method in ("post", "put", "patch"):
            if method in operations:
                body = operations[method].get("requestBody")
                yield method, path, resolved(body["content"]["application/json"]["schema"]) if body else None


def parts(body: dict[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Yield each property of ``body`` with the names that lead to it. "0" leads into a list."""
    for name, part in body.get("properties", {}).items():
        found = resolved(part)
        yield (*above, name), found
        yield from parts(found, (*above, name))
        if found.get("type") == "array":
            yield from parts(resolved(found["items"]), (*above, name, "0"))


def nested(names: tuple[str, ...], value: Any) -> Any:
    """Return a body that has ``value`` under ``names``."""
    for name in reversed(names):
        value = [value] if name == "0" else {name: value}
    return value


def address_of(path: str, person: Any) -> str:
    """Return ``path`` for a thing of ``person``, who is mentor, mentee and admin."""
    if "{uuid}" not in path:
        return path
    match path.removeprefix("/api/v1/").split("/")[0]:
        case "blocks":
            thing = BlockFactory(blocker=person)
        case "concerns":
            thing = ConcernFactory(raised_by=person)
        case "mentors":
            thing = MentorFactory()
        case "cohorts" if path.endswith("/drafts/"):
            person.give_role("owner")
            person.save()
            thing = CohortFactory(status="closed", closed_at=NOW)
        case "cohorts":
            thing = CohortMemberFactory(person=person).cohort
            CohortMemberFactory(cohort=thing, person=person, side="mentor")
        case "tokens":
            thing = AccessTokenFactory(user=person)
        case "exports":
            thing = DataExport.objects.create(person=person, requested_at=NOW, status="failed")
        case "goals":
            thing = GoalFactory(mentee=person)
        case "help-requests":
            thing = HelpRequestFactory(mentee=person, status="draft")
        case "matches":
            thing = MatchFactory(help_request__mentee=person, status="asked")
        case "inbox":
            thing = MatchFactory(mentor=person.mentor, status="asked")
        case "requests-for-me":
            thing = MatchFactory(mentor=person.mentor).help_request
        case "mentorships":
            thing = MentorshipFactory(goal__mentee=person)
        case "handovers":
            thing = HandoverFactory(mentorship__goal__mentee=person)
        case "credentials":
            thing = CredentialFactory(mentor=person.mentor)
        case "practice":
            thing = PracticeRecordFactory(owner=person)
        case "practice-items":
            thing = PracticeRecordFactory(owner=person).items.get()
        case "sessions":
            thing = SessionFactory(mentorship__goal__mentee=person)
        case "steps":
            thing = StepFactory(mentorship__goal__mentee=person)
        case "milestones":
            thing = MilestoneFactory(goal__mentee=person)
        case "notifications":
            thing = NotificationFactory(recipient=person)
        case "mentor-applications":
            thing = person.mentor
        case "cohort-drafts":
            person.give_role("owner")
            person.save()
            thing = draft_of_cohort()
        case "organised-cohorts":
            person.give_role("owner")
            person.save()
            thing = CohortFactory(status="closed", closed_at=NOW)
        case "company-numbers":
            thing = CohortOrganiserFactory(person=person, part="employer", cohort__company="Acme").cohort
        case "cohort-pairs":
            thing = CohortPairFactory(mentor=person.mentor)
    return path.replace("{uuid}", str(thing.uuid))
