"""Nothing typed is lost when a session ends, and the back button does no harm after any form."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from matching.models import HelpRequest, Match
from mentorship.models import Goal
from tests.browser.conftest import last_mail
from tests.factories import PASSWORD, GoalFactory, HelpRequestFactory, MatchFactory
from tests.helpers import code_in

pytestmark = [pytest.mark.django_db(transaction=True)]

LONG = "Six years of data analysis — “multivariate”, as we say. " * 60


@pytest.fixture
def page(visitor) -> Page:
    return visitor()


@pytest.fixture
def and_back(page) -> Callable[..., None]:
    """Return a function that goes back, sees no error, and presses the button of the form once more if asked to."""

    def back(*, button: str = "") -> None:
        answer = page.go_back()
        assert answer is None or answer.status < 400
        if button and page.get_by_role("button", name=button).first.is_visible():
            with page.expect_navigation():
                page.get_by_role("button", name=button).first.click()
        expect(page.get_by_role("main")).to_be_visible()
        assert "Server Error" not in page.content()

    return back


def log_in(page: Page, person: User) -> None:
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def test_a_session_that_expires_loses_nothing_typed(page, log_in_as, alice):
    alice.set_password(PASSWORD)
    alice.save()
    log_in_as(page, alice)
    page.goto("/profile/about/")
    page.get_by_label("About you").fill(LONG)
    page.context.clear_cookies(name="sessionid")

    page.get_by_role("button", name="Save").click()
    log_in(page, alice)
    page.get_by_role("button", name="Send what I wrote").click()

    page.get_by_text("Saved.").wait_for()
    expect(page.get_by_text(LONG.strip())).to_have_count(1)


def test_back_after_the_sign_up_and_its_code(page, and_back, work):
    page.goto("/accounts/signup/")
    page.get_by_label("I look for a mentor").check()
    page.get_by_label("Your name").fill("Ines Duarte")
    page.get_by_label("E-mail address").fill("ines@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("[name=accept_rules]").check()
    page.get_by_role("button", name="Sign up").click()
    work()
    page.get_by_label("Code").wait_for()

    and_back()
    page.go_forward()
    page.get_by_label("Code").fill(code_in(last_mail("ines@example.org")))
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="Your first steps").wait_for()
    and_back(button="Go on")

    assert User.objects.filter(email="ines@example.org").count() == 1


def test_back_after_a_part_of_the_profile(page, and_back, log_in_as, alice):
    log_in_as(page, alice)
    page.goto("/profile/about/")
    page.get_by_label("About you").fill(LONG)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()

    and_back()

    assert page.get_by_label("About you").input_value().strip() == LONG.strip()


def test_back_after_the_settings(page, and_back, log_in_as, alice):
    log_in_as(page, alice)
    page.goto("/settings/")
    page.get_by_role("button", name="Save").first.click()
    page.get_by_text("Saved.").wait_for()

    and_back(button="Save")

    page.get_by_text("Saved.").wait_for()


def test_back_after_a_goal_states_no_second_one(page, and_back, log_in_as, alice):
    log_in_as(page, alice)
    page.goto("/goals/new/")
    page.locator("[name=kind]").select_option(label="Move from academia to industry")
    page.locator("[name=target_role]").fill("Data scientist")
    page.locator("[name=target_field]").fill("data science")
    with page.expect_navigation():
        page.get_by_role("button", name="State this goal").click()

    and_back(button="State this goal")

    assert Goal.objects.count() == 1


def write_request(page: Page) -> None:
    page.locator("[name=situation]").fill("Postdoc in particle physics, six years of multivariate analysis.")
    page.locator("[name=gap]").fill("I get no interviews: my CV does not say in words of companies what I can do.")
    page.locator("[name=ask]").fill(
        "Go through my CV with me for 30 minutes before the end of January and mark what a recruiter would not get."
    )
    page.locator("[name=needs_more]").fill("translating an academic CV")
    page.locator("[name=session_kind]").select_option("cv_review")
    page.get_by_label("For longer").check()


def test_back_after_a_request_makes_no_second_one(page, and_back, log_in_as, alice):
    GoalFactory(mentee=alice)
    log_in_as(page, alice)
    page.goto("/requests/new/")
    write_request(page)
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("heading", name="What happens next").wait_for()

    and_back(button="Submit")

    assert [row.status for row in HelpRequest.objects.all()] == ["open"]


def test_back_after_a_saved_draft_keeps_the_words(page, and_back, log_in_as, alice):
    GoalFactory(mentee=alice)
    log_in_as(page, alice)
    page.goto("/requests/new/")
    write_request(page)
    page.get_by_role("button", name="Save the draft").click()
    page.wait_for_url("**/requests/*-*/")

    and_back(button="Save the draft")

    assert HelpRequest.objects.get().gap.startswith("I get no interviews")


@pytest.fixture
def match(alice):
    return MatchFactory(help_request__mentee=alice)


def test_back_after_a_correction(page, and_back, log_in_as, alice):
    request = HelpRequestFactory(mentee=alice)
    log_in_as(page, alice)
    page.goto(f"/requests/{request.uuid}/?correct=1")
    page.locator("[name=situation]").fill("Now I lead a group of four in particle physics, six years of analysis.")
    page.get_by_role("button", name="Save the correction").click()
    page.get_by_text("Your request is corrected").wait_for()

    and_back()

    assert "lead a group of four" in HelpRequest.objects.get().situation


def test_back_after_a_question_asks_once(page, and_back, log_in_as, alice, match):
    log_in_as(page, alice)
    page.goto(f"/requests/{match.help_request.uuid}/")
    page.get_by_label(f"Why {match.mentor}?").fill("You left physics for data science in Germany, as I want to.")
    page.get_by_role("button", name=f"Ask {match.mentor}").click()
    page.get_by_role("heading", name="Asked, waiting for an answer").wait_for()

    and_back(button=f"Ask {match.mentor}")

    match.refresh_from_db()
    assert match.status == Match.Status.ASKED


def test_back_after_an_answer_answers_once(page, and_back, log_in_as):
    match = MatchFactory(status="asked")
    log_in_as(page, match.mentor.user)
    page.goto("/inbox/")
    page.get_by_role("link", name="Read and answer").click()
    page.get_by_role("button", name="Yes, I will help").click()
    page.get_by_role("heading", name="You said yes").wait_for()

    and_back(button="Yes, I will help")

    match.refresh_from_db()
    assert match.status == Match.Status.ACCEPTED


def test_back_after_an_offer_offers_once(page, and_back, log_in_as):
    match = MatchFactory()
    log_in_as(page, match.mentor.user)
    page.goto("/requests-for-me/")
    page.get_by_text("Offer help").click()
    page.get_by_label("What can you help with?").fill("I read many such CVs, and like to go through yours.")
    page.get_by_role("button", name="Send the offer").click()
    page.get_by_role("link", name="Read it, or take it back").wait_for()

    and_back(button="Send the offer")

    assert [row.status for row in Match.objects.all()] == ["offered"]
