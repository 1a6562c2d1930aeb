"""Rows about people and mentors: new ones are invited, those who are there are filled in where they are empty."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import QuerySet

from accounts.models import MentorProfile, Profile, User
from accounts.models.names import NAME_MAX
from accounts.notifications.write import notify_mentor
from accounts.selectors import sign_ups_among
from accounts.serializers.mentors import RateSerializer
from accounts.services.invitations import Invited, invite_people
from accounts.services.profiles import update_profiles
from matching.imports import states
from matching.imports.columns import checked
from matching.imports.states import MENTOR_FIELDS, PROFILE_FIELDS, plain
from matching.imports.values import BadValue, listed
from matching.imports.verdict import Outcome, Unit, Verdict, changed, created
from mentorship.models import GoalKind, SessionKind
from mentorship.services.mentor_offer import update_offers

LISTS = ("languages",)
KINDS = ("goal_kinds", "session_kinds")
RATE = ("rate_amount", "rate_currency", "rate_per")
MENTOR_VALUES = (*(name for name in MENTOR_FIELDS if name != "rate"), "rate", *KINDS)


@dataclass(slots=True)
class Plan:
    """A row does this: it creates an account, or changes fields of what is stored."""

    user: User | None = None
    person: dict[str, Any] = field(default_factory=dict)
    mentor: dict[str, Any] | None = None
    is_new_mentor: bool = False


class People:
    """The judge and the writer of rows about people. ``with_mentors``: each of them is a mentor as well.

    ``overwrite`` has the names of the columns that replace what is stored. ``may_change_admins``: rows about people
    with a role are not refused.
    """

    def __init__(self, *, with_mentors: bool, overwrite: Collection[str], may_change_admins: bool) -> None:
        self.with_mentors = with_mentors
        self.overwrite = set(overwrite)
        self.may_change_admins = may_change_admins
        self.kinds: dict[str, dict[str, Any]] = {
            "goal_kinds": {kind.code: kind for kind in GoalKind.objects.all()},
            "session_kinds": {kind.code: kind for kind in SessionKind.objects.all()},
        }

    def judge(self, rows: Sequence[Verdict], *, lock: bool = False) -> None:
        """Judge rows against what is stored. ``lock`` keeps it so until the end of the transaction."""
        emails = [row.values["email"] for row in rows if "email" in row.values]
        profiles = Profile.objects.filter(user__email__in=emails).select_related("user").order_by("pk")
        profiles = profiles.prefetch_related(*LISTS)
        mentors = MentorProfile.objects.filter(user__email__in=emails).order_by("pk")
        if lock:
            profiles, mentors = _locked(profiles), _locked(mentors)
        by_email = {profile.user.email: profile for profile in profiles}
        mentor_of = {mentor.user_id: mentor for mentor in mentors}
        kinds = states.kinds_of([mentor.pk for mentor in mentor_of.values()])
        second, open_ones = second_addresses(emails), sign_ups_among(emails)
        for row in rows:
            email = row.subject = row.values.get("email", "")
            if not email:
                row.settle(Outcome.BAD)
                continue
            _one_name(row)
            self._one_rate(row)
            profile = by_email.get(email)
            if email in second:
                row.refuse("Address", email, *SECOND_ADDRESS)
            elif email in open_ones:
                row.refuse("Address", email, *SIGN_UP)
            elif profile is None:
                self._judge_new(row)
            elif not profile.user.is_active:
                row.refuse("Address", email, *CLOSED)
            elif profile.user.role and not self.may_change_admins:
                row.refuse("Address", email, *ADMIN)
            else:
                mentor = mentor_of.get(profile.user_id)
                theirs = (
                    {name: codes[mentor.pk] for name, codes in kinds.items() if mentor.pk in codes} if mentor else {}
                )
                self._judge_stored(row, profile, mentor, theirs)
            if row.faults:
                row.settle(Outcome.BAD)

    def _judge_new(self, row: Verdict) -> None:
        if not row.values.get("name"):
            row.refuse("Name", "", "This person is not here yet, and needs a name.", "Write the name of the person.")
        person = {name: value for name, value in row.values.items() if name in (*PROFILE_FIELDS, *LISTS, "name")}
        row.plan = Plan(person=person)
        row.says = ["New. Is invited by mail."]
        if self.with_mentors:
            self._new_mentor(row)
        row.settle(Outcome.CREATE)

    def _judge_stored(
        self, row: Verdict, profile: Profile, mentor: MentorProfile | None, kinds: Mapping[str, list[str]]
    ) -> None:
        plan = row.plan = Plan(user=profile.user)
        stored: dict[str, Any] = {name: getattr(profile, name) for name in PROFILE_FIELDS} | {"name": profile.user.name}
        stored["languages"] = [{"code": one.code, "level": one.level} for one in profile.languages.all()]
        plan.person = self._changes(row, stored)
        if row.values.get("joined_on", profile.user.joined_at.date()) != profile.user.joined_at.date():
            row.says.append("Leaves member since.")
        if self.with_mentors and mentor is None:
            self._new_mentor(row)
        elif self.with_mentors and mentor is not None:
            of_mentor: dict[str, Any] = {name: getattr(mentor, name) for name in MENTOR_FIELDS}
            of_mentor |= {name: [] for name in KINDS}
            of_mentor |= kinds
            plan.mentor = self._changes(row, of_mentor)
            if row.values.get("status", mentor.status) != mentor.status:
                row.says.append(f"Stays {mentor.get_status_display().lower()}: the list of mentors changes a status.")
        row.settle(
            Outcome.CREATE if plan.is_new_mentor else Outcome.CHANGE if plan.person or plan.mentor else Outcome.SAME
        )

    def _changes(self, row: Verdict, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values that are written over ``stored``, and say what is filled, replaced and left."""
        new = {
            name: value for name, value in row.values.items() if name in stored and plain(stored[name]) != plain(value)
        }
        filled = [name for name in new if _is_empty(stored[name])]
        replaced = [name for name in new if name not in filled and name in self._overwritten()]
        left = [name for name in new if name not in filled and name not in replaced]
        for verb, names in (("Fills", filled), ("Replaces", replaced), ("Leaves", left)):
            if names:
                row.says.append(f"{verb} {listed(_in_words(name) for name in names)}.")
        return {name: new[name] for name in (*filled, *replaced)}

    def _overwritten(self) -> set[str]:
        names = set(self.overwrite)
        if names & {"first_name", "last_name"}:
            names.add("name")
        if names & set(RATE):
            names.add("rate")
        return names

    def _new_mentor(self, row: Verdict) -> None:
        if not row.values.get("motivation"):
            row.refuse(
                "Motivation",
                "",
                "A new mentor needs a motivation.",
                "Write why the person wants to mentor: mentees read it.",
            )
        row.plan.is_new_mentor = True
        row.plan.mentor = {name: value for name, value in row.values.items() if name in (*MENTOR_VALUES, "status")}
        status = row.values.get("status", MentorProfile.Status.APPLIED)
        row.says.append(f"Becomes a mentor, {MentorProfile.Status(status).label.lower()}.")
        if row.plan.user is not None:
            is_told = status == MentorProfile.Status.APPROVED
            row.says.append("Gets a mail about it." if is_told else "Gets no mail about it.")

    def _one_rate(self, row: Verdict) -> None:
        """Make one price of its three columns."""
        given = {name.removeprefix("rate_"): row.values.pop(name) for name in RATE if name in row.values}
        if not given:
            return
        try:
            row.values["rate"] = dict(checked(RateSerializer(), given))
        except BadValue:
            row.refuse(
                "Price", "", "A price has three parts.", "Fill in price, currency and “price per”, or none of them."
            )

    def write(self, rows: Sequence[Verdict], *, now: datetime) -> list[list[Unit]]:
        """Write judged rows, in few statements. Return the units of undo of each.

        Raises IntegrityError if somebody took one of the addresses at this moment.
        """
        new = [row for row in rows if row.plan.user is None]
        stored = [row for row in rows if row.plan.user is not None]
        users = invite_people([self._invited(row, now) for row in new], now=now)
        for row, user in zip(new, users, strict=True):
            row.plan.user = user
        ids = [row.plan.user.pk for row in rows]
        profiles = dict(Profile.objects.filter(user__in=ids).values_list("user", "pk"))
        before = states.people([row.plan.user.pk for row in stored])
        update_profiles({profiles[row.plan.user.pk]: row.plan.person for row in stored if row.plan.person}, now=now)
        after = states.people(ids)
        units: list[list[Unit]] = []
        of_mentors = self._write_mentors(rows, now=now)
        for row, of_mentor in zip(rows, of_mentors, strict=True):
            pk, name = row.plan.user.pk, row.values["email"]
            found: list[Unit] = []
            if pk not in before:
                found.append(created("person", pk, after[pk], name))
            elif row.plan.person:
                found.append(changed("person", pk, *states.differing(before[pk], after[pk]), name))
            units.append([*found, *of_mentor])
        return units

    def _invited(self, row: Verdict, now: datetime) -> Invited:
        person = row.plan.person
        joined_on = row.values.get("joined_on")
        profile = {name: person[name] for name in PROFILE_FIELDS if name in person}
        return Invited(
            email=row.values["email"],
            name=person["name"],
            joined_at=datetime.combine(joined_on, time(12), UTC) if joined_on else now,
            profile={"is_mentee": not self.with_mentors} | profile,
            lists={name: person[name] for name in LISTS if name in person},
            mentor=_without_kinds(row.plan.mentor) if row.plan.is_new_mentor else None,
        )

    def _tell(self, members: Sequence[int], now: datetime) -> None:
        """Write to members who became approved mentors. New people read it in their invitation."""
        approved = MentorProfile.objects.filter(user__in=members, status=MentorProfile.Status.APPROVED)
        for mentor in approved.select_related("user__profile").order_by("pk"):
            notify_mentor(mentor, "mentor_approved", now=now)

    def _write_mentors(self, rows: Sequence[Verdict], *, now: datetime) -> list[list[Unit]]:
        """Write the mentor profiles of ``rows``. Those of new accounts are there already, without their kinds."""
        if not self.with_mentors:
            return [[] for _row in rows]
        have = set(
            MentorProfile.objects.filter(user__in=[row.plan.user.pk for row in rows]).values_list("user", flat=True)
        )
        MentorProfile.objects.bulk_create(
            MentorProfile(user=row.plan.user, status_since_at=now, **_without_kinds(row.plan.mentor))
            for row in rows
            if row.plan.is_new_mentor and row.plan.user.pk not in have
        )
        self._tell([row.plan.user.pk for row in rows if row.plan.is_new_mentor and row.plan.user.pk not in have], now)
        ids = dict(MentorProfile.objects.filter(user__in=[row.plan.user.pk for row in rows]).values_list("user", "pk"))
        before = states.mentors([ids[row.plan.user.pk] for row in rows if not row.plan.is_new_mentor])
        changes: dict[int, dict[str, Any]] = {}
        for row in rows:
            named = row.plan.mentor or {}
            kinds = {name: [self.kinds[name][code] for code in named[name]] for name in KINDS if name in named}
            fields = {} if row.plan.is_new_mentor else _without_kinds(named)
            if fields or kinds:
                changes[ids[row.plan.user.pk]] = fields | kinds
        update_offers(changes)
        after = states.mentors(ids.values())
        units: list[list[Unit]] = []
        for row in rows:
            pk, name = ids[row.plan.user.pk], row.values["email"]
            if row.plan.is_new_mentor:
                units.append([created("mentor", pk, after[pk], name)])
            elif pk in changes:
                units.append([changed("mentor", pk, *states.differing(before[pk], after[pk]), name)])
            else:
                units.append([])
        return units


CLOSED = ("This account is closed.", "Leave the row out, or make the account active first.")
ADMIN = ("This is the account of an admin.", "Leave the row out, or ask an owner to import it.")
SIGN_UP = (
    "Somebody signed up with this address, and has not confirmed it.",
    "Ask the person to confirm the address, then import the row again.",
)
SECOND_ADDRESS = (
    "This is a second address of somebody who logs in with another one.",
    "Write the address with which the person logs in.",
)


def second_addresses(emails: Collection[str]) -> set[str]:
    """Return those of ``emails`` that are confirmed addresses of somebody who logs in with another one."""
    found = EmailAddress.objects.filter(email__in=emails, verified=True).values_list("email", "user__email")
    return {email for email, login in found if email != login}


def _locked(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_for_update(of=("self",), no_key=True)


def _one_name(row: Verdict) -> None:
    """Make a name of a first and a last name."""
    parts = [row.values.pop(name) for name in ("first_name", "last_name") if name in row.values]
    if not parts or "name" in row.values:
        return
    name = " ".join(parts)
    if len(name) > NAME_MAX:
        row.refuse("Name", name, "First and last name together are too long.", "Shorten one of them.")
    row.values["name"] = name


def _is_empty(value: object) -> bool:
    return value is None or value == "" or value == []


def _without_kinds(values: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (values or {}).items() if name not in KINDS}


def _in_words(name: str) -> str:
    return name.removeprefix("is_").replace("_", " ")
