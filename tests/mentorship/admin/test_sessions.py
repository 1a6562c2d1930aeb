"""Sessions in the admin."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from mentorship.models import Attendance, SessionNote
from tests.factories import SessionFactory
from tests.helpers import kinds, run_admin_action, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

LIST = reverse("admin:mentorship_session_changelist")


@pytest.fixture
def session():
    return SessionFactory(status="confirmed", starts_at=timezone.now() + timedelta(days=2))


def cancel(admin_client, *sessions, reason="They met by chance."):
    form = {"action": "cancel", "_selected_action": [session.pk for session in sessions], "reason": reason}
    return admin_client.post(LIST, form, follow=True).content.decode()


def test_an_admin_cancels_a_session_with_a_reason_once(admin_client, admin_user, session):
    asked = run_admin_action(admin_client, "mentorship_session", "cancel", session)
    first, second = cancel(admin_client, session), cancel(admin_client, session)

    session.refresh_from_db()
    assert "Cancel, and tell both?" in asked
    assert "is cancelled, and both get a mail. Reason: They met by chance." in first
    assert "not possible any more: the session is cancelled" in second
    assert (session.status, session.cancelled_by) == ("cancelled", admin_user)
    history = admin_client.get(reverse("admin:mentorship_session_history", args=[session.pk])).content.decode()
    assert "They met by chance." in history


def test_nothing_is_cancelled_without_a_reason(admin_client, session):
    page = cancel(admin_client, session, reason="")

    session.refresh_from_db()
    assert "Give a reason" in page
    assert session.status == "confirmed"


def test_the_mails_do_not_say_that_the_other_side_cancelled(admin_client, session):
    cancel(admin_client, session)
    both = [session.mentorship.mentee, session.mentorship.mentor.user]
    assert [kinds(person) for person in both] == [["session_cancelled"]] * 2

    send(timezone.now())

    assert [("does not take place" in message.body, "chance" in message.body) for message in mail.outbox] == [
        (True, False),
        (True, False),
    ]


def test_a_session_is_shown_with_times_and_bookings_and_without_notes(admin_client, session):
    session.shared_notes = "shared words"
    session.save()
    SessionNote.objects.create(session=session, author=session.mentorship.mentee, text="own words")
    times = [timezone.now() + timedelta(days=day) for day in (3, 4)]
    proposed = SessionFactory(mentorship=session.mentorship, times=times)

    page, open_page = (
        admin_client.get(reverse("admin:mentorship_session_change", args=[row.pk])).content.decode()
        for row in (session, proposed)
    )

    assert page.count(str(session.mentorship.mentee)) > 1
    assert "shared words" not in page
    assert "own words" not in page
    assert open_page.count("field-number") >= len(times)


@pytest.mark.parametrize(
    "query", [{"status__exact": "confirmed"}, {"mentorship__status__exact": "active"}, {"q": "MENTORSHIP"}]
)
def test_the_list_is_filtered_by_status_and_mentorship(query, admin_client, session):
    SessionFactory(mentorship__status="paused", status="held")
    query = {name: str(session.mentorship.uuid) if value == "MENTORSHIP" else value for name, value in query.items()}

    rows = admin_client.get(LIST, query).context["cl"].result_list

    assert list(rows) == [session]


@pytest.mark.parametrize("status", ["held", "missed_by_mentor", "missed_by_mentee"])
def test_an_admin_settles_what_the_two_say_differently(status, admin_client):
    session = SessionFactory(status="confirmed", disputed_at=timezone.now(), attendance_asked_at=timezone.now())
    SessionFactory(status="confirmed")

    rows = admin_client.get(LIST, {"disputed_at__isempty": "0"}).context["cl"].result_list
    page = run_admin_action(admin_client, "mentorship_session", status, session)

    session.refresh_from_db()
    assert list(rows) == [session]
    assert "is settled" in page
    assert (session.status, session.disputed_at) == (status, None)


def test_a_session_that_is_not_over_is_not_settled(admin_client, session):
    page = run_admin_action(admin_client, "mentorship_session", "held", session)

    session.refresh_from_db()
    assert "The session is not over yet." in page
    assert session.status == "confirmed"


def test_the_answers_of_both_are_on_the_page_of_a_session(admin_client):
    session = SessionFactory(status="confirmed")
    Attendance.objects.create(
        session=session, person=session.mentorship.mentee, answer="other_missed", answered_at=timezone.now()
    )

    page = admin_client.get(reverse("admin:mentorship_session_change", args=[session.pk])).content.decode()

    assert "I was there, and the other side did not come" in page
