"""Pausing the asking of a mentee who missed several sessions, and coming back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import AskingPaused
from accounts.locks import lock_profile
from accounts.models import Profile


@transaction.atomic
def pause_asking(*, user_id: int, now: datetime) -> bool:
    """Let a person ask nobody until they come back. Return False if it is so already."""
    profile = lock_profile(user_id)
    if profile.asking_paused_at is not None:
        return False
    profile.asking_paused_at = now
    profile.save(update_fields=["asking_paused_at"])
    return True


@transaction.atomic
def resume_asking(*, user_id: int, now: datetime) -> Profile:
    """Let a person ask again. Sessions that they missed before do not count any more."""
    profile = lock_profile(user_id)
    if profile.asking_paused_at is not None:
        profile.asking_paused_at, profile.asking_back_at = None, now
        profile.save(update_fields=["asking_paused_at", "asking_back_at"])
    return profile


def must_be_asking(profile: Profile) -> None:
    """Raise AskingPaused after several missed sessions. The profile is locked."""
    if profile.asking_paused_at is not None:
        raise AskingPaused(
            _("Several sessions were missed, so you ask nobody for now. Say on your home page that you can come again.")
        )
