"""The pages of the account that django-allauth serves, in the look and the words of the community."""

from __future__ import annotations

import html
import re

import pytest
from allauth.account.forms import ConfirmLoginCodeForm
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.template import Context, Origin, Template
from django.urls import reverse

from accounts.adapter import AccountAdapter
from tests.factories import PASSWORD
from tests.helpers import code_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

# Words of django-allauth's own pages.
FOREIGN = re.compile(r"Sign In|Sign Out|Two-Factor|Email:|Reset My Password|Please reauth|Current email", re.IGNORECASE)
FOR_VISITORS = ["account_login", "account_signup", "account_reset_password", "account_reset_password_done"]
FOR_MEMBERS = [
    "account_logout",
    "account_email",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
]
WITH_APP = [
    "mfa_index",
    "mfa_deactivate_totp",
    "mfa_reauthenticate",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
]

MAILS = [
    "account/email/account_already_exists",
    "account/email/email_changed",
    "account/email/email_confirm",
    "account/email/email_confirmation",
    "account/email/email_confirmation_signup",
    "account/email/email_deleted",
    "account/email/password_changed",
    "account/email/password_reset",
    "account/email/password_reset_key",
    "account/email/password_set",
    "mfa/email/recovery_codes_generated",
    "mfa/email/totp_activated",
    "mfa/email/totp_deactivated",
]


def assert_is_ours(answer) -> None:
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 200
    assert "Skip to the content" in page
    assert len(re.findall("<h1", page)) == 1
    assert not FOREIGN.search(page.partition("<main")[2])
    assert not re.search(r"<[^>]+ style=|<script>", page)
    names = re.findall(r'<(?:input|select|textarea)(?![^>]*type="hidden")[^>]* id="([^"]+)"', page)
    assert [name for name in names if f'for="{name}"' not in page] == []


def test_the_pages_for_visitors_are_ours(client, subtests):
    for name in FOR_VISITORS:
        with subtests.test(page=name):
            assert_is_ours(client.get(reverse(name)))


def test_the_pages_for_members_are_ours(client, alice, subtests):
    alice.set_password(PASSWORD)
    alice.save()
    client.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})

    for name in FOR_MEMBERS:
        with subtests.test(page=name):
            assert_is_ours(client.get(reverse(name)))


def test_the_pages_about_the_second_factor_are_ours(client, alice, subtests):
    secret = generate_totp_secret()
    TOTP.activate(alice, secret)
    RecoveryCodes.activate(alice)
    client.force_login(alice)
    client.post(reverse("mfa_reauthenticate"), {"code": code_for(secret)})

    for name in WITH_APP:
        with subtests.test(page=name):
            assert_is_ours(client.get(reverse(name)))


def test_a_wrong_password_is_said_in_our_words_and_the_address_is_kept(client):
    page = client.post(reverse("account_login"), {"login": "mina@example.org", "password": "wrong-horse"})

    assert_is_ours(page)
    assert "Address and password do not belong together" in page.content.decode()
    assert 'value="mina@example.org"' in page.content.decode()


def test_the_mails_of_the_account_are_ours(subtests):
    for prefix in MAILS:
        with subtests.test(mail=prefix):
            mail.outbox.clear()
            AccountAdapter().send_mail(prefix, "nobody@example.org", {"code": "ABC-DEF", "ip": "10.0.0.1"})

            [message] = mail.outbox
            assert message.body.startswith("Hello,\n\n")
            assert not re.search("Thank you for using|You are receiving|&#", message.body)
            assert len(message.subject.split()) >= 3


def test_a_new_address_that_waits_is_shown(client, alice):
    EmailAddress.objects.create(user=alice, email="new@example.org")
    client.force_login(alice)

    assert "new@example.org" in client.get(reverse("account_email")).content.decode()


def test_too_many_tries_are_told_to_wait_in_our_words(client):
    form = {"email": "nobody@example.org"}

    pages = [client.post(reverse("account_reset_password"), form) for _ in range(6)]

    assert pages[-1].status_code == 429
    assert "Wait a few minutes" in pages[-1].content.decode()


def test_a_form_of_a_page_that_allauth_may_add_has_our_look():
    form = ConfirmLoginCodeForm(data={"code": "wrong"}, code="right")
    source = (
        '{% load allauth %}{% element form form=form method="post" action="/x/" %}'
        "{% slot body %}{% element fields form=form unlabeled=True %}{% endelement %}{% endslot %}"
        '{% slot actions %}{% element button tags="outline" %}Again{% endelement %}{% endslot %}{% endelement %}'
    )

    page = Template(source, Origin("a_page.html", "a_page.html")).render(Context({"form": form}))

    assert f'<label for="{form["code"].id_for_label}">' in page
    assert f'id="{form["code"].auto_id}_error"' in page
    assert '<button class="second">Again</button>' in page
