"""The record of reads of private data is kept for a year."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.jobs.reads import delete_old_reads
from accounts.models import StaffRead
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_reads_are_deleted_after_a_year(admin, alice):
    about = {"person": alice, "reader": admin, "what": "contact"}
    StaffRead.objects.create(hour_at=NOW - timedelta(days=365), **about)
    recent = StaffRead.objects.create(hour_at=NOW - timedelta(days=364), **about)

    assert delete_old_reads(now=NOW) == 1

    assert StaffRead.objects.get() == recent
