"""Changing a person's profile, and their profile as a mentor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.exceptions import QuietHoursNeedBothEnds
from accounts.locks import lock_mentor
from accounts.models import (
    Absence,
    Availability,
    CareerStep,
    ExtraHours,
    Language,
    MentorProfile,
    Profile,
    Travel,
    User,
)
from accounts.notifications.write import follow_clock
from accounts.services.absences import DAYS_OF, must_be_to_come

LISTS: dict[str, type[models.Model]] = {
    "languages": Language,
    "career": CareerStep,
    "availability": Availability,
    "absences": Absence,
    "extra_hours": ExtraHours,
    "travels": Travel,
}

# The columns of a mentor's price.
RATE_FIELDS = ("paid", "rate_amount", "rate_currency", "rate_per")

# The fields on which the due times of messages depend.
CLOCK_FIELDS = {"timezone", "quiet_from_minute", "quiet_until_minute"}


@transaction.atomic
def update_profile(*, profile: Profile, changes: Mapping[str, Any], now: datetime) -> Profile:
    """Write the fields and lists named in ``changes``. A list replaces the stored one. ``name`` is stored on the user.

    Days that are over (absences, extra hours, travels) stay if they are named, and cannot be added.

    Raises QuietHoursNeedBothEnds, AbsenceNotPossible.
    """
    # The lock keeps two saves at once from mixing their lists, zones and quiet hours.
    locked = Profile.objects.select_for_update(no_key=True).get(pk=profile.pk)
    for name in CLOCK_FIELDS:
        setattr(profile, name, getattr(locked, name))
    fields = {name: value for name, value in changes.items() if name not in LISTS and name != "name"}
    for name, value in fields.items():
        setattr(profile, name, value)
    if fields:
        start, end = profile.quiet_from_minute, profile.quiet_until_minute
        if (start is None) != (end is None) or (start is not None and start == end):
            raise QuietHoursNeedBothEnds(_("Quiet hours have two ends, at different times: give both, or neither."))
        profile.save(update_fields=list(fields))
    if CLOCK_FIELDS & fields.keys():
        follow_clock(profile, now=now)
    if "name" in changes:
        profile.user.name = changes["name"]
        profile.user.save(update_fields=["name"])
    for name in DAYS_OF.keys() & changes.keys():
        must_be_to_come(name, changes[name], profile=profile, now=now)
    for name in LISTS.keys() & changes.keys():
        replace_list(profile, name, changes[name])
    return profile


@transaction.atomic
def update_profiles(changes: Mapping[int, Mapping[str, Any]], *, now: datetime) -> None:
    """Write fields and lists of many profiles, by their keys, in few statements. It is ``update_profile`` for imports.

    Neither quiet hours nor days (absences, extra hours, travels) may be among ``changes``.
    """
    locked = Profile.objects.select_for_update(of=("self",), no_key=True).select_related("user")
    profiles = list(locked.filter(pk__in=changes).order_by("pk"))
    fields: set[str] = set()
    for profile in profiles:
        for name, value in changes[profile.pk].items():
            if name == "name":
                profile.user.rename(value)
            elif name not in LISTS:
                setattr(profile, name, value)
                fields.add(name)
    if fields:
        Profile.objects.bulk_update(profiles, sorted(fields))
    renamed = [profile.user for profile in profiles if "name" in changes[profile.pk]]
    User.objects.bulk_update(renamed, ["name", "name_key"])
    for profile in profiles:
        if CLOCK_FIELDS & changes[profile.pk].keys():
            follow_clock(profile, now=now)
    for name, model in LISTS.items():
        replaced = [profile for profile in profiles if name in changes[profile.pk]]
        if replaced:
            model._default_manager.filter(profile__in=replaced).delete()
            model._default_manager.bulk_create(
                model(profile=profile, **item) for profile in replaced for item in changes[profile.pk][name]
            )


def replace_list(profile: Profile, name: str, items: Iterable[Mapping[str, Any]]) -> None:
    model = LISTS[name]
    manager = model._default_manager
    manager.filter(profile=profile).delete()
    manager.bulk_create([model(profile=profile, **item) for item in items])


@transaction.atomic
def update_mentor(*, mentor: MentorProfile, changes: Mapping[str, Any]) -> MentorProfile:
    """Write the fields named in ``changes``. The capacity may be lower than the number of running mentorships."""
    locked = lock_mentor(mentor.pk)
    for name, value in changes.items():
        setattr(locked, name, value)
    fields = [name for name in changes if name != "rate"]
    if "rate" in changes:
        fields += RATE_FIELDS
    locked.save(update_fields=fields)
    return locked


@transaction.atomic
def update_mentors(changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Write fields of many mentors, by their keys, in few statements. It is ``update_mentor`` for imports."""
    locked = MentorProfile.objects.select_for_update(of=("self",), no_key=True)
    mentors = list(locked.filter(pk__in=changes).order_by("pk"))
    fields: set[str] = set()
    for mentor in mentors:
        for name, value in changes[mentor.pk].items():
            setattr(mentor, name, value)
            fields |= set(RATE_FIELDS) if name == "rate" else {name}
    if fields:
        MentorProfile.objects.bulk_update(mentors, sorted(fields))
