"""Situations and pages that several tests of matching use."""

from __future__ import annotations

import html
from datetime import datetime

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from accounts.models import Block, MentorProfile, User
from matching.engine import Mentor
from matching.jobs.propose import RETRY_AFTER
from matching.models import HelpRequest, Match
from matching.selectors.snapshot import current_community
from mentorship.models import Cohort, Exclusion, Mentorship
from tests.factories import (
    NOW,
    CareerStepFactory,
    CohortFactory,
    CohortMemberFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
)
from tests.helpers import path

# --- situations -----------------------------------------------------------------------------------------------


def mentorship_of(request: HelpRequest) -> Mentorship:
    return request.matches.get(status="accepted").mentorship


def overdue(status: str = "asked", **fields: object) -> Match:
    """Return a question or offer whose deadline is NOW, after both reminders."""
    return MatchFactory(status=status, answer_due_at=NOW, reminders_sent=2, **fields)


def abandoned_request(**fields: object) -> HelpRequest:
    """Return a request whose mentee was asked "still looking?", and whose time to answer is over NOW."""
    asked_at = NOW - settings.STILL_LOOKING_GRACE
    return HelpRequestFactory(opened_at=asked_at - settings.STILL_LOOKING_AFTER, still_looking_at=asked_at, **fields)


def suspend(match: Match) -> None:
    MentorProfile.objects.filter(pk=match.mentor_id).update(status="suspended")


def mentee_blocks(match: Match) -> None:
    Block.objects.create(blocker=match.help_request.mentee, blocked=match.mentor.user)


def mentor_blocks(match: Match) -> None:
    Block.objects.create(blocker=match.mentor.user, blocked=match.help_request.mentee)


def exclude(one: User, other: User) -> None:
    first, second = sorted((one, other), key=lambda user: user.pk)
    Exclusion.objects.create(first=first, second=second, reason="manager")


def waiting(since: datetime, **fields: object) -> HelpRequest:
    """Return a request that is in the queue since ``since``, the time of its last search."""
    facts = {"queued_at": since, "looked_at": since, "mentors_due_at": since + RETRY_AFTER}
    return HelpRequestFactory(**facts | {"obstacle": "format_not_offered"} | fields)


def good_mentor(*, country: str = "DE", **facts: object) -> MentorProfile:
    """Return a mentor who is worth proposing for requests of the factory, but for what ``facts`` change."""
    mentor = MentorFactory(**facts)
    CareerStepFactory(profile=mentor.user.profile, country=country)
    return mentor


def german_mentor() -> MentorProfile:
    """Return a good mentor with whom mentees of the factory share no language."""
    mentor = good_mentor()
    mentor.user.profile.languages.update(code="de")
    return mentor


def in_snapshot() -> dict[int, Mentor]:
    """Return all mentors of the process's copy of the community, by user id."""
    with current_community(now=NOW) as community:
        return {mentor.id: mentor for mentor in map(community.table.mentor, range(len(community.table)))}


def log_one_change(at: datetime) -> None:
    """Leave one row in the log of changes of mentors, from ``at``."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM matching_mentorchange")
        cursor.execute("INSERT INTO matching_mentorchange (at) VALUES (%s)", [at])


# --- messages and pages ---------------------------------------------------------------------------------------


def mail_to(person: User) -> EmailMessage:
    """Return the only mail to ``person``."""
    [message] = [message for message in mail.outbox if message.to == [person.email]]
    return message


def shown(response: HttpResponse) -> str:
    """Return a page as its reader sees it: with its characters, not their codes."""
    return html.unescape(response.content.decode())


def read(link: str) -> str:
    """Return the page behind ``link``, as a person who is not logged in reads it."""
    return Client().get(path(link)).content.decode()


def press(link: str, **form: object) -> HttpResponse:
    """Post a form to the page behind ``link``."""
    return Client().post(path(link), form)


def press_and_read(link: str, **form: object) -> str:
    """Post a form to the page behind ``link``, follow the redirect, and return the page."""
    response = Client().post(path(link), form, follow=True)
    assert response.redirect_chain
    return response.content.decode()


# --- tables of moves ------------------------------------------------------------------------------------------


def match_in(status: str) -> Match:
    """Return a match in ``status``; the accepted one has its mentorship, and its request is matched."""
    if status != "accepted":
        return MatchFactory(status=status)
    request = HelpRequestFactory(status="matched")
    running = MentorshipFactory(goal=request.goal)
    return MatchFactory(status=status, help_request=request, mentor=running.mentor, mentorship=running)


def table(text: str) -> dict[tuple[str, str], str]:
    """Return the cells of a table by row and column. Cells are single words; the names of rows may have two."""
    heading, *rows = text.strip("\n").splitlines()
    columns = heading.split()
    cells = {}
    for row in rows:
        words = row.split()
        name = " ".join(words[: -len(columns)])
        cells |= {(name, column): cell for column, cell in zip(columns, words[-len(columns) :], strict=True)}
    return cells


# --- cohorts --------------------------------------------------------------------------------------------------


def request_for(cohort: Cohort | None = None, **facts: object) -> HelpRequest:
    """Return a request for a cohort, an open one by default. Its mentee is in the cohort."""
    request = HelpRequestFactory(cohort=cohort or CohortFactory(), **facts)
    CohortMemberFactory(cohort=request.cohort, person=request.mentee)
    return request
