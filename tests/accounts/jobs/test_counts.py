"""The cache holds the counts of wrong passwords: nothing goes before its time, and everything goes after it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.jobs.counts import delete_expired_counts

pytestmark = pytest.mark.django_db


def test_only_expired_counts_are_deleted():
    cache.set("over", [1], timeout=60)
    cache.set("running", [1], timeout=600)

    assert delete_expired_counts(now=timezone.now() + timedelta(minutes=5)) == 1

    assert (cache.get("over"), cache.get("running")) == (None, [1])
