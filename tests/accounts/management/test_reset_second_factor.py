"""A person with access to the server resets the second factor of an admin who lost it."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.factories import UserFactory
from tests.helpers import log_in_with_second_factor, send

pytestmark = pytest.mark.django_db


def test_the_second_factor_of_one_person_is_removed(client, admin_client, capsys):
    lost = UserFactory(email="lost@example.org", is_staff=True)
    log_in_with_second_factor(client, lost)

    call_command("reset_second_factor", "Lost@example.org")

    said = capsys.readouterr().out
    assert "Removed: TOTP Authenticator." in said
    assert "A mail tells lost@example.org." in said
    assert list(Authenticator.objects.values_list("user__email", flat=True)) == ["ada@example.org"]


def test_an_unknown_address_is_refused():
    with pytest.raises(CommandError, match="Nobody has this address"):
        call_command("reset_second_factor", "nobody@example.org")


def test_a_person_without_a_second_factor_stays_without(alice, capsys):
    call_command("reset_second_factor", alice.email)

    assert "has no second factor. Nothing was changed." in capsys.readouterr().out
    assert not alice.notifications.exists()


@pytest.mark.usefixtures("rung")
def test_the_person_reads_in_a_mail_that_the_second_factor_is_gone(client):
    lost = UserFactory(email="lost@example.org", is_staff=True)
    log_in_with_second_factor(client, lost)
    now = timezone.now()

    call_command("reset_second_factor", lost.email)
    send(timezone.now())

    [sent] = mail.outbox
    assert (sent.to, sent.subject) == ([lost.email], "Your second factor was removed")
    assert f"Hello {lost.name}," in sent.body
    assert "If you did not ask for this" in sent.body
    assert lost.notifications.get().created_at >= now
    assert client.get("/admin/").status_code == 302
