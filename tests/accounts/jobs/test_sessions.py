"""Sessions are deleted once they are over, with what was typed before a login that never came."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.jobs.sessions import delete_expired_sessions

pytestmark = pytest.mark.django_db


def test_only_expired_sessions_are_deleted():
    now = timezone.now()
    Session.objects.create(session_key="over", expire_date=now - timedelta(minutes=1))
    Session.objects.create(session_key="running", expire_date=now + timedelta(minutes=1))

    assert delete_expired_sessions(now=now) == 1

    assert Session.objects.get().session_key == "running"
