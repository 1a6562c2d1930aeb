"""A page whose session is over, or whose server is away, says so and keeps what was typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK
from tests.factories import PASSWORD, GoalFactory

pytestmark = [pytest.mark.django_db(transaction=True)]

WORDS = "I am a postdoc in particle physics with six years of data analysis."


@pytest.fixture
def page(visitor, log_in_as, alice):
    """The form of a new request, half written."""
    alice.set_password(PASSWORD)
    alice.save()
    GoalFactory(mentee=alice)
    page = visitor(viewport=DESK)
    log_in_as(page, alice)
    page.goto("/requests/new/")
    return page


def test_the_coach_says_that_the_session_is_over_and_goes_on_after_a_login(page, alice):
    session = [cookie for cookie in page.context.cookies() if cookie["name"] == "sessionid"]
    page.context.clear_cookies(name="sessionid")

    page.get_by_label("Your situation").press_sequentially(WORDS[:12])

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("You are not logged in any more. Log in again; what you typed is kept.")
    assert session
    with page.context.expect_page() as opened:
        alert.get_by_role("link").click()
    window = opened.value
    window.get_by_label("E-mail address").fill(alice.email)
    window.get_by_label("Password").fill(PASSWORD)
    window.get_by_role("button", name="Log in", exact=True).click()
    window.wait_for_url("**/")
    window.close()

    page.get_by_label("Your situation").press_sequentially(WORDS[12:])
    expect(alert).to_be_empty()
    page.get_by_role("button", name="Save").first.click()

    expect(page.get_by_label("Your situation")).to_have_value(WORDS)


def test_a_server_that_is_away_is_told_once_and_until_it_answers(page):
    page.context.set_offline(True)
    page.get_by_label("Your situation").press_sequentially(WORDS[:12])

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("This site did not answer. What you typed is still here; try again in a moment.")
    page.context.set_offline(False)
    page.get_by_label("Your situation").press_sequentially(WORDS[12:])

    expect(alert).to_be_empty()


def test_an_error_of_the_server_is_told(page):
    page.route("**/requests/new/", lambda route: route.fulfill(status=500))

    page.get_by_label("Your situation").press_sequentially(WORDS[:12])

    expect(page.get_by_role("alert")).to_contain_text("This site did not answer.")


def test_a_page_of_an_earlier_member_is_not_sent_for_the_next_one(page, alice, bob, log_in_as):
    page.goto("/profile/about/")
    page.get_by_label("Headline").fill("Somebody else")
    window = page.context.new_page()
    window.context.clear_cookies(name="csrftoken")
    log_in_as(window, bob)
    window.goto("/profile/about/")
    window.close()

    page.get_by_role("button", name="Save").first.click()

    expect(page.get_by_role("heading", name="This form is too old")).to_be_visible()
    bob.profile.refresh_from_db()
    assert bob.profile.headline != "Somebody else"
