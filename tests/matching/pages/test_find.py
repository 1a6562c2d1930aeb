"""The search for a mentor, and the page of one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Block
from matching.selectors import finding
from tests.factories import CareerStepFactory, HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def request_of_alice(alice):
    return HelpRequestFactory(mentee=alice)


def get(client, person, address: str, **query):
    client.force_login(person)
    return client.get(address, query)


def found(client, person, **query) -> str:
    response = get(client, person, reverse("find-mentor"), **query)
    assert response.status_code == 200
    return response.content.decode()


def named(client, person, mentor, **query) -> str:
    response = get(client, person, reverse("named-mentor", args=[mentor.uuid]), **query)
    assert response.status_code == 200
    return response.content.decode()


def test_listed_mentors_are_found_and_others_are_not(client, alice):
    MentorFactory(user__name="Ada")
    MentorFactory(user__name="Zora", is_listed=False)
    blocked = MentorFactory(user__name="Carol")
    Block.objects.create(blocker=blocked.user, blocked=alice)

    shown = found(client, alice)

    assert "Ada" in shown
    assert "Zora" not in shown
    assert "Carol" not in shown
    assert '<p id="count" role="status">1 mentor</p>' in shown


def test_filters_and_words_are_those_of_the_api(client, alice):
    french = MentorFactory(user__name="Ada", paid=False)
    CareerStepFactory(profile=french.user.profile, country="FR", field="Bioinformatics")
    MentorFactory(user__name="Zora")

    for query in ({"country": "FR"}, {"field": "bioinformatics"}, {"search": "ada"}):
        shown = found(client, alice, **query)
        assert "Ada" in shown
        assert ">Zora</a>" not in shown


def test_the_form_offers_what_listed_mentors_have_without_reading_it_for_each_page(client, alice, monkeypatch):
    def add(country: str, **facts) -> None:
        CareerStepFactory(profile=MentorFactory(**facts).user.profile, country=country)

    add("FR")
    add("NP", is_listed=False)
    add("CL", user__is_active=False)
    shown = found(client, alice)
    assert 'value="FR"' in shown
    assert 'value="NP"' not in shown
    assert 'value="CL"' not in shown

    add("PE")

    with CaptureQueriesContext(connection) as queries:
        assert 'value="PE"' not in found(client, alice)
    assert [query for query in queries if 'SELECT DISTINCT "accounts_careerstep"' in query["sql"]] == []
    monkeypatch.setattr(finding, "VALUES_FOR_S", 0)
    assert 'value="PE"' in found(client, alice)


def test_empty_fields_of_the_form_filter_nothing(client, alice):
    MentorFactory(user__name="Ada")

    assert ">Ada</a>" in found(client, alice, search=" ", goal_kind="", free="", page="")


def test_a_wrong_filter_says_so(client, alice):
    MentorFactory(user__name="Ada")

    response = get(client, alice, reverse("find-mentor"), goal_kind="nonsense")

    assert response.status_code == 400
    assert 'role="alert"' in response.content.decode()


def test_a_search_that_is_too_long_says_so(client, alice):
    response = get(client, alice, reverse("find-mentor"), search="x" * 2000)

    assert response.status_code == 400
    assert "too long" in response.content.decode()


def test_the_list_has_pages_that_keep_the_filters(client, alice):
    MentorFactory.create_batch(13)

    shown = found(client, alice, free="true")

    assert "Page 1 of 2" in shown
    assert "?free=true&amp;page=2" in shown


def test_the_fit_for_the_newest_open_request_is_shown_and_can_be_left_out(client, request_of_alice):
    MentorFactory(user__name="Ada")

    assert " of 100</span>" in found(client, request_of_alice.mentee)
    assert " of 100</span>" not in found(client, request_of_alice.mentee, request="none")


def test_the_best_fit_comes_first(client, request_of_alice):
    MentorFactory(user__name="Ada", career=[])
    MentorFactory(user__name="Bea", formats=["one_off"])
    MentorFactory(user__name="Zora")

    shown = found(client, request_of_alice.mentee)

    assert shown.index(">Zora</a>") < shown.index(">Ada</a>") < shown.index(">Bea</a>")


def test_a_request_of_somebody_else_is_not_judged(client, alice):
    MentorFactory(user__name="Ada")

    assert " of 100</span>" not in found(client, alice, request=HelpRequestFactory().uuid)


def test_a_hard_rule_is_said_beside_the_mentor(client, request_of_alice):
    MentorFactory(user__name="Ada", formats=["one_off"])

    assert "Does not offer this format." in found(client, request_of_alice.mentee)


def test_the_number_of_queries_does_not_grow(client, request_of_alice):
    client.force_login(request_of_alice.mentee)
    client.get(reverse("find-mentor"))  # reads the values of the search

    def queries_with_more(mentors: int) -> int:
        for mentor in MentorFactory.create_batch(mentors):
            CareerStepFactory(profile=mentor.user.profile)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("find-mentor"))
        return len(queries)

    assert queries_with_more(1) == queries_with_more(2)


# --- the page of a mentor ----------------------------------------------------------------------------------------


def test_the_page_shows_who_it_is(client, alice):
    rate = {"paid": True, "rate_amount": 40, "rate_currency": "EUR", "rate_per": "session"}
    mentor = MentorFactory(user__profile__bio="I left physics.", **rate)
    CareerStepFactory(profile=mentor.user.profile, end_year=2021)

    shown = named(client, alice, mentor)

    for words in (
        "I left physics.",
        "machine learning",
        "Data scientist, data science, Germany, 2018 to 2021",
        "English (fluent)",
        "€40.00 a session",
        "Berlin, Germany, UTC+1",
        "has a free place",
        "One of you has not said when there is time in the week",
    ):
        assert words in shown
    assert mentor.user.email not in shown


def test_the_fit_and_its_reasons_come_before_the_question(client, request_of_alice):
    mentor = MentorFactory(user__name="Ada", is_listed=False)

    shown = named(client, request_of_alice.mentee, mentor)

    assert " of 100</span>" in shown
    assert "Teaches machine learning, which you asked for." in shown
    assert ">Put Ada on my list</button>" in shown


def test_sentences_say_why_a_mentor_cannot_be_asked(client, request_of_alice):
    mentor = MentorFactory(user__name="Ada", formats=["one_off"], capacity=1)
    MentorshipFactory(mentor=mentor)

    shown = named(client, request_of_alice.mentee, mentor)

    assert "Has no free place at the moment." in shown
    assert "Does not offer this format." in shown
    assert "Put Ada on my list" not in shown
    assert " of 100</span>" not in shown


def test_a_draft_is_judged_and_submitted_first(client, alice):
    draft = HelpRequestFactory(mentee=alice, status="draft")
    mentor = MentorFactory(user__name="Ada")

    shown = named(client, alice, mentor, request=draft.uuid)

    assert " of 100</span>" in shown
    assert "This request is a draft." in shown
    answer = client.post(reverse("named-mentor", args=[mentor.uuid]), {"help_request": draft.uuid})
    assert answer.status_code == 404


def test_a_mentor_on_the_list_is_asked_there(client, request_of_alice):
    match = MatchFactory(help_request=request_of_alice, mentor__user__name="Ada")

    shown = named(client, request_of_alice.mentee, match.mentor)

    assert "Ada is on your list: go there" in shown
    assert reverse("request", args=[request_of_alice.uuid]) in shown


@pytest.mark.parametrize("status", ["approved", "paused", "applied", "suspended"])
def test_mentors_see_their_own_page_in_any_status(client, status):
    mentor = MentorFactory(status=status, user__name="Ada")

    shown = named(client, mentor.user, mentor)

    assert "This is your page, as members" in shown
    assert "Put Ada on my list" not in shown


def test_nobody_asks_themselves(client):
    mentor = MentorFactory()
    request = HelpRequestFactory(mentee=mentor.user)
    client.force_login(mentor.user)

    answer = client.post(reverse("named-mentor", args=[mentor.uuid]), {"help_request": request.uuid})

    assert answer.status_code == 404


@pytest.mark.parametrize("status", ["applied", "rejected", "suspended"])
def test_others_do_not_see_a_mentor_who_is_not_approved(client, alice, status):
    mentor = MentorFactory(status=status)

    assert get(client, alice, reverse("named-mentor", args=[mentor.uuid])).status_code == 404
