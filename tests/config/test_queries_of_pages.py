"""The number of queries does not grow with the rows: pages of members, lists of the API, lists of the admin."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rest_framework.mixins import ListModelMixin

from accounts.models import (
    BulkAction,
    BusyCalendar,
    CommunityRules,
    DataExport,
    Erasure,
    Escalation,
    RulesAcceptance,
    Skill,
)
from accounts.services.reads import note_reads
from config.urls import api as api_routes
from matching.models import Import
from mentorship.models import CalendarAddress
from tests.factories import (
    NOW,
    AccessTokenFactory,
    BlockFactory,
    CareerStepFactory,
    CohortMemberFactory,
    CohortOrganiserFactory,
    CohortPairFactory,
    ConcernFactory,
    CredentialFactory,
    DirectoryEntryFactory,
    FeedbackFactory,
    GoalFactory,
    GroupMailFactory,
    HandoverFactory,
    HelpRequestFactory,
    IdentityProviderFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
    MilestoneFactory,
    NotificationFactory,
    OrganiserNoteFactory,
    PracticeRecordFactory,
    SessionFactory,
    StepFactory,
    UserFactory,
    WebhookEndpointFactory,
)
from tests.matching.helpers import exclude, request_for
from tests.pages import page_routes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

SOON = timezone.now()


def add_rows(member, number: int, request) -> None:
    """Add one row to each list of a member who is a mentee and a mentor."""
    career = {"role": f"Role {number}", "field": f"field {number}"}
    CareerStepFactory(profile=member.profile, **career)
    member.profile.availability.create(weekday=number, start_minute=600, end_minute=660)
    NotificationFactory(recipient=member, kind="gone", title=f"Number {number}")
    note_reads(reader=UserFactory(role="manager"), people=[member.pk], what="contact", now=NOW)
    BlockFactory(blocker=member)
    ConcernFactory(raised_by=member)
    ConcernFactory(raised_by=member, status="closed")
    goal = GoalFactory(mentee=member)
    HelpRequestFactory(mentee=member, goal=goal, status="draft")
    HelpRequestFactory(mentee=member, goal=goal, status="withdrawn")
    CohortMemberFactory(person=member)
    CohortOrganiserFactory(person=member, part="employer", cohort__company="Acme")
    CohortPairFactory(help_request__mentee=member)
    CohortPairFactory(mentor=member.mentor)
    request_for(mentee=member)
    for status in ("proposed", "asked", "offered", "clarifying", "declined"):
        for match in (
            MatchFactory(help_request=request, mentor__is_listed=True, status=status),
            MatchFactory(mentor=member.mentor, status=status),
        ):
            for person in (match.mentor.user, match.help_request.mentee):
                if person != member:
                    CareerStepFactory(profile=person.profile, **career)
    HelpRequestFactory()
    for status in ("active", "completed"):
        ending = {} if status == "active" else {"end_reason": "helped_enough", "ended_by": member}
        MentorshipFactory(mentor=member.mentor, place=number, status=status, **ending)
        mentorship = MentorshipFactory(goal__mentee=member, status=status, **ending)
        if status == "active":
            HandoverFactory(mentorship__goal__mentee=member, mentorship__mentor__status="paused")
            StepFactory(mentorship=mentorship, by_on=SOON.date())
            SessionFactory(mentorship=mentorship)
            SessionFactory(mentorship=mentorship, status="confirmed", starts_at=SOON + timedelta(days=number))


def in_one_round(client, paths: list[str]) -> dict[str, tuple[int, int]]:
    """Return status and number of queries of each path. The first visit of a page may fill caches."""
    found = {}
    for path in paths:
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        found[path] = (answer.status_code, len(queries))
    return found


def grown(before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]) -> dict[str, object]:
    """Return the paths that take more queries than before, or answer in another way, with both answers."""
    return {
        path: (was, after[path]) for path, was in before.items() if after[path][0] != was[0] or after[path][1] > was[1]
    }


# --- pages of members -----------------------------------------------------------------------------------------

# Each visit of these takes another path through the form, or ends the session.
NO_LISTS = {"accounts/logout/", "healthy/"}


def plain_pages() -> list[str]:
    """Return the paths of all pages that stand for one thing only: no identifier, no link."""
    pages = sorted(route for route in page_routes() if not re.search(r"[<(]", route) and route not in NO_LISTS)
    # A first visit leads to an address with an identifier.
    return [f"/{route}?key={UUID(int=0)}" if route == "requests/new/" else f"/{route}" for route in pages]


def test_the_queries_of_a_page_do_not_grow_with_its_rows(client):
    mentor = MentorFactory(user__profile__is_mentee=True, capacity=10)
    member = mentor.user
    request = HelpRequestFactory(mentee=member)
    paths = [*plain_pages(), f"/requests/{request.uuid}/"]
    client.force_login(member)
    add_rows(member, 1, request)
    with_one = in_one_round(client, paths)

    for number in (2, 3):
        add_rows(member, number, request)

    assert grown(with_one, in_one_round(client, paths)) == {}
    assert sum(status == 200 for status, _ in with_one.values()) > 30


# --- lists of the API -----------------------------------------------------------------------------------------


def lists_of_the_api() -> list[str]:
    """Return the paths of all routes of the API that list things, from the URLconf."""
    found = []
    for pattern in api_routes:
        view = pattern.callback
        actions = getattr(view, "actions", {})
        is_list = actions.get("get") == "list" or (not actions and issubclass(view.cls, ListModelMixin))
        if is_list and "<" not in str(pattern.pattern):
            found.append(f"/api/v1/{pattern.pattern}")
    return sorted(found)


OF_ADMINS = ("/api/v1/figures/", "/api/v1/mentor-applications/", "/api/v1/organised-cohorts/")
# Their rows are there from the start, or are counted by a sweep.
SEEDED = ("/api/v1/figures/", "/api/v1/goal-kinds/", "/api/v1/session-kinds/", "/api/v1/skills/")


def add_rows_of_the_api(member, number: int, request) -> None:
    add_rows(member, number, request)
    AccessTokenFactory(user=member)
    PracticeRecordFactory(owner=member)
    CredentialFactory(mentor=member.mentor)
    DataExport.objects.create(person=member, requested_at=NOW, ready_at=NOW, status="ready", file=b"PK", expires_at=NOW)
    MentorFactory(status="applied")


def rows_in(client, path: str) -> int:
    answer = client.get(path).json()
    return len(answer["results"] if isinstance(answer, dict) else answer)


def test_the_queries_of_a_list_of_the_api_do_not_grow(api, admin_user):
    member = MentorFactory(user__profile__is_mentee=True, capacity=10).user
    request = HelpRequestFactory(mentee=member)
    clients = {path: api(admin_user if path in OF_ADMINS else member) for path in lists_of_the_api()}
    add_rows_of_the_api(member, 1, request)
    with_one = {path: in_one_round(client, [path])[path] for path, client in clients.items()}
    rows = {path: rows_in(client, path) for path, client in clients.items()}

    for number in (2, 3):
        add_rows_of_the_api(member, number, request)

    assert grown(with_one, {path: in_one_round(client, [path])[path] for path, client in clients.items()}) == {}
    assert len(clients) > 15
    assert {status for status, _ in with_one.values()} == {200}
    assert [path for path, client in clients.items() if rows_in(client, path) <= rows[path]] == list(SEEDED)


# --- lists of the admin ---------------------------------------------------------------------------------------

# Nobody adds rows to these while the site runs, or a row is the whole community's.
OF_THE_COMMUNITY = {
    "accounts.communityrules",
    "accounts.communitysetting",
    "accounts.trialmode",
    "mentorship.goalkind",
    "mentorship.sessionkind",
}


def add_rows_of_all(number: int) -> None:
    """Add a row or more to each list of the admin."""
    mentor = MentorFactory(user__profile__is_mentee=True, capacity=10)
    member = mentor.user
    request = HelpRequestFactory(mentee=member)
    add_rows_of_the_api(member, 1, request)
    for make in (
        *(DirectoryEntryFactory, WebhookEndpointFactory, IdentityProviderFactory, GroupMailFactory),
        *(MilestoneFactory, OrganiserNoteFactory),
    ):
        make()
    FeedbackFactory(opened_at=NOW, reported_at=NOW, report_reason="It hurts.")
    exclude(UserFactory(), UserFactory())
    Skill.objects.create(name=f"Zymurgy {number}", field="brewing")
    CalendarAddress.objects.create(person=member, digest=f"{number:064}", created_at=NOW)
    BusyCalendar.objects.create(profile=member.profile, sealed_address="-", read_at=NOW, tried_at=NOW)
    RulesAcceptance.objects.create(user=UserFactory(), rules=CommunityRules.objects.get(), accepted_at=NOW)
    BulkAction.objects.create(
        model="matching.helprequest", action="find_mentors", label="Look for mentors", status_since_at=NOW, total=1
    )
    Import.objects.create(
        kind="people", file_name="people.csv", status_since_at=NOW, header=["Email"], columns=["email"], total=1
    )
    application = MentorFactory(status="applied")
    Escalation.objects.create(kind="application_waits", subject=application.pk, since_at=NOW)
    Erasure.objects.create(person=UserFactory(), asked_at=NOW, due_at=NOW)


def rows_of(client, paths: dict[str, str]) -> dict[str, int]:
    lists = {label: client.get(path).context.get("cl") for label, path in paths.items()}
    return {label: one.result_count if one else 0 for label, one in lists.items()}


def test_the_queries_of_a_list_of_the_admin_do_not_grow(admin_client):
    paths = {
        model._meta.label_lower: reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in admin.site._registry
    }
    add_rows_of_all(1)
    with_one = in_one_round(admin_client, list(paths.values()))
    rows = rows_of(admin_client, paths)

    for number in (2, 3):
        add_rows_of_all(number)

    assert grown(with_one, in_one_round(admin_client, list(paths.values()))) == {}
    after = rows_of(admin_client, paths)
    assert sorted(label for label in paths if after[label] <= rows[label]) == sorted(OF_THE_COMMUNITY)
