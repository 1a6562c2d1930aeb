"""An admin reads the figures, on a desk and on a phone, and goes from one to the rows behind it."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.hand_counted import Community

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def window(admin_window):
    """Return a window of an owner, in the community that was counted by hand."""
    return admin_window(Community(timezone.now()).admin)


def test_figures_are_accessible_and_lead_to_their_rows(window, look_at):
    window.goto("/admin/")
    figure = window.locator("article", has=window.get_by_role("heading", name="Newcomers"))
    expect(figure.get_by_text("Accounts: n = 7 accounts: the list,")).to_be_visible()
    # Each part of a trend that is not empty is drawn.
    expect(figure.get_by_role("img").locator("rect")).to_have_count(5)
    look_at(window)

    window.get_by_role("link", name="30 days", exact=True).focus()
    window.keyboard.press("Enter")
    window.get_by_text("Accounts: n = 4 accounts: the list,").wait_for()
    figure.get_by_role("link", name="Who joined").click()
    window.get_by_text("4 users").first.wait_for()


def test_mentor_deserts_are_accessible_and_filtered(window, look_at):
    window.goto("/admin/")
    window.get_by_role("link", name="All combinations").click()
    window.get_by_role("heading", name="Mentor deserts").wait_for()
    look_at(window)

    window.get_by_label("Country").select_option("France")
    window.get_by_role("button", name="Show").click()

    window.get_by_text("1 combination, 1 request, 1 beyond the places.").wait_for()
    expect(window.get_by_role("region", name="Mentor deserts").get_by_role("row")).to_have_count(2)
