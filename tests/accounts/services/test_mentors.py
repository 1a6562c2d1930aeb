"""An admin approves or rejects an application, and suspends a mentor."""

from __future__ import annotations

import pytest
from django.core import mail

from accounts.exceptions import AlreadyAMentor, MoveNotAllowed
from accounts.models import MentorProfile
from accounts.services.mentors import apply_to_mentor, approve_mentor, reject_mentor
from tests.factories import MentorFactory, UserFactory
from tests.helpers import kinds, send

pytestmark = pytest.mark.django_db


def approve(*, mentor_id, now):
    return approve_mentor(mentor_id=mentor_id, by=UserFactory(is_staff=True), now=now)


def reject(*, mentor_id, now):
    return reject_mentor(mentor_id=mentor_id, by=UserFactory(is_staff=True), reason="Come back in a year.", now=now)


@pytest.mark.parametrize(("decide", "status"), [(approve, "approved"), (reject, "rejected")])
def test_the_applicant_hears_of_the_decision(decide, status, now, rung):
    mentor = MentorFactory(status="applied")

    decide(mentor_id=mentor.pk, now=now)

    mentor.refresh_from_db()
    assert mentor.status == status
    assert kinds(mentor.user) == [f"mentor_{status}"]


@pytest.mark.parametrize("decide", [approve, reject])
@pytest.mark.parametrize("status", ["approved", "paused", "rejected", "suspended"])
def test_an_application_is_decided_once(status, decide, now):
    mentor = MentorFactory(status=status)

    with pytest.raises(MoveNotAllowed):
        decide(mentor_id=mentor.pk, now=now)

    assert MentorProfile.objects.get().status == status


def test_the_approval_names_the_missing_parts_of_the_profile(now, rung):
    mentor = MentorFactory(status="applied", goal_kinds=[])
    approve_mentor(mentor_id=mentor.pk, by=None, now=now)

    send(now)

    [message] = mail.outbox
    assert "- the kinds of goals you help with" in message.body
    assert "- the languages you speak" not in message.body


def test_a_second_application_is_refused(alice, now, rung):
    apply_to_mentor(user=alice, motivation="I was helped once.", now=now)

    with pytest.raises(AlreadyAMentor):
        apply_to_mentor(user=alice, motivation="Again.", now=now)

    assert MentorProfile.objects.get().motivation == "I was helped once."


def test_an_application_by_api_tells_the_admins(api, alice, admin_user, rung):
    body = {"motivation": "I was helped once.", "goals": ["promotion"], "rate": None}
    response = api(alice).post("/api/v1/me/mentor/", body)

    assert (response.status_code, response.json()["status"], response.json()["goals"]) == (
        201,
        "applied",
        ["promotion"],
    )
    assert admin_user.notifications.get().kind == "mentor_applied"


def test_a_second_decision_by_api_is_409(api, admin_user, rung):
    mentor = MentorFactory(status="approved")

    response = api(admin_user).post(f"/api/v1/mentor-applications/{mentor.uuid}/approve/")

    assert (response.status_code, response.json()["code"]) == (409, "move_not_allowed")
