"""Rows about positions in careers. Each belongs to somebody who is here already."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from accounts.models import CareerStep, Profile
from accounts.models.skill import normalise
from accounts.selectors import sign_ups_among
from accounts.serializers.people import CAREER_MAX
from matching.imports.people import ADMIN, CLOSED, SECOND_ADDRESS, SIGN_UP, second_addresses
from matching.imports.states import LIST_FIELDS, plain
from matching.imports.values import listed
from matching.imports.verdict import Outcome, Unit, Verdict, changed

FIELDS = LIST_FIELDS["career"]
UNKNOWN = ("Nobody here has this address.", "Import the person first, or correct the address.")


class Careers:
    """The judge and the writer of rows about positions. A position is known by its person, its role and its start.

    ``coming``: addresses of people whom the same import creates before. ``may_change_admins``: rows about people with a
    role are not refused.
    """

    def __init__(self, *, overwrite: Collection[str], may_change_admins: bool, coming: Collection[str] = ()) -> None:
        self.overwrite = set(overwrite)
        self.may_change_admins = may_change_admins
        self.coming = set(coming)

    def judge(self, rows: Sequence[Verdict], *, lock: bool = False) -> None:
        """Judge rows against what is stored. ``lock`` keeps it so until the end of the transaction."""
        emails = [row.values["email"] for row in rows if "email" in row.values]
        profiles = Profile.objects.filter(user__email__in=emails).select_related("user").order_by("pk")
        profiles = profiles.prefetch_related("career")
        if lock:
            profiles = profiles.select_for_update(of=("self",), no_key=True)
        by_email = {profile.user.email: profile for profile in profiles}
        second, open_ones = second_addresses(emails), sign_ups_among(emails)
        added: dict[int, int] = {}
        for row in rows:
            values = row.values
            if row.faults or not {"email", "role", "start_year"} <= values.keys():
                row.settle(Outcome.BAD)
                continue
            row.subject = f"{values['email']} {normalise(values['role'])} {values['start_year']}"
            profile = by_email.get(values["email"])
            if values.get("end_year", values["start_year"]) < values["start_year"]:
                row.refuse(
                    "Until", str(values["end_year"]), "The end lies before the start.", "Correct one of the years."
                )
            elif values["email"] in second:
                row.refuse("Address", values["email"], *SECOND_ADDRESS)
            elif values["email"] in open_ones:
                row.refuse("Address", values["email"], *SIGN_UP)
            elif profile is None and values["email"] in self.coming:
                row.says = ["Adds a position of the new person."]
                row.settle(Outcome.CREATE)
            elif profile is None:
                row.refuse("Address", values["email"], *UNKNOWN)
            elif not profile.user.is_active:
                row.refuse("Address", values["email"], *CLOSED)
            elif profile.user.role and not self.may_change_admins:
                row.refuse("Address", values["email"], *ADMIN)
            else:
                self._judge(row, profile, added)
            if row.faults:
                row.settle(Outcome.BAD)

    def _judge(self, row: Verdict, profile: Profile, added: dict[int, int]) -> None:
        values = {name: row.values[name] for name in FIELDS if name in row.values}
        key = (normalise(values["role"]), values["start_year"])
        steps = list(profile.career.all())
        step = next((step for step in steps if (normalise(step.role), step.start_year) == key), None)
        if step is None:
            added[profile.pk] = added.get(profile.pk, 0) + 1
            if len(steps) + added[profile.pk] > CAREER_MAX:
                row.refuse(
                    "Role",
                    values["role"],
                    f"A career has at most {CAREER_MAX} positions.",
                    "Leave the oldest ones out.",
                )
            row.plan = CareerStep(profile=profile, **values)
            row.says = [f"Adds a position of {profile.user}."]
            row.settle(Outcome.CREATE)
            return
        new = {name: value for name, value in values.items() if plain(getattr(step, name)) != plain(value)}
        filled = {name for name in new if plain(getattr(step, name)) in (None, "")}
        written = {name: value for name, value in new.items() if name in filled or name in self.overwrite}
        left = [name.replace("_", " ") for name in new if name not in written]
        if written:
            row.says.append(f"Writes {listed(name.replace('_', ' ') for name in written)}.")
        if left:
            row.says.append(f"Leaves {listed(left)}.")
        if written.get("end_year", step.end_year or values["start_year"]) < step.start_year:
            row.refuse("Until", "", "The end lies before the start.", "Correct one of the years.")
        row.plan = (step, written)
        row.settle(Outcome.CHANGE if written else Outcome.SAME)

    def write(self, rows: Sequence[Verdict], *, now: datetime) -> list[list[Unit]]:
        """Write judged rows, in few statements. Return the units of undo of each."""
        CareerStep.objects.bulk_create([row.plan for row in rows if isinstance(row.plan, CareerStep)])
        units: list[list[Unit]] = []
        steps = []
        for row in rows:
            before: dict[str, Any] = {}
            if isinstance(row.plan, CareerStep):
                step = row.plan
            else:
                step, written = row.plan
                before = _state(step)
                for name, value in written.items():
                    setattr(step, name, value)
                steps.append(step)
            # A person who saves the career writes all positions anew, so one is found by what it says.
            units.append([changed("step", step.profile_id, before, _state(step), row.values["email"])])
        CareerStep.objects.bulk_update(steps, FIELDS)
        return units


def _state(step: CareerStep) -> dict[str, Any]:
    return {name: plain(getattr(step, name)) for name in FIELDS}
