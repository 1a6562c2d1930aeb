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


def test_account_mail_greets_by_the_whole_name(alice, now):
    alice.name = "Dr. Alice O'Neill & Lee"
    alice.save()

    AccountAdapter().send_mail("account/email/password_changed", alice.email, {"user": alice})
    send(now.replace(year=2100))

    assert mail.outbox[0].body.startswith("Hello Dr. Alice O'Neill & Lee,\n\nYour ")


@pytest.mark.parametrize("template", ["email_confirmation", "email_confirmation_signup"])
@pytest.mark.parametrize("context", [{"code": "ABC-DEF"}, {"activate_url": "https://mentors.example.org/"}])
def test_mail_to_an_address_that_is_not_confirmed_shows_no_name(template, context, alice):
    """Anybody could write to strangers, in the words of a name."""
    alice.name = "Win a prize"
    context |= {"user": alice, "code_minutes": 15}

    text = AccountAdapter().render_mail(f"account/email/{template}", "nobody@example.org", context).body

    assert text.startswith(("Hello,\n\nYour code", "Hello,\n\nPlease confirm"))
    assert "Win a prize" not in text
