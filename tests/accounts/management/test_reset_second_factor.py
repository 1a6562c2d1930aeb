"""A person with access to the server resets the second factor of an admin who lost it."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from tests.factories import UserFactory
from tests.helpers import log_in_with_second_factor

pytestmark = pytest.mark.django_db


def test_the_second_factor_of_one_person_is_removed(client, admin_client, capsys):
    lost = UserFactory(email="lost@example.org", is_staff=True)
    log_in_with_second_factor(client, lost)

    call_command("reset_second_factor", "Lost@example.org")

    assert "is removed" in capsys.readouterr().out
    assert list(Authenticator.objects.values_list("user__email", flat=True)) == ["ada@example.org"]


def test_an_unknown_address_is_refused():
    with pytest.raises(CommandError, match="Nobody has this address"):
        call_command("reset_second_factor", "nobody@example.org")


def test_a_person_without_a_second_factor_stays_without(alice, capsys):
    call_command("reset_second_factor", alice.email)

    assert "has no second factor" in capsys.readouterr().out
