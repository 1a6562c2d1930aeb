"""One open escalation of each kind, for tests of what needs somebody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from accounts.escalations import EscalationKind, known_kind
from accounts.open_escalations import Cause, count_with, look, rules_in_force
from tests.factories import (
    CohortFactory,
    ConcernFactory,
    FeedbackFactory,
    FitCheckFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
    NotificationFactory,
    OrganiserNoteFactory,
    SessionFactory,
    UserFactory,
    held_by_both,
)

DAY = timedelta(days=1)
HOME = reverse("admin:index")
RULES = reverse("admin:accounts_escalation_rules")
NOTES = reverse("admin:accounts_escalation_changelist")


def address(cause: Cause) -> str:
    return reverse("admin:accounts_escalation_one", args=[cause.kind, cause.subject, cause.since])


def rule_page(code: str) -> str:
    return reverse("admin:accounts_escalation_rule", args=[code])


def kinds_shown(response: Any) -> list[str]:
    """Return the kinds of the escalations on the home, in their order."""
    return [line.escalation.kind.code for line in response.context["needs"]]


def application_waits(now: datetime) -> Any:
    return MentorFactory(status="applied", status_since_at=now - 4 * DAY)


def concern_open(now: datetime) -> Any:
    return ConcernFactory(created_at=now - DAY)


def mail_uncertain(now: datetime) -> Any:
    return NotificationFactory(status="uncertain", created_at=now - DAY)


def mail_failed(now: datetime) -> Any:
    return NotificationFactory(status="dead", created_at=now - DAY)


def address_bounces(now: datetime) -> Any:
    person = UserFactory(bouncing_since_at=now - DAY)
    NotificationFactory(recipient=person, status="pending", due_at=now + DAY)
    return person


def first_session_missing(now: datetime) -> Any:
    return MentorshipFactory(started_at=now - 15 * DAY)


def silent_pair(now: datetime) -> Any:
    mentorship = MentorshipFactory(started_at=now - 90 * DAY)
    held_by_both(mentorship, starts_at=now - 40 * DAY)
    return mentorship


def fit_not_good(now: datetime) -> Any:
    mentorship = MentorshipFactory(started_at=now - 5 * DAY)
    facts = {"answered_at": now - DAY, "organisers_told_at": now - DAY, "note": "He never listens."}
    return FitCheckFactory(mentorship=mentorship, answer="not_good", **facts)


def attendance_disputed(now: datetime) -> Any:
    mentorship = MentorshipFactory(started_at=now - 9 * DAY)
    session = SessionFactory(
        mentorship=mentorship,
        status="confirmed",
        starts_at=now - 3 * DAY,
        attendance_asked_at=now - 2 * DAY,
        disputed_at=now - DAY,
    )
    session.attendance.create(person=mentorship.mentee, answer="held", answered_at=now - DAY)
    session.attendance.create(person=mentorship.mentor.user, answer="other_missed", answered_at=now - DAY)
    return session


def _missed(now: datetime, status: str) -> Any:
    mentorship = MentorshipFactory(started_at=now - 30 * DAY)
    for days in (3, 8):
        SessionFactory(mentorship=mentorship, status=status, starts_at=now - days * DAY)
    # A session to come: they are not silent.
    SessionFactory(mentorship=mentorship, status="confirmed", starts_at=now + DAY)
    return mentorship


def no_shows_of_mentee(now: datetime) -> Any:
    return _missed(now, "missed_by_mentee").mentee


def no_shows_of_mentor(now: datetime) -> Any:
    return _missed(now, "missed_by_mentor").mentor


def mentor_overloaded(now: datetime) -> Any:
    mentor = MentorFactory(capacity=1)
    for place in (1, 2):
        MentorshipFactory(mentor=mentor, place=place, started_at=now - place * DAY)
    return mentor


def feedback_reported(now: datetime) -> Any:
    return FeedbackFactory(opened_at=now - 2 * DAY, reported_at=now - DAY, report_reason="It hurts.")


def note_unread(now: datetime) -> Any:
    return OrganiserNoteFactory(written_at=now - DAY)


def request_without_mentor(now: datetime) -> Any:
    return HelpRequestFactory(queued_at=now - 4 * DAY, mentors_due_at=now + DAY, obstacle="no_shared_language")


def _unanswered(now: datetime, **facts: Any) -> None:
    for days in (2, 9):
        asked_at, ended_at = now - (days + 5) * DAY, now - days * DAY
        MatchFactory(status="expired", asked_at=asked_at, ended_at=ended_at, reminders_sent=2, **facts)


def question_unanswered(now: datetime) -> Any:
    request = HelpRequestFactory()
    _unanswered(now, help_request=request)
    return request


def mentor_silent(now: datetime) -> Any:
    mentor = MentorFactory(status_since_at=now - 99 * DAY)
    _unanswered(now, mentor=mentor)
    return mentor


def cohort_waits(now: datetime) -> Any:
    return CohortFactory(created_at=now - 9 * DAY, joins_until_on=(now - 5 * DAY).date())


MAKERS: dict[str, Callable[[datetime], Any]] = {
    maker.__name__: maker
    for maker in (
        *(
            application_waits,
            concern_open,
            mail_uncertain,
            mail_failed,
            address_bounces,
            first_session_missing,
            silent_pair,
        ),
        *(fit_not_good, attendance_disputed, no_shows_of_mentee, no_shows_of_mentor, mentor_overloaded),
        *(feedback_reported, note_unread, request_without_mentor, question_unanswered, mentor_silent),
        cohort_waits,
    )
}


def kind_of(code: str) -> EscalationKind:
    kind = known_kind(code)
    assert kind is not None
    return kind


def count_of(code: str, now: datetime) -> int:
    """Return how many escalations of a kind are open, with the days of the code."""
    return count_with(kind_of(code), days=kind_of(code).days, now=now)


def cause_of(code: str, row: Any, now: datetime) -> Cause:
    """Return the cause of an open escalation."""
    found = look(rules_in_force(), now=now, start=0, stop=100).found
    [cause] = [one.cause for one in found if one.kind.code == code and one.row.pk == row.pk]
    return cause
