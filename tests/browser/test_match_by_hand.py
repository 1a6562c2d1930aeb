"""An admin proposes a mentor by hand with an override, and the mentee sees it. Pages of decisions are accessible."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from matching.models import HandProposal
from tests.factories import HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory, SessionFactory

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def window(admin_window, admin_user):
    return admin_window(admin_user)


@pytest.fixture
def waiting(alice):
    now = timezone.now()
    return HelpRequestFactory(
        mentee=alice, queued_at=now - timedelta(days=4), looked_at=now, mentors_due_at=now, obstacle="goal_not_offered"
    )


@pytest.fixture
def bea():
    """Bea offers no kind of goal."""
    mentor = MentorFactory(user__name="Bea Busy")
    mentor.goal_kinds.clear()
    return mentor


def test_an_admin_matches_by_hand_and_the_mentee_sees_it(window, visitor, log_in_as, look_at, waiting, bea):
    window.goto(reverse("admin:matching_helprequest_change", args=[waiting.pk]))
    window.get_by_role("link", name="Propose a mentor").click()
    window.get_by_label("Find a mentor by name or e-mail").fill("bea")
    window.get_by_role("button", name="Search").click()
    look_at(window)
    window.get_by_role("link", name="Bea Busy").click()
    window.get_by_role("heading", name="In the way").wait_for()
    look_at(window)
    window.get_by_label("The mentor does not help with this kind of goal.").check()
    window.get_by_label("Reason").fill("They met at our summer event, and both want it.")
    window.get_by_role("button", name="Propose Bea Busy").click()
    window.get_by_text("Bea Busy is proposed. Alice Archer gets a mail.").wait_for()

    assert HandProposal.objects.get().rules == ["goal_not_offered"]
    mentee = visitor()
    log_in_as(mentee, waiting.mentee)
    mentee.goto(reverse("request", args=[waiting.uuid]))
    expect(mentee.get_by_text("Bea Busy").first).to_be_visible()
    expect(mentee.get_by_text("The organisers proposed this mentor to you.").first).to_be_visible()


def test_the_pages_of_decisions_are_accessible(window, look_at, bob):
    now = timezone.now()
    mentorship = MentorshipFactory(mentor=bob.mentor, planned_end_on=(now + timedelta(days=30)).date())
    session = SessionFactory(mentorship=mentorship, status="confirmed", starts_at=now - timedelta(days=1))
    match = MatchFactory(status="asked")
    for name, row in (
        ("matching_match_move_on", match),
        ("matching_handover_start", bob.mentor),
        ("mentorship_mentorship_end", mentorship),
        ("mentorship_mentorship_extend", mentorship),
        ("mentorship_session_settle", session),
    ):
        window.goto(reverse(f"admin:{name}", args=[row.pk]))
        look_at(window)
    window.get_by_role("button", name="Settle it").focus()
    window.keyboard.press("Shift+Tab")
    window.keyboard.press("Space")
    window.keyboard.press("Enter")
    window.get_by_text("is settled").wait_for()
