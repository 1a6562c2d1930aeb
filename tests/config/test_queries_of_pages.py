"""The number of queries of a page does not grow with its rows."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.services.reads import note_reads
from tests.factories import (
    NOW,
    BlockFactory,
    CareerStepFactory,
    ConcernFactory,
    GoalFactory,
    HandoverFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
    NotificationFactory,
    SessionFactory,
    StepFactory,
    UserFactory,
)

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


# A first visit leads to an address with an identifier.
NEW = f"/requests/new/?key={UUID(int=0)}"
PATHS = [
    *(
        "/",
        "/settings/",
        "/settings/reads/",
        "/settings/blocks/",
        "/accounts/sessions/",
        "/messages/",
        "/start/",
        "/profile/",
        "/profile/career/",
    ),
    *(
        "/goals/",
        "/goals/new/",
        "/mentoring/",
        "/mentoring/record/",
        f"/requests/new/?key={UUID(int=0)}",
        "/mentors/",
        "/inbox/",
        "/past/",
        "/requests-for-me/",
    ),
]


@pytest.mark.parametrize("path", [*PATHS, "the request"])
def test_the_number_of_queries_does_not_grow(path, client):
    mentor = MentorFactory(user__profile__is_mentee=True, capacity=10)
    member = mentor.user
    request = HelpRequestFactory(mentee=member)
    path = f"/requests/{request.uuid}/" if path == "the request" else path
    client.force_login(member)
    add_rows(member, 1, request)
    client.get(path)
    with CaptureQueriesContext(connection) as with_one:
        client.get(path)

    for number in (2, 3):
        add_rows(member, number, request)
    with CaptureQueriesContext(connection) as with_three:
        assert client.get(path).status_code == 200

    assert len(with_three) == len(with_one), [query["sql"] for query in with_three]
