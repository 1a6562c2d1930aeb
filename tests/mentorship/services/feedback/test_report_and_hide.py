"""Feedback that hurts: its reader reports it, an admin hides it with a reason, and its author is told."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import IntegrityError

from accounts.models import Block
from mentorship.exceptions import FeedbackNotOpen, FeedbackNotReported, NotOneOfTheTwo
from mentorship.models import Feedback
from mentorship.selectors.feedback import feedback_card
from mentorship.selectors.mentorships import mentorships_visible_to
from mentorship.services.feedback.hide import hide_feedback, keep_feedback
from mentorship.services.feedback.report import report_feedback
from tests.factories import NOW, FeedbackFactory, MentorshipFactory
from tests.helpers import kinds, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def mentorship(alice, bob):
    return MentorshipFactory(goal__mentee=alice, mentor=bob.mentor, status="completed")


@pytest.fixture
def of_alice(mentorship):
    return FeedbackFactory(mentorship=mentorship, opened_at=NOW)


def report(mentorship, by, reason="It is about my family."):
    return report_feedback(mentorship_id=mentorship.pk, by=by, reason=reason, now=NOW)


def hide(feedback, by, reason="It is about a family."):
    return hide_feedback(feedback_id=feedback.pk, by=by, reason=reason, now=NOW)


def read_by(person, mentorship) -> tuple[bool, bool]:
    card = feedback_card(mentorships_visible_to(person).get(pk=mentorship.pk), to=person)
    return card.theirs is not None, card.is_theirs_hidden


def test_the_reader_reports_open_feedback(mentorship, of_alice, bob):
    report(mentorship, bob)

    of_alice.refresh_from_db()
    assert (of_alice.reported_at, of_alice.report_reason) == (NOW, "It is about my family.")


def test_sealed_feedback_cannot_be_reported(mentorship, bob):
    FeedbackFactory(mentorship=mentorship)

    with pytest.raises(FeedbackNotOpen):
        report(mentorship, bob)


def test_nobody_reports_their_own_feedback(mentorship, of_alice, alice):
    with pytest.raises(FeedbackNotOpen):
        report(mentorship, alice)


def test_feedback_that_a_block_hides_cannot_be_reported(mentorship, of_alice, alice, bob):
    Block.objects.create(blocker=alice, blocked=bob)

    with pytest.raises(FeedbackNotOpen):
        report(mentorship, bob)


def test_somebody_else_reports_nothing(mentorship, of_alice, charlie):
    with pytest.raises(NotOneOfTheTwo):
        report(mentorship, charlie)


def test_hidden_feedback_is_not_read_and_its_author_is_told_why(mentorship, of_alice, alice, bob, admin_user):
    report(mentorship, bob)
    assert read_by(bob, mentorship) == (True, False)

    hide(of_alice, admin_user)
    send(NOW)

    assert read_by(bob, mentorship) == (False, True)
    assert (kinds(alice), kinds(bob)) == (["feedback_hidden"], [])
    [message] = mail.outbox
    for text in (message.body, message.alternatives[0].content):
        assert "The reason: It is about a family." in text
        assert "about my family" not in text


def test_an_admin_judges_only_what_was_reported_and_once(mentorship, of_alice, bob, admin_user):
    with pytest.raises(FeedbackNotReported):
        hide(of_alice, admin_user)
    report(mentorship, bob)
    hide(of_alice, admin_user)

    with pytest.raises(FeedbackNotReported):
        hide(of_alice, admin_user, "Once more.")

    assert Feedback.objects.get().hidden_reason == "It is about a family."


def test_another_report_of_kept_feedback_is_judged_anew(mentorship, of_alice, bob, admin_user):
    report(mentorship, bob)
    keep_feedback(feedback_id=of_alice.pk, by=admin_user, now=NOW)
    of_alice.refresh_from_db()
    assert of_alice.kept_at == NOW

    report(mentorship, bob, "Once more.")

    of_alice.refresh_from_db()
    assert (of_alice.kept_at, of_alice.report_reason) == (None, "Once more.")


@pytest.mark.parametrize(
    "facts",
    [
        {"reported_at": NOW},
        {"opened_at": NOW, "hidden_at": NOW, "hidden_reason": "It hurts."},
        {"opened_at": NOW, "reported_at": NOW, "hidden_at": NOW},
        {"opened_at": NOW, "kept_at": NOW},
        {"opened_at": NOW, "reported_at": NOW, "hidden_at": NOW, "hidden_reason": "It hurts.", "kept_at": NOW},
    ],
)
def test_the_database_refuses_what_was_not_opened_reported_or_reasoned(facts):
    with pytest.raises(IntegrityError):
        FeedbackFactory(**facts)
