"""Pages where an admin ends or extends a mentorship, or settles how a session was."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from mentorship.models import Attendance, Mentorship
from tests.factories import GoalFactory, MentorFactory, MentorshipFactory, SessionFactory
from tests.helpers import kinds, queries_of, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]
NOTE = "Bob told us on the phone."


@pytest.fixture
def mentorship(bob):
    today = timezone.localdate()
    return MentorshipFactory(
        mentor=bob.mentor, goal__mentee__name="Alice Archer", planned_end_on=today + timedelta(days=30)
    )


def page(view: str, row) -> str:
    model = f"{row._meta.app_label}_{row._meta.model_name}"
    return reverse(f"admin:{model}_{view}", args=[row.pk])


def history_of(browser, row) -> str:
    return html.unescape(browser.get(page("history", row)).content.decode())


def both(mentorship: Mentorship) -> list[list[str]]:
    return [kinds(mentorship.mentee), kinds(mentorship.mentor.user)]


def test_an_admin_ends_a_mentorship_with_a_reason_and_a_note(admin_client, admin_user, mentorship):
    address = page("end", mentorship)
    assert address in admin_client.get(page("change", mentorship)).content.decode()

    answer = admin_client.post(address, {"reason": "ended_early:no_time", "note": NOTE})

    assert answer["Location"] == page("change", mentorship)
    mentorship.refresh_from_db()
    assert (mentorship.status, mentorship.end_reason, mentorship.ended_by) == ("ended_early", "no_time", admin_user)
    assert both(mentorship) == [["mentorship_ended"]] * 2
    assert f"has ended: ended early, no time any more. Both get a mail. Note: {NOTE}" in history_of(
        admin_client, mentorship
    )
    assert address not in admin_client.get(page("change", mentorship)).content.decode()


def test_the_mails_say_that_the_organisers_ended_it(admin_client, mentorship):
    admin_client.post(page("end", mentorship), {"reason": "ended_early:not_a_fit", "note": NOTE})
    send(timezone.now())

    assert len(mail.outbox) == 2
    for message in mail.outbox:
        assert "The organisers have ended your mentorship with" in message.body
        # A private reason, and the note.
        assert "we do not fit" not in message.body
        assert "on the phone" not in message.body


def test_a_reached_goal_is_settled_with_it(admin_client, mentorship):
    admin_client.post(page("end", mentorship), {"reason": "completed:goal_reached", "note": NOTE})

    mentorship.goal.refresh_from_db()
    assert (Mentorship.objects.get().status, mentorship.goal.status) == ("completed", "reached")


@pytest.mark.parametrize(
    "posted",
    [{}, {"reason": "ended_early:no_time"}, {"reason": "ended_early:handed_over", "note": NOTE}, {"note": NOTE}],
)
def test_an_end_without_reason_or_note_is_none(posted, admin_client, mentorship):
    assert admin_client.post(page("end", mentorship), posted).status_code == 400
    assert Mentorship.objects.get().status == "active"


def test_a_mentorship_that_is_over_is_not_ended_again(admin_client, mentorship):
    answers = [
        admin_client.post(page("end", mentorship), {"reason": "ended_early:no_time", "note": NOTE}) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [302, 409]
    assert "the mentorship is ended early" in answers[1].content.decode()


def test_an_admin_plans_a_later_end(admin_client, mentorship):
    address, until_on = page("extend", mentorship), timezone.localdate() + timedelta(days=60)
    assert address in admin_client.get(page("change", mentorship)).content.decode()

    admin_client.post(address, {"until_on": until_on.isoformat(), "reason": NOTE})

    assert Mentorship.objects.get().planned_end_on == until_on
    assert both(mentorship) == [["mentorship_extended"]] * 2
    assert f"Both get a mail. Reason: {NOTE}" in history_of(admin_client, mentorship)


def test_the_mails_say_that_the_organisers_extended_it(admin_client, mentorship):
    until_on = timezone.localdate() + timedelta(days=60)
    admin_client.post(page("extend", mentorship), {"until_on": until_on.isoformat(), "reason": NOTE})
    send(timezone.now())

    assert len(mail.outbox) == 2
    for message in mail.outbox:
        assert "The organisers have planned a later end of your mentorship with" in message.body
        assert message.subject.startswith("Your mentorship with")
        assert "on the phone" not in message.body


@pytest.mark.parametrize(
    ("until_on", "status"), [("2020-01-01", 409), ("9999-12-31", 409), ("abc", 400), ("99999-1-1", 400), ("", 400)]
)
def test_an_odd_day_is_refused(until_on, status, admin_client, mentorship):
    answer = admin_client.post(page("extend", mentorship), {"until_on": until_on, "reason": NOTE})

    assert answer.status_code == status
    assert both(mentorship) == [[], []]


def test_one_off_help_is_not_extended(admin_client):
    mentorship = MentorshipFactory(format="one_off")
    until_on = timezone.localdate() + timedelta(days=60)

    assert page("extend", mentorship) not in admin_client.get(page("change", mentorship)).content.decode()
    posted = {"until_on": until_on.isoformat(), "reason": NOTE}
    assert admin_client.post(page("extend", mentorship), posted).status_code == 409


@pytest.mark.parametrize("view", ["end", "extend"])
def test_an_admin_decides_about_no_mentorship_of_their_own(view, admin_client, admin_user):
    as_mentor = MentorshipFactory(mentor=MentorFactory(user=admin_user))
    as_mentee = MentorshipFactory(goal=GoalFactory(mentee=admin_user))

    for mentorship in (as_mentor, as_mentee):
        assert admin_client.get(page(view, mentorship)).status_code == 404
        assert page(view, mentorship) not in admin_client.get(page("change", mentorship)).content.decode()


@pytest.fixture
def disputed(mentorship):
    ended = timezone.now() - timedelta(days=1)
    session = SessionFactory(
        mentorship=mentorship, status="confirmed", starts_at=ended, attendance_asked_at=ended, disputed_at=ended
    )
    for person, answer in ((mentorship.mentee, "held"), (mentorship.mentor.user, "other_missed")):
        Attendance.objects.create(session=session, person=person, answer=answer, answered_at=ended)
    return session


def test_an_admin_settles_a_session_from_its_page(admin_client, disputed):
    address = page("settle", disputed)
    assert address in admin_client.get(page("change", disputed)).content.decode()

    shown = admin_client.get(address).content.decode()
    admin_client.post(address, {"status": "held"})

    assert "Alice Archer said" in shown
    assert "Bob Baker said" in shown
    disputed.refresh_from_db()
    assert (disputed.status, disputed.disputed_at) == ("held", None)
    assert address not in admin_client.get(page("change", disputed)).content.decode()
    assert "is settled" in history_of(admin_client, disputed)


def test_a_session_to_come_is_not_settled(admin_client, mentorship):
    session = SessionFactory(mentorship=mentorship, status="confirmed", starts_at=timezone.now() + timedelta(days=2))

    answer = admin_client.post(page("settle", session), {"status": "held"})

    assert answer.status_code == 409
    assert "The session is not over yet." in answer.content.decode()


@pytest.mark.parametrize("posted", [{}, {"status": "confirmed"}, {"status": "\x00"}])
def test_an_odd_outcome_is_refused(posted, admin_client, disputed):
    assert admin_client.post(page("settle", disputed), posted).status_code == 400


def test_an_admin_settles_no_session_of_their_own(admin_client, admin_user):
    mentorship = MentorshipFactory(goal=GoalFactory(mentee=admin_user))
    session = SessionFactory(mentorship=mentorship, status="confirmed", starts_at=timezone.now() - timedelta(days=1))

    assert admin_client.get(page("settle", session)).status_code == 404


@pytest.mark.parametrize("view", ["end", "extend", "settle"])
def test_the_queries_do_not_grow_with_what_a_pair_has(view, admin_client, disputed, mentorship):
    address = page(view, disputed if view == "settle" else mentorship)
    once = queries_of(admin_client, address)

    for days in (3, 5, 7):
        ended = timezone.now() - timedelta(days=days)
        session = SessionFactory(mentorship=mentorship, status="held", starts_at=ended)
        Attendance.objects.create(session=session, person=mentorship.mentee, answer="held", answered_at=ended)
    MentorshipFactory.create_batch(3, goal__mentee=mentorship.mentee)

    assert queries_of(admin_client, address) == once


def test_pages_of_nothing_are_not_found(admin_client):
    for address in ("mentorship/9/end/", f"mentorship/{'9' * 30}/extend/", "session/0/settle/"):
        assert admin_client.get(f"/admin/mentorship/{address}").status_code == 404
