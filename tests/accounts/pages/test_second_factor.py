"""A double click while an authenticator app is connected."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, UserFactory
from tests.helpers import code_for, race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rung")]

CONNECT, CODES = reverse("mfa_activate_totp"), reverse("mfa_view_recovery_codes")


@pytest.fixture
def client():
    """A browser that shows the page for the app, and the form to send."""
    mina = UserFactory()
    mina.set_password(PASSWORD)
    mina.save()
    client = Client()
    client.post(reverse("account_login"), {"login": mina.email, "password": PASSWORD})
    return client


@pytest.fixture
def form(client):
    return {"code": code_for(client.get(CONNECT).context["form"].secret)}


def test_two_clicks_at_once_connect_one_app_and_lead_to_the_codes(client, form):
    other = Client()
    other.cookies = client.cookies

    rival = race(lambda: client.post(CONNECT, form), lambda: other.post(CONNECT, form))

    assert rival.finish().headers["Location"] == CODES
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).count() == 1


def test_a_second_click_leads_to_the_codes_as_well(client, form):
    answers = [client.post(CONNECT, form) for _click in range(2)]

    assert [answer.headers["Location"] for answer in answers] == [CODES, CODES]
    assert client.get(CONNECT).headers["Location"] == reverse("mfa_index")
