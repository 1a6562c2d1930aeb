"""An admin reads a suggestion of duplicates, compares the two accounts, and merges them. Without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from accounts.models import AccountMerge
from tests.factories import HelpRequestFactory, MentorFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(admin_window, admin_user):
    return admin_window(admin_user)


def test_an_admin_merges_two_accounts_of_one_person(desk, look_at):
    old = UserFactory(name="Ana García", email="ana.garcia.with-a-long-address@old-university.example.org")
    new = MentorFactory(user__name="Garcia, Ana", user__email="ana@example.com").user
    HelpRequestFactory(mentee=old)
    others = [UserFactory(name="Jo Doe", email=f"jo{number}@example.org") for number in range(2)]
    desk.goto("/admin/accounts/user/")

    desk.get_by_role("link", name="Duplicates").click()
    look_at(desk)
    row = desk.locator("ol.rows > li", has_text=others[0].email)
    row.get_by_role("button", name="Not the same person").click()
    desk.get_by_text("are not suggested again").wait_for()
    desk.locator("ol.rows > li", has_text=old.email).get_by_role("link", name="Compare").click()
    look_at(desk)
    desk.get_by_label(f"Garcia, Ana, {new.email}").check()
    desk.get_by_label("How do you know").fill("She wrote from both addresses.")
    desk.get_by_role("button", name="Merge the two accounts").click()

    desk.get_by_text("was merged into this account").wait_for()
    assert AccountMerge.objects.get().gone == old
    desk.get_by_role("link", name="Record", exact=True).click()
    expect(desk.get_by_text("She wrote from both addresses.")).to_be_visible()
    look_at(desk)
    desk.goto(f"/admin/accounts/user/{new.pk}/merge/")
    look_at(desk)
