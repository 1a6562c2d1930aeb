"""Admins read the most private words of members only where their writers were told so, and nowhere else."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.urls import reverse

from mentorship.models import AnswerFeedback, PracticeRecord, SessionNote
from tests.factories import (
    NOW,
    FeedbackFactory,
    FitCheckFactory,
    GoalScaleFactory,
    HandoverFactory,
    MentorshipFactory,
    MilestoneFactory,
    NotificationFactory,
    OrganiserNoteFactory,
    OutcomeRatingFactory,
    PracticeRecordFactory,
    SessionFactory,
    StepFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

PRIVATE = "Nobody else reads this."
WORDS = dict.fromkeys(("helped", "better", "thanks"), PRIVATE)


@pytest.fixture
def mentorship(alice, bob):
    """Return a mentorship with private words in each row that has a place for them."""
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)
    session = SessionFactory(mentorship=mentorship, status="held", shared_notes=PRIVATE)
    SessionNote.objects.create(session=session, author=alice, text=PRIVATE)
    for kind in PracticeRecord.Kind:
        record = PracticeRecordFactory(
            owner=alice, kind=kind, session=session, shared_with=mentorship, title=PRIVATE, questions=[PRIVATE]
        )
        record.texts = dict.fromkeys(PracticeRecord.TEXTS[kind], PRIVATE)
        record.save()
    item = PracticeRecord.objects.filter(kind="mock_interview").get().items.get()
    AnswerFeedback.objects.create(item=item, mentorship=mentorship, text=PRIVATE, written_at=NOW)
    FitCheckFactory(mentorship=mentorship, answer="not_good", note=PRIVATE)
    GoalScaleFactory(mentorship=mentorship, start=PRIVATE, less=PRIVATE, as_hoped=PRIVATE, better=PRIVATE)
    StepFactory(mentorship=mentorship, what=PRIVATE, milestone=MilestoneFactory(goal=mentorship.goal, title=PRIVATE))
    HandoverFactory(mentorship=mentorship)
    over = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor, place=2, status="completed")
    OutcomeRatingFactory(mentorship=over, level=-2)
    FeedbackFactory(mentorship=over, **WORDS)
    FeedbackFactory(mentorship=over, author=bob, opened_at=NOW, **WORDS)
    for kind in ("fit_check", "feedback_open", "step_due"):
        payload = {"mentorship": str(mentorship.uuid), "number": "1", "due_on": "2026-11-30"}
        NotificationFactory(recipient=alice, kind=kind, payload=payload)
    return mentorship


def pages(admin_client) -> dict[str, str]:
    """Return each page of the admin with a row: lists, searches for the private words, rows and their histories."""
    found = {}
    for model, model_admin in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        listed = reverse(f"{name}_changelist")
        addresses = [listed, *([f"{listed}?q=Nobody"] if model_admin.search_fields else [])]
        if not model._meta.label_lower.startswith("accounts.skill"):
            for row in model._default_manager.all()[:20]:
                addresses += [reverse(f"{name}_{page}", args=[row.pk]) for page in ("change", "history")]
        for address in addresses:
            answer = admin_client.get(address, follow=True)
            assert answer.status_code == 200, address
            found[address] = answer.content.decode()
    return found


def test_no_page_of_the_admin_has_private_words(admin_client, mentorship):
    found = pages(admin_client)

    assert [address for address, page in found.items() if PRIVATE in page] == []
    assert [address for address, page in found.items() if "Much less than hoped" in page] == []


def test_admins_read_feedback_that_was_reported_and_notes_to_the_organisers(admin_client):
    reported = FeedbackFactory(opened_at=NOW, reported_at=NOW, report_reason="It hurts.", **WORDS)
    note = OrganiserNoteFactory(text=PRIVATE)

    readable = [address for address, page in pages(admin_client).items() if PRIVATE in page]

    assert readable == [
        reverse("admin:mentorship_feedback_change", args=[reported.pk]),
        reverse("admin:mentorship_organisernote_change", args=[note.pk]),
    ]
