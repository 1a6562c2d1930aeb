"""Two people in two zones sign up, and come by clicks alone to a mentorship with hours to write about."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import MentorProfile, User
from accounts.services.mentors import approve_mentor
from matching.models import Match
from tests.browser.conftest import DESK, last_mail
from tests.helpers import code_in

pytestmark = [pytest.mark.django_db(transaction=True)]

PASSWORD = "a long walk in Porto"


def sign_up(page: Page, work, *, name: str, email: str, role: str, zone: str | None, **more: str) -> None:
    """Sign up. Without script, the ``zone`` is chosen from the list."""
    page.goto("/")
    page.get_by_role("link", name="Sign up as mentee or mentor").click()
    page.get_by_label(role).check()
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    for label, text in more.items():
        page.locator(f"[name={label}]").fill(text)
    if zone:
        page.locator("[name=timezone]").select_option(zone)
    page.locator("[name=accept_rules]").check()
    page.get_by_role("button", name="Sign up").click()
    work()
    page.get_by_label("Code").fill(code_in(last_mail(email)))
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="Your first steps").wait_for()


def go_on(page: Page) -> None:
    page.get_by_role("link", name="Go on").click()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save and go on").click()


def fill_in_profile(page: Page, *, headline: str, step: dict[str, str], hours: list[str], skills: str) -> None:
    go_on(page)
    page.locator("[name=headline]").fill(headline)
    save(page)
    for name, value in step.items():
        field = page.locator(f"[name=career-0-{name}]")
        if name in ("sector", "level"):
            field.select_option(value)
        else:
            field.fill(value)
    save(page)
    page.locator("[name=languages-0-code]").fill("English")
    page.locator("[name=languages-0-level]").select_option("fluent")
    save(page)
    for hour in hours:
        page.locator(f"table.week input[value='{hour}']").check()
    save(page)
    page.locator("[name=skills_more]").fill(skills)
    save(page)


# Neither zone changes its clocks.
LAGOS, SAO_PAULO = "Africa/Lagos", "America/Sao_Paulo"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_two_people_come_by_clicks_to_a_mentorship(script, visitor, work):
    mentee = visitor(timezone_id=LAGOS, java_script_enabled=script)
    mentor = visitor(viewport=DESK, timezone_id=SAO_PAULO, java_script_enabled=script)
    zones = (None, None) if script else (LAGOS, SAO_PAULO)

    sign_up(
        mentor,
        work,
        name="Rui Tavares",
        email="rui@example.org",
        role="I want to mentor",
        zone=zones[1],
        motivation="I had help once.",
    )
    assert User.objects.get(email="rui@example.org").profile.timezone == SAO_PAULO
    approve_mentor(mentor_id=MentorProfile.objects.get().pk, by=None, now=timezone.now())
    fill_in_profile(
        mentor,
        headline="Physicist who leads a data team",
        step={
            "role": "Data scientist",
            "field": "data science",
            "sector": "industry",
            "country": "Germany",
            "level": "lead",
            "start_year": "2015",
        },
        hours=["2-14", "2-15"],
        skills="machine learning",
    )
    mentor.locator("[name=teaches_more]").fill("translating an academic CV, machine learning")
    mentor.get_by_label("Move from academia to industry").check()
    mentor.get_by_label("CV review").check()
    mentor.get_by_role("button", name="Save and go on").click()

    sign_up(mentee, work, name="Ines Duarte", email="ines@example.org", role="I look for a mentor", zone=zones[0])
    fill_in_profile(
        mentee,
        headline="Postdoc in particle physics",
        step={
            "role": "Postdoc",
            "field": "particle physics",
            "sector": "academia",
            "country": "Switzerland",
            "level": "senior",
            "start_year": "2019",
        },
        hours=["2-18", "2-19"],
        skills="multivariate analysis",
    )
    mentee.locator("[name=kind]").select_option(label="Move from academia to industry")
    mentee.locator("[name=target_role]").fill("Data scientist")
    mentee.locator("[name=target_field]").fill("data science")
    mentee.get_by_role("button", name="State this goal").click()
    mentee.locator("[name=situation]").fill("Postdoc in particle physics, six years of multivariate analysis.")
    mentee.locator("[name=gap]").fill("I get no interviews: my CV does not say in words of companies what I can do.")
    mentee.locator("[name=ask]").fill(
        "Go through my CV with me for 30 minutes before the end of January and mark what a recruiter would not get."
    )
    mentee.locator("[name=needs_more]").fill("translating an academic CV")
    mentee.locator("[name=session_kind]").select_option("cv_review")
    mentee.get_by_label("For longer").check()
    mentee.get_by_role("button", name="Submit").click()
    mentee.get_by_role("heading", name="What happens next").wait_for()
    work()

    mentee.goto("/")
    mentee.get_by_role("link", name="See who fits").click()
    mentee.get_by_label("Why Rui Tavares?").fill("You left physics for data science in Germany, as I want to.")
    mentee.get_by_role("button", name="Ask Rui Tavares").click()
    mentee.get_by_role("heading", name="Asked, waiting for an answer").wait_for()

    mentor.goto("/")
    mentor.get_by_role("link", name="Read and answer").click()
    mentor.get_by_role("button", name="Yes, I will help Ines Duarte").click()
    mentor.get_by_role("heading", name="You said yes to Ines Duarte").wait_for()

    mentee.goto("/")
    mentee.get_by_role("link", name="Open the mentorship").click()
    mentee.get_by_role("link", name="rui@example.org").wait_for()
    expect(mentee.get_by_role("main")).to_contain_text("18:00 (Lagos, Nigeria, UTC+1)")
    expect(mentee.get_by_role("main")).to_contain_text("14:00 (Sao Paulo, Brazil, UTC−3)")
    assert Match.objects.get(status="accepted").mentor.user.name == "Rui Tavares"
    mentee.go_back()
    mentee.get_by_role("heading", name="Hello Ines Duarte").wait_for()
