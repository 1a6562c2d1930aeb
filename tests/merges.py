"""Merging two accounts, for tests."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.exceptions import MergeNotPossible
from accounts.models import AccountMerge, User
from accounts.services.merge import merge_accounts
from tests.factories import NOW, UserFactory

WHY = "She wrote that both are hers."
EARLIER = NOW - timedelta(days=3)


def merge(gone: User, stays: User, by: User | None = None) -> AccountMerge:
    by = by or UserFactory(role="manager")
    return merge_accounts(gone_id=gone.pk, stays_id=stays.pk, by=by, reason=WHY, now=NOW)


def refusal(gone: User, stays: User, by: User | None = None) -> str:
    """Return the sentences of a refusal. The account that was to go is as it was."""
    before = User.objects.filter(pk=gone.pk).values().get()
    with pytest.raises(MergeNotPossible) as refused:
        merge(gone, stays, by)
    assert User.objects.filter(pk=gone.pk).values().get() == before
    assert not AccountMerge.objects.exists()
    return refused.value.detail
