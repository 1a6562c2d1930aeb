"""People made without a sign-up."""

from __future__ import annotations

import pytest

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_create_superuser_makes_a_profile(db):
    assert User.objects.create_superuser("root@example.org", "a-long-password", name="Root").profile.timezone == "UTC"
