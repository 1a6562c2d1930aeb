"""The page of a request in a browser: mentors come by themselves, and words are checked with and without script."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories import HelpRequestFactory, MatchFactory, MentorFactory

pytestmark = [pytest.mark.django_db(transaction=True)]

PRAISE = "You are great, please be my mentor!"


def test_mentors_come_to_a_waiting_page_and_an_open_question_stays_open(visitor, log_in_as, work):
    request = HelpRequestFactory(mentors_due_at=timezone.now())
    mentor = MentorFactory()
    page = visitor()
    log_in_as(page, request.mentee)
    page.goto(f"/requests/{request.uuid}/")
    page.get_by_text("I do not look for a mentor any more").click()
    page.get_by_role("button", name="Withdraw this request").focus()

    work()

    page.get_by_role("heading", name=mentor.user.name).wait_for()
    expect(page.locator(":focus")).to_have_text("Withdraw this request")
    expect(page.get_by_role("status").filter(has_text="1 mentor fits your request")).to_have_count(1)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_words_are_checked_and_kept(script, visitor, log_in_as):
    match = MatchFactory()
    page = visitor(java_script_enabled=script)
    log_in_as(page, match.help_request.mentee)
    page.goto(f"/requests/{match.help_request.uuid}/")
    field = page.get_by_label(f"Why {match.mentor.user.name}?")
    field.fill(PRAISE)

    if not script:
        page.get_by_role("button", name="Check my words").click()

    page.get_by_text("This would suit any mentor.").wait_for()
    expect(field).to_have_value(PRAISE)
    page.get_by_role("button", name="Check my words").click()
    page.get_by_text("This would suit any mentor.").wait_for()
    field.fill("You left physics for a bank, as I want to.")
    page.get_by_role("button", name=f"Ask {match.mentor.user.name}").click()
    page.get_by_text("Asked on").wait_for()
