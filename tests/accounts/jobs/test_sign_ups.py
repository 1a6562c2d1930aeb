"""The end of a sign-up, while somebody else confirms its address."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from accounts.jobs.sign_ups import forget_sign_up
from accounts.models import Notification, User
from accounts.selectors import current_rules
from accounts.services.join import give_up_sign_up
from tests.factories import PASSWORD
from tests.helpers import code_in, race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rung")]

EMAIL = "mina@example.org"


@pytest.fixture
def mina(client):
    """Somebody who has signed up in ``client``, with a code in the mail."""
    rules = {"accept_rules": "on", "rules_version": current_rules().version}
    form = {"name": "Mina Lee", "email": EMAIL, "password1": PASSWORD, "roles": ["mentee"], "timezone": "UTC"}
    client.post(reverse("account_signup"), form | rules)
    return User.objects.get(email=EMAIL)


def confirm(client: Client):
    code = code_in(Notification.objects.latest("pk").payload["text"])
    return client.post(reverse("account_email_verification_sent"), {"code": code})


@pytest.mark.parametrize("end", [give_up_sign_up, forget_sign_up])
def test_a_sign_up_that_is_being_confirmed_stays(end, client, mina):
    race(lambda: confirm(client), lambda: end(user_id=mina.pk)).finish()

    assert EmailAddress.objects.get(user=mina, email=EMAIL).verified
    assert User.objects.get().email == EMAIL


@pytest.mark.parametrize("end", [give_up_sign_up, forget_sign_up])
def test_a_confirmation_waits_for_the_end_and_confirms_nothing(end, client, mina):
    rival = race(lambda: end(user_id=mina.pk), lambda: confirm(client))

    assert rival.finish().headers["Location"] == reverse("account_login")
    assert not EmailAddress.objects.filter(verified=True).exists()


def test_an_address_that_is_being_confirmed_by_itself_keeps_its_account(mina):
    """Nothing but the row of the address may be locked, as by an admin who marks it as confirmed."""
    held = EmailAddress.objects.filter(user=mina)

    race(lambda: held.update(verified=True), lambda: forget_sign_up(user_id=mina.pk)).finish()

    assert User.objects.get() == mina
