"""People made without a sign-up."""

from __future__ import annotations

import pytest

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_a_person_made_on_the_command_line_is_a_whole_member(db):
    assert User.objects.create_superuser("root@example.org", "a-long-password", name="Root").profile.timezone == "UTC"
