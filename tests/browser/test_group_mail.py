"""An admin writes to a group, reads it as its readers do, sends it and stops it, on a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from accounts.models import GroupMail
from accounts.services.trial import set_trial_mode
from tests.factories import NOW, GroupMailFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def window(admin_window, admin_user):
    return admin_window(admin_user)


def test_an_admin_writes_to_a_group_and_stops_it(window, look_at):
    people = [UserFactory(name=name) for name in ("Mira Miller", "Milo Miller", "Otto Other")]
    window.goto("/admin/accounts/user/?q=miller")
    window.get_by_label("Select all objects on this page for an action").check()
    window.get_by_label("Action:").select_option("Write to them: a mail to a group")
    window.get_by_role("button", name="Go").click()
    window.get_by_label("Subject").fill("News for {name}")
    window.get_by_label("Text").fill("We meet on Friday at six.\n\nCome and bring somebody along.")
    window.get_by_role("button", name="Save, and see how it reads").click()
    window.get_by_text("News for Mira Miller").wait_for()
    look_at(window)

    window.get_by_role("link", name="All 2 recipients").click()
    look_at(window)
    window.get_by_role("link", name="Read as Milo Miller").click()
    look_at(window)
    window.get_by_role("button", name="Take Milo Miller out").click()
    window.get_by_text("1 person is taken out").wait_for()
    window.get_by_role("link", name="News for {name}").click()
    window.get_by_label("Send it later").fill("2090-01-01T09:00")
    window.get_by_role("button", name="Send it to 1 person").click()
    window.get_by_text("Choose a time to come, within 60 days").wait_for()
    window.get_by_label("Send it later").fill("")
    window.get_by_role("button", name="Send it to 1 person").click()
    window.get_by_text("It is sent to 1 person now").wait_for()
    look_at(window)
    window.get_by_role("button", name="Stop it").click()
    window.get_by_text("It is stopped").wait_for()

    assert GroupMail.objects.get().status == "stopped"
    assert len(people) == 3


def test_a_link_does_not_lose_a_text_that_is_not_saved(window):
    mail = GroupMailFactory()
    window.goto(f"/admin/accounts/groupmail/{mail.pk}/change/")
    asked: list[str] = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    window.on("dialog", stay)
    window.get_by_label("Text").fill("We meet on Friday at six.")
    window.get_by_role("link", name="Home").first.click()
    # The page says what is wrong, and has the text once more.
    window.get_by_label("Subject").fill("News for {nobody}")
    window.get_by_role("button", name="Save, and see how it reads").click()
    window.locator(".errorlist").first.wait_for()
    window.get_by_role("link", name="Home").first.click()

    assert asked == ["beforeunload"] * 2
    expect(window.get_by_label("Text")).to_have_value("We meet on Friday at six.")
    window.get_by_label("Subject").fill("News")
    window.get_by_role("button", name="Save, and see how it reads").click()
    window.get_by_text("The text is saved").wait_for()
    window.get_by_role("link", name="Home").first.click()
    window.get_by_text("What needs somebody").first.wait_for()
    assert asked == ["beforeunload"] * 2


def test_trial_mode_is_accessible_and_shown_on_each_page(window, look_at, admin_user):
    set_trial_mode(is_on=True, addresses=["ada@example.org"], by=admin_user, was=None, now=NOW)
    GroupMailFactory()

    for page in ("", "accounts/trialmode/switch/", "accounts/groupmail/"):
        window.goto(f"/admin/{page}")
        expect(window.get_by_text("Trial mode is on").first).to_be_visible()
        # The lists are Django's own.
        if not page.endswith("groupmail/"):
            look_at(window)
