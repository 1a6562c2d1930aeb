"""Account mail of django-allauth: greeting and the address for answers, through the outbox and at once."""

from __future__ import annotations

import pytest
from django.core import mail

from accounts.adapter import AccountAdapter
from tests.helpers import send

pytestmark = pytest.mark.django_db


def test_an_answer_to_account_mail_goes_to_the_community(alice, settings, now):
    settings.CONTACT_EMAIL = "team@example.org"

    AccountAdapter().send_mail("account/email/password_changed", alice.email, {"user": alice})
    send(now.replace(year=2100))

    assert mail.outbox[0].reply_to == ["team@example.org"]


def test_an_answer_to_mail_without_an_account_goes_to_the_community(db, settings):
    settings.CONTACT_EMAIL = "team@example.org"

    AccountAdapter().send_mail("account/email/email_confirmation", "nobody@example.org", {"code": "ABC-DEF"})

    [message] = mail.outbox
    assert (message.to, message.reply_to) == (["nobody@example.org"], ["team@example.org"])
