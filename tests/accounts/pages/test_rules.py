"""New rules before the pages of members, and before those behind links of mails."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.links import RULES, STOP_MAILS, rules_link
from matching.links import ANSWER, answer_link
from matching.models import Match
from tests.factories import MatchFactory
from tests.helpers import path
from tests.moves import WHY
from tests.rules import accept_all, new_rules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

ASKED = "The community rules have changed"
ACCEPT = {"rules_do": "accept", "rules_version": "2"}
LATER = {"rules_do": "later", "rules_version": "2"}


@pytest.fixture
def browser(client, alice):
    client.force_login(alice)
    return client


def page(client, address: str, **query) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_member_reads_what_changed_before_a_page(browser):
    new_rules()

    shown = page(browser, "/goals/")

    assert ASKED in shown
    assert "<ins>2. Write in a language that both speak.</ins>" in shown
    assert "<del>" in shown


def test_after_accepting_the_member_goes_on_to_the_page(browser, alice):
    new_rules()

    answer = browser.post("/goals/?from=mail", ACCEPT)

    assert (answer.status_code, answer["Location"]) == (302, "/goals/?from=mail")
    assert alice.accepted_rules.get().rules.version == 2
    assert ASKED not in page(browser, "/goals/")


def test_later_shows_the_page_and_asks_no_more_that_day(browser, alice):
    new_rules()

    assert browser.post("/goals/", LATER)["Location"] == "/goals/"

    assert ASKED not in page(browser, "/goals/")
    assert ASKED not in page(browser, "/messages/")
    assert not alice.accepted_rules.exists()


def test_a_further_version_asks_again_in_spite_of_later(browser):
    new_rules()
    browser.post("/goals/", LATER)

    new_rules(text="A third text.")

    assert ASKED in page(browser, "/goals/")


def test_later_of_one_member_is_not_that_of_another(browser, bob):
    new_rules()
    browser.post("/goals/", LATER)
    browser.force_login(bob)

    assert ASKED in page(browser, "/goals/")


@pytest.mark.parametrize("address", ["/settings/", "/settings/blocks/", "/accounts/sessions/", "/rules/"])
def test_pages_that_everybody_must_reach_do_not_ask(address, browser):
    new_rules(required=True)

    assert ASKED not in page(browser, address)


def test_a_part_of_a_page_is_not_asked_for(browser):
    new_rules()

    answer = browser.get("/goals/", headers={"HX-Request": "true"})

    assert ASKED not in answer.content.decode()


def test_a_version_that_changed_meanwhile_is_not_accepted(browser, alice):
    new_rules()
    new_rules(text="A third text.")

    answer = browser.post("/goals/", ACCEPT)

    assert answer.status_code == 409
    assert "version 3" in answer.content.decode()
    assert not alice.accepted_rules.exists()


@pytest.mark.parametrize("version", ["", "two", "²", "9" * 40, "-1"])
def test_an_odd_version_is_not_accepted(version, browser, alice):
    new_rules()

    assert browser.post("/goals/", ACCEPT | {"rules_version": version}).status_code == 409
    assert not alice.accepted_rules.exists()


def test_an_unknown_button_is_refused(browser):
    new_rules()

    assert browser.post("/goals/", {"rules_do": "maybe"}).status_code == 400


def test_a_second_click_on_accept_leads_on(browser):
    new_rules()
    browser.post("/goals/", ACCEPT)

    assert browser.post("/goals/", ACCEPT)["Location"] == "/goals/"


def asking(match: Match) -> dict[str, str]:
    return {"do": "ask", "match": str(match.uuid), "why_you": WHY}


def test_a_question_that_is_refused_is_kept_and_sent_with_the_acceptance(browser, alice):
    new_rules(required=True)
    match = MatchFactory(help_request__mentee=alice)
    address = f"/requests/{match.help_request.uuid}/"

    refused = browser.post(address, asking(match))
    kept = dict(refused.context["fields"]) | ACCEPT | {"rules_kept": "yes"}
    match.refresh_from_db()
    assert (refused.status_code, match.status) == (409, "proposed")
    assert ASKED in refused.content.decode()

    browser.post(address, kept)

    match.refresh_from_db()
    assert (match.status, match.why_you) == ("asked", WHY)


def test_a_kept_question_and_later_show_why_it_is_refused(browser, alice):
    new_rules(required=True)
    match = MatchFactory(help_request__mentee=alice)
    kept = asking(match) | LATER | {"rules_kept": "yes"}

    answer = browser.post(f"/requests/{match.help_request.uuid}/", kept)

    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "Read and accept them at /rules/accept/" in shown
    assert WHY in shown


def test_within_the_days_of_grace_a_question_is_sent_without_more(browser, alice):
    new_rules()
    match = MatchFactory(help_request__mentee=alice)

    browser.post(f"/requests/{match.help_request.uuid}/", asking(match))

    match.refresh_from_db()
    assert match.status == "asked"


# --- behind the link of a mail ----------------------------------------------------------------------------------


def test_a_mail_link_asks_first_and_then_leads_to_its_step(client, bob):
    new_rules(required=True)
    match = MatchFactory(mentor=bob.mentor, status="asked")
    address = path(ANSWER.link(match.uuid, bob))

    assert ASKED in page(client, address)
    assert client.post(address, ACCEPT)["Location"] == address
    assert ASKED not in page(client, address)
    client.post(address, {"do": "accept"})

    match.refresh_from_db()
    assert match.status == "accepted"


def test_an_answer_by_an_open_page_is_kept_and_sent_with_the_acceptance(client, bob):
    new_rules(required=True)
    match = MatchFactory(mentor=bob.mentor, status="asked")
    address = path(answer_link(match))

    refused = client.post(address, {"do": "accept"})
    assert refused.status_code == 409
    client.post(address, dict(refused.context["fields"]) | ACCEPT | {"rules_kept": "yes"})

    match.refresh_from_db()
    assert match.status == "accepted"


def test_a_link_that_stops_mails_asks_nothing(client, alice):
    new_rules(required=True)

    assert ASKED not in page(client, path(STOP_MAILS.link("digest", alice)))


def test_the_link_of_the_mail_accepts_without_a_login(client, alice):
    new_rules()
    address = path(rules_link(alice))

    assert ASKED in page(client, address)
    client.post(address, ACCEPT)

    assert "You accepted version 2" in page(client, address)
    assert alice.accepted_rules.get().rules.version == 2


def test_a_visit_of_the_link_accepts_nothing(client, alice):
    new_rules()

    client.get(path(rules_link(alice)))

    assert not alice.accepted_rules.exists()


def test_later_on_the_page_of_the_mail_leads_to_the_rules(client, alice):
    new_rules()

    assert client.post(path(rules_link(alice)), LATER)["Location"] == "/rules/"


def test_a_link_for_somebody_else_is_a_404(client, alice, bob):
    assert client.get(path(RULES.link(bob.uuid, alice))).status_code == 404


def test_the_page_says_when_the_rules_were_accepted(browser, alice):
    new_rules()
    accept_all(alice, at=timezone.now())

    assert "You accepted version 2" in page(browser, reverse("accept-rules"))


def test_the_page_refuses_an_unknown_button(browser):
    new_rules()

    assert browser.post(reverse("accept-rules"), {"rules_do": "maybe"}).status_code == 400
