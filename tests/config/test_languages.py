"""The language of an answer: the member's, else the one that the browser asks for."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.links import come_back_link
from accounts.models import Profile, User
from tests.accounts.services.test_join import FORM, SIGN_UP
from tests.factories import MentorFactory
from tests.helpers import path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("german_too", "rung")]


def language_of(client: Client, **headers: str) -> str:
    return client.get("/", headers=headers).headers["Content-Language"]


def test_a_visitor_reads_in_the_language_of_the_browser(client):
    assert language_of(client, **{"accept-language": "de-AT,de;q=0.9"}) == "de"


def test_a_visitor_with_another_language_reads_in_that_of_the_site(client):
    assert language_of(client, **{"accept-language": "fr"}) == "en"


def test_a_member_reads_in_their_own_language(client, alice):
    Profile.objects.filter(user=alice).update(language="de")
    client.force_login(alice)

    assert language_of(client, **{"accept-language": "en"}) == "de"


def test_a_member_without_a_choice_reads_in_the_language_of_the_site(client, alice):
    client.force_login(alice)

    assert language_of(client, **{"accept-language": "de"}) == "en"


def test_a_language_that_the_site_gave_up_falls_back_to_its_first_one(client, alice):
    Profile.objects.filter(user=alice).update(language="fr")
    client.force_login(alice)

    assert language_of(client) == "en"


def test_the_api_answers_in_the_language_of_the_member(client, alice):
    Profile.objects.filter(user=alice).update(language="de")
    client.force_login(alice)

    answer = client.patch("/api/v1/me/", {"name": ""}, content_type="application/json")

    assert answer.json()["errors"][0]["detail"] == "Dieses Feld darf nicht leer sein."


def test_a_person_joins_in_the_language_of_the_request():
    Client().post(SIGN_UP, FORM, content_type="application/json", headers={"accept-language": "de"})

    assert User.objects.get(email=FORM["email"]).profile.language == "de"


def test_a_person_chooses_a_language_of_the_site(api, alice):
    assert api(alice).patch("/api/v1/me/", {"language": "de"}).json()["language"] == "de"

    answer = api(alice).patch("/api/v1/me/", {"language": "fr"})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/language")


def test_a_link_of_a_mail_opens_in_the_language_of_its_person(client):
    mentor = MentorFactory(user__profile__language="de")

    page = client.get(path(come_back_link(mentor)), headers={"accept-language": "en"})

    assert '<html lang="de"' in page.content.decode()
