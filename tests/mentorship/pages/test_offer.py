"""The pages of a member as a mentor: application, offer and pauses."""

from __future__ import annotations

import html
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import MentorProfile
from accounts.services.mentors import reject_mentor
from matching.links import share_link
from tests.factories import NOW, MentorFactory
from tests.helpers import kinds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

OFFER = {
    "teaches": ["machine learning"],
    "teaches_more": "causal inference",
    "explores_more": "",
    "goals": ["job_search"],
    "session_kinds": ["cv_review"],
    "formats": ["one_off"],
    "capacity": "3",
    "active_elsewhere": "1",
    "monthly_hours": "6",
    "motivation": "Somebody helped me once.",
    "is_paid": "no",
}


@pytest.fixture
def mentor(client, bob):
    client.force_login(bob)
    return bob.mentor


def text(response) -> str:
    return html.unescape(response.content.decode())


def test_a_member_applies_and_reads_the_state_of_the_application(client, alice):
    client.force_login(alice)

    for _ in range(2):  # a second click is no error
        answer = client.post(reverse("offer"), {"motivation": "Somebody helped me once.", "next": "/start/"})

    mentor = MentorProfile.objects.get(user=alice)
    assert (mentor.status, mentor.motivation) == ("applied", "Somebody helped me once.")
    assert kinds(alice) == ["application_received"]
    assert "Your application has waited for an admin since" in text(client.get(reverse("offer")))
    assert answer.status_code < 500


WAITS = "Your application waits for an admin. You get a mail when it is decided."


FROM_SETTINGS = {"motivation": "Somebody helped me once.", "next": "/settings/", "do": "apply"}


def test_the_form_of_an_application_keeps_the_page_that_somebody_came_from(client, alice):
    client.force_login(alice)
    page = f"{reverse('offer')}?next=/settings/"

    for answer in (client.get(page), client.post(page, FROM_SETTINGS | {"motivation": ""})):
        assert '<input type="hidden" name="next" value="/settings/">' in text(answer)


def test_an_application_leads_back_to_the_page_that_somebody_came_from(client, alice):
    client.force_login(alice)

    answers = [client.post(reverse("offer"), FROM_SETTINGS) for _ in range(2)]  # a second click leads there as well

    assert [answer.headers["Location"] for answer in answers] == ["/settings/"] * 2
    assert text(client.get("/settings/")).count(WAITS) == 1


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "settings/"])
def test_an_application_leads_to_no_other_site(elsewhere, client, alice):
    client.force_login(alice)
    assert "evil.example" not in text(client.get(reverse("offer"), {"next": elsewhere}))

    answer = client.post(reverse("offer"), {"motivation": "Somebody helped me once.", "next": elsewhere})

    assert answer.headers["Location"] == reverse("offer")
    assert WAITS not in text(client.get(reverse("offer")))  # the page says more by itself


def test_an_application_without_a_word_is_400(client, alice):
    client.force_login(alice)

    answer = client.post(reverse("offer"), {"motivation": " "})

    assert answer.status_code == 400
    assert 'id="id_motivation_error"' in text(answer)
    assert not MentorProfile.objects.filter(user=alice).exists()


def test_an_applicant_who_was_declined_reads_the_reason(client, admin_user):
    mentor = MentorFactory(status="applied")
    reject_mentor(mentor_id=mentor.pk, by=admin_user, reason="Come back in a year.", now=NOW)
    client.force_login(mentor.user)

    page = text(client.get(reverse("offer")))

    assert "Your application was declined on Monday, 23 November 2026." in page
    assert "“Come back in a year.”" in page
    assert "Your own link" not in page


def test_the_offer_is_changed(client, mentor):
    rate = {"is_paid": "yes", "amount": "80.50", "currency": "Euro (EUR)", "per": "session"}

    answer = client.post(reverse("offer-change"), OFFER | rate)

    assert answer.headers["Location"] == reverse("offer")
    mentor.refresh_from_db()
    assert mentor.teaches == ["machine learning", "causal inference"]
    assert [kind.code for kind in mentor.goal_kinds.all()] == ["job_search"]
    assert (mentor.capacity, mentor.active_elsewhere, mentor.formats) == (3, 1, ["one_off"])
    assert mentor.rate == {"amount": Decimal("80.50"), "currency": "EUR", "per": "session"}
    assert not mentor.is_listed
    assert "€80.50 a session" in text(client.get(reverse("offer")))


def test_a_mentor_who_takes_no_money_any_more_has_no_rate(client):
    mentor = MentorFactory(paid=True, rate_amount=80, rate_currency="EUR", rate_per="session")
    client.force_login(mentor.user)
    rate = {"amount": "80.00", "currency": "Euro (EUR)", "per": "session"}

    client.post(reverse("offer-change"), OFFER | rate | {"is_paid": "no"})

    mentor.refresh_from_db()
    assert mentor.rate is None


def test_a_rate_with_a_gap_names_the_field_and_keeps_the_rest(client, mentor):
    answer = client.post(reverse("offer-change"), OFFER | {"is_paid": "yes", "amount": "80", "per": "session"})

    page = text(answer)
    assert answer.status_code == 400
    assert 'id="id_currency_error"' in page
    assert 'value="causal inference" checked' in page
    mentor.refresh_from_db()
    assert mentor.capacity == 2


def test_a_button_adds_a_skill_to_the_form_only(client, mentor):
    page = text(client.post(reverse("offer-change"), OFFER | {"do": "add-teaches", "capacity": "9"}))

    assert 'value="causal inference" checked' in page
    assert 'value="9"' in page
    mentor.refresh_from_db()
    assert (mentor.teaches, mentor.capacity) == (["machine learning"], 2)


def test_a_mentor_pauses_until_a_day_and_comes_back(client, mentor):
    client.post(reverse("offer"), {"do": "pause", "until_on": "2126-12-24"})
    assert "You are paused until Tuesday, 24 December 2126" in text(client.get(reverse("offer")))

    for _ in range(2):
        assert client.post(reverse("offer"), {"do": "come_back"}).status_code == 302

    mentor.refresh_from_db()
    assert mentor.status == "approved"


@pytest.mark.parametrize(("day", "status"), [("soon", 400), ("2020-01-01", 409)])
def test_an_invalid_pause_is_refused_and_the_day_is_kept(day, status, client, mentor):
    answer = client.post(reverse("offer"), {"do": "pause", "until_on": day})

    mentor.refresh_from_db()
    assert (answer.status_code, mentor.status) == (status, "approved")
    assert f'value="{day}"' in text(answer)


def test_the_page_has_the_link_to_share_and_names_missing_facts(client, mentor):
    mentor.user.profile.career.all().delete()

    page = text(client.get(reverse("offer")))

    assert share_link(mentor) in page
    assert "your career" in page


def test_somebody_who_is_no_mentor_has_no_offer_to_change(client, alice):
    client.force_login(alice)

    assert client.get(reverse("offer-change")).status_code == 404
