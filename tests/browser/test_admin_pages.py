"""Every list of the admin, a row of each, and every page of ours: accessible on a phone and on a desk."""

from __future__ import annotations

import pytest
from django.contrib import admin
from playwright.sync_api import expect

from tests.config import test_admin_roles as pages
from tests.factories import MentorFactory

pytestmark = [pytest.mark.django_db(transaction=True)]

rows = pages.rows
PARTS = 4  # for as many processes
# Files, and a page that leads on.
NOT_LOOKED_AT = ("_export", "_audit", "_scores", "accounts_user_delete")
# Pages that Django draws from the same template for each model: one is enough.
ALIKE = {"_delete": "mentorship_sessionkind_delete", "_history": "accounts_mentorprofile_history"}


@pytest.fixture
def window(admin_window, admin_user):
    return admin_window(admin_user)


def looked_at() -> list[str]:
    """Return the addresses of the pages of all models."""
    found = [
        address
        for model in admin.site._registry
        for name, address in pages.addresses(model)
        if not name.endswith(NOT_LOOKED_AT) and all(name == one for end, one in ALIKE.items() if name.endswith(end))
    ]
    assert len(found) > 3 * len(admin.site._registry)
    return found


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_of_the_admin_is_accessible(part, window, look_at):
    faults: list[str] = []
    # The fields of Django that complete themselves set styles, which the policy forbids. They work without.
    window.on("pageerror", lambda error: faults.append(str(error)))

    for address in looked_at()[part::PARTS]:
        answer = window.goto(address)
        if answer.status == 200:
            look_at(window)
        else:
            # Nobody adds or deletes it.
            assert answer.status == 403, address
    assert faults == []


def test_an_admin_approves_one_after_the_other_and_then_all_that_are_left(window, look_at):
    for number in range(102):
        MentorFactory(status="applied", user__name=f"Lovelace {number:03}")
    window.goto("/admin/accounts/mentorprofile/?q=Lovelace&o=1")
    look_at(window)
    window.get_by_role("link", name="Lovelace 000").click()
    window.get_by_text("1 of 102").wait_for()
    window.get_by_role("link", name="Decide").click()
    look_at(window)
    window.get_by_role("button", name="Approve").click()
    window.get_by_text("Lovelace 000 is approved and gets a mail.").wait_for()
    expect(window.get_by_role("heading", name="Application of Lovelace 001")).to_be_visible()
    window.get_by_label("Reason").fill("No free place this year.")
    window.get_by_role("button", name="Reject").click()
    window.get_by_text("Lovelace 001 is rejected and gets a mail.").wait_for()
    window.get_by_role("link", name="Mentor profiles").first.click()
    # The look has opened the filters, and Django's script remembers some of them.
    window.get_by_label("Filters").locator("details").first.evaluate("(filter) => { filter.open = true; }")
    window.get_by_label("Filters").get_by_role("link", name="Applied").click()
    window.get_by_text("100 mentor profiles").wait_for()
    MentorFactory(status="applied", user__name="Lovelace 999")
    window.reload()
    window.locator("#action-toggle").check()
    window.get_by_role("button", name="Select all 101 mentor profiles").click()
    window.locator("select[name=action]").select_option("approve")
    window.get_by_role("button", name="Go").click()
    window.get_by_text("101 applicants are approved, and get a mail.").wait_for()
    look_at(window)
    window.get_by_role("button", name="Go on with all 101").click()

    window.get_by_text("Done for 101 rows.").wait_for()
    assert "q=Lovelace" in window.url
    expect(window.get_by_text("0 mentor profiles")).to_be_visible()
