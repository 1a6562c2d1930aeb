"""An admin does what is suggested, from the home of the admin, and looks at it on a desk and on a phone."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import MentorProfile, Notification
from tests.escalations import MAKERS
from tests.helpers import kinds

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def window(admin_window, admin_user):
    return admin_window(admin_user)


def test_an_admin_does_three_suggested_actions(window):
    now = timezone.now()
    pair, applicant, mail = (MAKERS[code](now) for code in ("silent_pair", "application_waits", "mail_failed"))
    window.goto("/admin/")

    def row(title: str):
        return window.locator("ol.rows > li", has_text=title)

    row("Silent pair").get_by_role("button", name="Write to both").click()
    window.get_by_text("Silent pair: both get a mail").wait_for()
    row("Mail not sent").get_by_role("button", name="Send again").click()
    window.get_by_text("Mail not sent: sent again").wait_for()
    row("Application waits").get_by_role("link", name="Read and decide").click()
    expect(window.get_by_text(applicant.motivation)).to_be_visible()
    window.get_by_role("button", name="Approve").click()

    window.get_by_text("is approved and gets a mail").wait_for()
    expect(window.get_by_text("Nothing here needs anybody now.")).to_be_visible()
    assert kinds(pair.mentee) == kinds(pair.mentor.user) == ["mentorship_quiet"]
    assert MentorProfile.objects.get(pk=applicant.pk).status == "approved"
    assert Notification.objects.get(pk=mail.pk).status == "pending"


def test_the_home_and_each_escalation_are_accessible_on_a_desk_and_on_a_phone(window, look_at):
    now = timezone.now()
    for make in MAKERS.values():
        make(now)
    window.goto("/admin/")
    look_at(window)
    # Nothing covers the lists of models.
    for link in ("Users", "Sessions"):
        window.locator("#content-main").get_by_role("link", name=link, exact=True).click(trial=True)
    for title in ("Feedback reported", "Silent pair"):
        window.goto("/admin/")
        window.locator("ol.rows > li", has_text=title).first.get_by_role("link", name="Dismiss or assign").click()
        window.get_by_role("heading", name=title).wait_for()
        look_at(window)
    window.goto("/admin/accounts/escalation/rules/")
    look_at(window)
    window.get_by_role("link", name="Silent pair").click()
    window.get_by_label("Days").fill("60")
    window.get_by_role("button", name="Show what this changes").click()
    window.get_by_text("Nothing is saved yet").wait_for()
    look_at(window)
    window.get_by_role("button", name="Save").click()
    window.get_by_text("finished nothing for 60 days").wait_for()


def test_a_row_is_reached_and_put_off_by_keyboard(window):
    MAKERS["mail_failed"](timezone.now())
    window.goto("/admin/")

    window.get_by_role("link", name="Open", exact=True).focus()
    window.keyboard.press("Tab")
    window.keyboard.press("Enter")

    window.get_by_text("put off for 1 day").wait_for()
