"""The devices on which a member is logged in."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from accounts.pages.devices import in_words
from tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

DEVICES = reverse("usersessions_list")
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1 Version/18.5 Mobile Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0"


@pytest.fixture
def mina():
    mina = UserFactory(email="mina@example.org")
    mina.set_password(PASSWORD)
    mina.save()
    return mina


def logged_in(user_agent: str) -> Client:
    client = Client(headers={"User-Agent": user_agent})
    client.post(reverse("account_login"), {"login": "mina@example.org", "password": PASSWORD})
    return client


def test_the_page_says_in_words_where_somebody_is_logged_in(mina):
    laptop = logged_in(FIREFOX)
    logged_in(SAFARI)

    page = laptop.get(DEVICES).content.decode()

    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page


def test_one_device_is_logged_out(mina):
    laptop, phone, office = logged_in(FIREFOX), logged_in(SAFARI), logged_in(EDGE)
    lost = UserSession.objects.get(user_agent=SAFARI)

    laptop.post(DEVICES, {"device": lost.pk})

    assert [client.get(DEVICES).status_code for client in (laptop, phone, office)] == [200, 302, 200]


def test_all_others_are_logged_out(mina):
    laptop, phone, office = logged_in(FIREFOX), logged_in(SAFARI), logged_in(EDGE)

    laptop.post(DEVICES, {"device": "others"})

    assert [client.get(DEVICES).status_code for client in (laptop, phone, office)] == [200, 302, 302]


def test_a_device_that_is_gone_is_told_as_gone(mina):
    laptop, phone = logged_in(FIREFOX), logged_in(SAFARI)
    lost = UserSession.objects.get(user_agent=SAFARI)
    laptop.post(DEVICES, {"device": lost.pk})
    laptop.get(DEVICES)

    page = laptop.post(DEVICES, {"device": lost.pk}, follow=True).content.decode()

    assert "That device was not logged in any more." in page
    assert phone.get(DEVICES).status_code == 302


@pytest.mark.parametrize("form", [{}, {"device": ""}, {"device": "all"}, {"device": "-1"}])
def test_no_device_is_400_and_all_stay_logged_in(form, mina):
    laptop, phone = logged_in(FIREFOX), logged_in(SAFARI)

    assert laptop.post(DEVICES, form).status_code == 400
    assert phone.get(DEVICES).status_code == 200


def test_a_device_of_somebody_else_stays_logged_in(mina, alice, client):
    laptop = logged_in(FIREFOX)
    client.force_login(alice)

    client.post(DEVICES, {"device": UserSession.objects.get(user=mina).pk})

    assert laptop.get(DEVICES).status_code == 200


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [(EDGE, "Edge on Windows"), ("curl/8.0", "An app, or an unknown browser"), ("", "An app, or an unknown browser")],
)
def test_a_browser_is_named(user_agent, words):
    assert in_words(user_agent) == words
