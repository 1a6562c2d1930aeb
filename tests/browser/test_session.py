"""Two people and their session on phones: proposed, taken, moved and cancelled, with and without script."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Availability
from mentorship.models import Session
from tests.browser.conftest import PHONE, last_mail
from tests.factories import MentorshipFactory

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def mentorship(alice, bob):
    """Return a mentorship of Alice in Berlin and Bob in Tokyo, who both have time from 7 to 21 o'clock."""
    bob.profile.timezone = "Asia/Tokyo"
    bob.profile.save()
    for person in (alice, bob):
        for weekday in range(1, 8):
            Availability.objects.create(profile=person.profile, weekday=weekday, start_minute=420, end_minute=1260)
    return MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_session_is_proposed_taken_moved_and_cancelled(script, visitor, log_in_as, work, mentorship, alice, bob):
    page, other = (visitor(java_script_enabled=script) for _ in range(2))
    log_in_as(page, alice)

    # Alice ticks two suggested times and adds one of her own.
    page.goto(f"/mentorships/{mentorship.uuid}/")
    boxes = page.locator("[name=times]")
    boxes.nth(0).focus()
    page.keyboard.press("Space")
    boxes.nth(1).check()
    day = (timezone.now() + timedelta(days=9)).date()
    page.get_by_label("Day 1").fill(day.isoformat())
    page.get_by_label("Time 1").fill("10:00")
    page.get_by_label("Place").fill("https://meet.example.org/room")
    page.get_by_role("button", name="Propose the session").click()
    page.get_by_role("heading", name="Times that you proposed").wait_for()
    assert fits(page)

    # Bob takes her own one, by the link of his mail.
    work()
    other.goto(re.search(r"\S+/session/\S+", last_mail(bob.email))[0])
    expect(other.get_by_role("radio")).to_have_count(3)
    assert fits(other)
    other.get_by_role("radio").nth(2).check()
    other.get_by_role("button", name="Take this time").click()
    other.get_by_text("Confirmed", exact=True).wait_for()

    # He moves it, and Alice takes the other time by the list on her home.
    other.get_by_text("Move it: propose other times").click()
    other.get_by_label("Day 1").fill((day + timedelta(days=1)).isoformat())
    other.get_by_label("Time 1").fill("18:00")
    other.get_by_role("button", name="Propose these times").click()
    other.get_by_text("Until then the present time stands.").wait_for()
    page.goto("/")
    page.get_by_role("link", name="Choose a time").click()
    page.get_by_role("radio").check()
    page.get_by_role("button", name="Take this time").click()
    page.get_by_text("Take this time").wait_for(state="detached")
    session = Session.objects.get()
    assert (session.status, session.version) == ("confirmed", 2)
    assert f"{session.starts_at.astimezone(bob.profile.zone):%d %H:%M}" == f"{day + timedelta(days=1):%d} 18:00"

    # She cancels it, having read what happens.
    page.get_by_text("Cancel the session").click()
    page.get_by_text("the session leaves both calendars").wait_for()
    page.get_by_role("button", name="Yes, cancel it").click()
    page.get_by_text("Cancelled: you cancelled it.").wait_for()
    work()
    assert "Alice Archer has cancelled" in last_mail(bob.email)


def fits(page) -> bool:
    # A window without script does not measure itself.
    width = page.locator("main").bounding_box()["width"]
    return width <= PHONE["width"]
