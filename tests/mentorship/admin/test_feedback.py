"""Feedback and notes in the admin: reported feedback only, and notes to the organisers."""

from __future__ import annotations

import pytest
from django.urls import reverse

from mentorship.models import Feedback
from tests.factories import NOW, FeedbackFactory, GoalScaleFactory, MentorshipFactory, OrganiserNoteFactory
from tests.helpers import kinds, run_admin_action

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

LIST = reverse("admin:mentorship_feedback_changelist")
NOTES = reverse("admin:mentorship_organisernote_changelist")


@pytest.fixture
def reported():
    return FeedbackFactory(helped="Reported words.", opened_at=NOW, reported_at=NOW, report_reason="It hurts.")


def hide(admin_client, *rows, reason="It names a family."):
    form = {"action": "hide", "_selected_action": [row.pk for row in rows], "reason": reason}
    return admin_client.post(LIST, form, follow=True).content.decode()


def page_of(admin_client, row) -> str:
    address = reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])
    return admin_client.get(address, follow=True).content.decode()


def test_admins_read_reported_feedback(admin_client, reported):
    assert "It hurts." in admin_client.get(LIST).content.decode()
    page = page_of(admin_client, reported)
    assert "Reported words." in page
    assert 'name="helped"' not in page


@pytest.mark.parametrize("facts", [{}, {"opened_at": NOW}])
def test_admins_read_no_other_feedback(facts, admin_client, admin_user):
    feedback = FeedbackFactory(helped="Private words.", thanks_shown="no_name", **facts)

    for page in (admin_client.get(LIST).content.decode(), page_of(admin_client, feedback)):
        assert "Private words." not in page
        assert str(feedback.author) not in page


def test_no_page_of_the_admin_shows_private_words(admin_client):
    feedback = FeedbackFactory(helped="Private words.", better="Private words.", thanks="Private words.")
    mentorship = MentorshipFactory()
    GoalScaleFactory(mentorship=mentorship, as_hoped="Private words.")

    for row in (feedback.mentorship, mentorship, mentorship.mentee, mentorship.mentor, mentorship.goal):
        assert "Private words." not in page_of(admin_client, row)


def test_an_admin_hides_reported_feedback_with_a_reason_once(admin_client, admin_user, reported):
    asked = run_admin_action(admin_client, "mentorship_feedback", "hide", reported)
    first, second = hide(admin_client, reported), hide(admin_client, reported)

    reported.refresh_from_db()
    assert "Hide the feedback, and tell its author?" in asked
    assert "is hidden, and the author gets a mail with the reason" in first
    assert "is not hidden yet, is judged" in second
    assert (reported.hidden_by, reported.hidden_reason) == (admin_user, "It names a family.")
    assert kinds(reported.author) == ["feedback_hidden"]


def test_an_admin_lets_reported_feedback_stand(admin_client, reported):
    page = run_admin_action(admin_client, "mentorship_feedback", "keep", reported)

    reported.refresh_from_db()
    assert "stays." in page
    assert (reported.kept_at is not None, reported.hidden_at, kinds(reported.author)) == (True, None, [])


def test_nothing_is_hidden_without_a_reason(admin_client, reported):
    assert "Give a reason" in hide(admin_client, reported, reason=" ")

    assert Feedback.objects.get().hidden_at is None


def test_feedback_that_was_not_reported_cannot_be_hidden(admin_client):
    hide(admin_client, FeedbackFactory(opened_at=NOW))

    assert Feedback.objects.get().hidden_at is None


def test_admins_read_notes_to_the_organisers(admin_client):
    note = OrganiserNoteFactory(text="Please look at this.")

    assert str(note.author) in admin_client.get(NOTES).content.decode()
    assert "Please look at this." in page_of(admin_client, note)


def test_an_admin_says_once_that_a_note_is_read(admin_client, admin_user):
    note, other = OrganiserNoteFactory(), OrganiserNoteFactory()

    page = run_admin_action(admin_client, "mentorship_organisernote", "read", note)
    note.refresh_from_db()
    first = note.read_at
    run_admin_action(admin_client, "mentorship_organisernote", "read", note)

    note.refresh_from_db()
    other.refresh_from_db()
    assert "is read, as its author sees from now on" in page
    assert (note.read_by, note.read_at, other.read_at) == (admin_user, first, None)
    unread = admin_client.get(f"{NOTES}?read_at__isempty=1").content.decode()
    assert (str(other.author) in unread, str(note.author) in unread) == (True, False)
