"""An admin who mentors reads nothing in the admin that is said about them, and judges none of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mentorship.models import Feedback
from tests.factories import (
    NOW,
    FeedbackFactory,
    HandoverFactory,
    MentorFactory,
    MentorshipFactory,
    OrganiserNoteFactory,
    SessionFactory,
)
from tests.helpers import run_admin_action

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def list_of(model: str) -> str:
    return reverse(f"admin:{model}_changelist")


@pytest.fixture
def of_admin(admin_user, alice):
    """Alice has Ada, an admin, as her mentor."""
    return {"mentor": MentorFactory(user=admin_user), "goal__mentee": alice}


def row_of(model: str, mentorship):
    match model:
        case "mentorship_feedback":
            return FeedbackFactory(mentorship=mentorship, opened_at=NOW, reported_at=NOW, report_reason="It hurts.")
        case "mentorship_organisernote":
            return OrganiserNoteFactory(mentorship=mentorship)
    return HandoverFactory(mentorship=mentorship)


@pytest.mark.parametrize(
    ("model", "status"),
    [
        ("mentorship_feedback", "completed"),
        ("mentorship_organisernote", "completed"),
        ("matching_handover", "active"),
    ],
)
def test_an_admin_reads_of_other_mentorships_and_not_of_their_own(model, status, admin_client, of_admin, alice):
    own = row_of(model, MentorshipFactory(status=status, **of_admin))
    page = admin_client.get(list_of(model)).content.decode()
    assert "Alice Archer" not in page
    assert "Alice Archer" not in admin_client.get(reverse(f"admin:{model}_change", args=[own.pk])).content.decode()

    row_of(model, MentorshipFactory(status=status, goal__mentee=alice))

    assert "Alice Archer" in admin_client.get(list_of(model)).content.decode()


def test_an_admin_does_not_end_their_own_mentorship_as_an_organiser(admin_client, of_admin, bob):
    own, other = MentorshipFactory(**of_admin), MentorshipFactory(mentor=bob.mentor)

    answers = {"reason": "ended_early:no_time", "note": "They moved."}
    answer = run_admin_action(admin_client, "mentorship_mentorship", "end", own, other, **answers)

    assert "This is about yourself." in answer
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.status, other.status != "active") == ("active", True)


def test_an_admin_does_not_cancel_their_own_session_as_an_organiser(admin_client, of_admin, bob):
    facts = {"status": "confirmed", "starts_at": timezone.now() + timedelta(days=2)}
    own = SessionFactory(mentorship=MentorshipFactory(**of_admin), **facts)
    other = SessionFactory(mentorship=MentorshipFactory(mentor=bob.mentor), **facts)

    answer = run_admin_action(admin_client, "mentorship_session", "cancel", own, other, reason="The room is taken.")

    assert "This is about yourself." in answer
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.status, other.status) == ("confirmed", "cancelled")


def test_an_admin_does_not_judge_feedback_about_themselves(admin_client, of_admin):
    row = row_of("mentorship_feedback", MentorshipFactory(status="completed", **of_admin))

    run_admin_action(admin_client, "mentorship_feedback", "keep", row)

    assert Feedback.objects.get().kept_at is None
