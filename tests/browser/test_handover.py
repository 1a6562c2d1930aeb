"""A mentee chooses a successor on a phone, from the mail."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.services.mentors import suspend_mentor
from matching.links import handover_link
from matching.models import Handover
from matching.tasks import tend_handovers
from tests.factories import CareerStepFactory, HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory
from tests.moves import WHY

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_a_mentee_asks_a_successor_without_logging_in(visitor, alice, bob, admin_user):
    request = HelpRequestFactory(mentee=alice, status="matched")
    mentorship = MentorshipFactory(goal=request.goal, mentor=bob.mentor)
    MatchFactory(help_request=request, mentor=bob.mentor, status="accepted", mentorship=mentorship)
    successor = MentorFactory(user__name="Sue Cooper", user__profile__headline="Data scientist at a bank")
    CareerStepFactory(profile=successor.user.profile)
    suspend_mentor(mentor_id=bob.mentor.pk, by=admin_user, reason="Broke the rules.", now=timezone.now())
    tend_handovers()
    page = visitor()

    page.goto(handover_link(mentorship))
    page.locator("summary", has_text="Ask Sue Cooper").click()
    page.get_by_label("Why Sue Cooper?").fill(WHY)
    page.locator("article").get_by_label("The next mentor may read").check()
    page.get_by_role("button", name="Ask Sue Cooper").click()

    page.get_by_role("heading", name="Asked, waiting for an answer").wait_for()
    expect(page.get_by_role("heading", name="Sue Cooper")).to_be_visible()
    handover = Handover.objects.get()
    assert (handover.choice, handover.takes_notes) == ("asked", True)
