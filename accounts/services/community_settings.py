"""Changing a limit or a deadline of the community. Its refusals are for owners, in English."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.community_settings import forget_values, known_kind
from accounts.exceptions import SettingChangedMeanwhile, SettingNotPossible
from accounts.models import CommunitySetting, User


@transaction.atomic
def change_setting(*, code: str, value: int | None, was: int, reason: str, by: User, now: datetime) -> None:
    """Set a limit or a deadline, or give it back its default with None. ``was`` is the value that the owner saw.

    Raises SettingNotPossible outside of its range, and SettingChangedMeanwhile if ``was`` is not in force any more.
    """
    kind = known_kind(code)
    if kind is None:
        raise SettingNotPossible("There is no such setting any more.")
    if value is not None and not kind.least <= value <= kind.most:
        raise SettingNotPossible(f"Choose {kind.least} to {kind.most} {kind.unit}.")
    stored = CommunitySetting.objects.select_for_update().filter(code=code).first()
    in_force = kind.default() if stored is None or stored.value is None else stored.value
    if in_force != was:
        by_whom = f"{stored.set_by} has" if stored and stored.set_by else "Another owner has"
        raise SettingChangedMeanwhile(f"{by_whom} changed it to {in_force} meanwhile. Look at it again.")
    # Also after the commit: another thread may have read the old values before it.
    transaction.on_commit(forget_values)
    forget_values()
    facts = {"value": value, "reason": reason.strip(), "set_by": by, "set_at": now}
    if stored is not None:
        CommunitySetting.objects.filter(pk=stored.pk).update(**facts)
        return
    try:
        with transaction.atomic():
            CommunitySetting.objects.create(code=code, **facts)
    except IntegrityError as error:
        raise SettingChangedMeanwhile("Another owner has changed it at this moment. Look at it again.") from error
