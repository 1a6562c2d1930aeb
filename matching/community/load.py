"""Load a checked community file into the database. A second load of the same file changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import connection, models, transaction

from accounts.models import MentorProfile, Profile, User
from accounts.services.profiles import LISTS, update_profile
from matching.community.requests import TWIN_OF_GOAL, Requests
from matching.community.rows import Row, differing, lists_of, mentor_values, plain, profile_values
from matching.community.schema import BadCommunityFile, Fault
from mentorship.exceptions import GoalStatedAlready
from mentorship.models import Exclusion
from mentorship.services.mentor_offer import update_offer

IMPORT_LOCK = 0x636F6D6D  # an advisory lock: any number that no other code uses


class Loader:
    """One import of one file.

    ``counts`` has created, updated and unchanged rows by kind. ``notes`` has sentences about the statuses of mentors
    that the file wants otherwise. ``past_dates``: goals may be dated in the past.
    ``may_change_admins``: the file may name people with a role.
    """

    def __init__(
        self,
        *,
        now: datetime,
        password: str | None = None,
        past_dates: bool = False,
        may_change_admins: bool = True,
    ) -> None:
        self.now = now
        self.may_change_admins = may_change_admins
        # One hash for everybody: hashing is slow on purpose.
        self.password = None if password is None else make_password(password)
        self.past_dates = past_dates
        self.counts: dict[str, Counter[str]] = {
            kind: Counter(created=0, updated=0, unchanged=0)
            for kind in ("people", "mentors", "exclusions", "help_requests")
        }
        self.notes: list[str] = []
        self.users: dict[str, User] = {}
        self.writes = True

    @transaction.atomic
    def load(self, data: Row) -> None:
        """Write everything or nothing.

        Raises BadCommunityFile for kinds that this community does not know, for addresses and refs of others, and for
        changes of a help request that mentors may have read.
        """
        with connection.cursor() as cursor:
            # One import at a time: two imports of the same file would try to create the same people.
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
        self._go_through(data)

    def try_out(self, data: Row) -> None:
        """Count and note what ``load`` would do at this moment. Nothing is written or locked. Raises as ``load``."""
        self.writes = False
        self._go_through(data)

    def _go_through(self, data: Row) -> None:
        rows = data.get("help_requests", [])
        self.requests = Requests(rows, now=self.now, past_dates=self.past_dates)
        self._refuse(self._faults_of_kinds(data))
        emails = [User.objects.normalize_email(person["email"]) for person in data["people"]]
        self._refuse(_faults_of_addresses(emails))
        self._read(emails)
        if not self.may_change_admins:
            self._refuse(_faults_of_admins(emails, self.users))
        zones = {email: person["timezone"] for email, person in zip(emails, data["people"], strict=True)}
        self._refuse(self.requests.faults(zones, self.users))
        for person in data["people"]:
            self._person(person)
        for exclusion in data.get("exclusions", []):
            self._exclusion(exclusion)
        for i, row in self.requests.in_order():
            self._count("help_requests", *self._request(i, row))

    def _refuse(self, faults: Iterator[Fault]) -> None:
        if found := list(faults):
            raise BadCommunityFile(found)

    def _faults_of_kinds(self, data: Row) -> Iterator[Fault]:
        goals, sessions = self.requests.goal_kinds, self.requests.session_kinds
        for i, person in enumerate(data["people"]):
            mentor, path = person.get("mentor", {}), f"$.people[{i}].mentor"
            yield from _unknown(mentor.get("goals", []), goals, f"{path}.goals")
            yield from _unknown(mentor.get("session_kinds", []), sessions, f"{path}.session_kinds")
        for i, request in enumerate(data.get("help_requests", [])):
            path = f"$.help_requests[{i}]"
            yield from _unknown([request["goal"]["kind"]], goals, f"{path}.goal.kind")
            yield from _unknown([request.get("session_kind", "general")], sessions, f"{path}.session_kind")

    def _read(self, emails: list[str]) -> None:
        """Read the stored requests and people of the file. Before a write, lock all rows in the common order."""
        self.requests.read(lock=self.writes)
        for model in (Profile, MentorProfile) if self.writes else ():
            rows = model._default_manager.filter(user__email__in=emails).order_by("pk")
            list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
        self.users = {user.email: user for user in User.objects.filter(email__in=emails)}

    def _person(self, row: Row) -> None:
        email = User.objects.normalize_email(row["email"])
        user = self.users.get(email)
        created = user is None
        if user is None and not self.writes:
            self._count("people", True, False)
            if "mentor" in row:
                self._count("mentors", True, False)
            return
        if user is None:
            user = User(email=email, name=row["name"], joined_at=self.now)
            user.set_unusable_password()
            user.save()
            self.users[email] = user
        if self.writes:
            self._account(user)
        profile = Profile.objects.filter(user=user).first() or Profile(user=user)
        changes = differing(user, {"name": row["name"]})
        changes |= differing(profile, profile_values(row, is_mentee=profile.is_mentee))
        changes |= {name: items for name, items in lists_of(row).items() if _stored(profile, name, items) != items}
        if changes and self.writes:
            profile.user = user
            update_profile(profile=profile, changes=changes, now=self.now)
        self._count("people", created, bool(changes))
        if "mentor" in row:
            self._mentor(user, row["mentor"])

    def _account(self, user: User) -> None:
        """Write the password, and what each account has."""
        if self.password is not None:
            user.password = self.password
            user.save(update_fields=["password"])
        EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
        Profile.objects.get_or_create(user=user)

    def _mentor(self, user: User, row: Row) -> None:
        mentor = MentorProfile.objects.filter(user=user).first()
        created = mentor is None
        if mentor is None and not self.writes:
            self._count("mentors", True, False)
            return
        if mentor is None:
            mentor = MentorProfile.objects.create(user=user, status=row["status"], status_since_at=self.now)
        elif mentor.status != row["status"]:
            # Only services move a status: they tell the mentor, and know which moves there are.
            self.notes.append(
                f"{user.email} stays {mentor.status}. The file says {row['status']}; the admin pages change a status."
            )
        changes = differing(mentor, mentor_values(row))
        goals, sessions = self.requests.goal_kinds, self.requests.session_kinds
        kinds: dict[str, list[Any]] = {
            "goal_kinds": [goals[code] for code in row.get("goals", [])],
            "session_kinds": [sessions[code] for code in row.get("session_kinds", [])],
        }
        changes |= {name: wanted for name, wanted in kinds.items() if _differ(getattr(mentor, name), wanted)}
        if changes and self.writes:
            update_offer(mentor=mentor, changes=changes)
        self._count("mentors", created, bool(changes))

    def _exclusion(self, row: Row) -> None:
        emails = [User.objects.normalize_email(email) for email in row["people"]]
        stored = [self.users[email] for email in emails if email in self.users]
        if len(stored) < len(emails):
            # A try: one of the two is new.
            self._count("exclusions", True, False)
            return
        first, second = sorted(stored, key=lambda user: user.pk)
        exclusion = Exclusion.objects.filter(first=first, second=second).first()
        created = exclusion is None
        if exclusion is None:
            exclusion = Exclusion(first=first, second=second, reason=row["reason"], created_at=self.now)
        changed = exclusion.reason != row["reason"]
        exclusion.reason = row["reason"]
        if self.writes and (created or changed):
            exclusion.save()
        self._count("exclusions", created, changed)

    def _request(self, i: int, row: Row) -> tuple[bool, bool]:
        try:
            if not self.writes:
                return self.requests.compare(row)
            return self.requests.write(row, self.users[User.objects.normalize_email(row["mentee"])])
        except GoalStatedAlready:
            raise BadCommunityFile([Fault(f"$.help_requests[{i}].goal", TWIN_OF_GOAL)]) from None

    def _count(self, kind: str, created: bool, changed: bool) -> None:
        self.counts[kind]["created" if created else "updated" if changed else "unchanged"] += 1


def _faults_of_addresses(emails: list[str]) -> Iterator[Fault]:
    taken = dict(EmailAddress.objects.filter(email__in=emails, verified=True).values_list("email", "user__email"))
    for i, email in enumerate(emails):
        if taken.get(email, email) != email:
            yield Fault(f"$.people[{i}].email", f"{email} is a second address of somebody who logs in with another one")


def _faults_of_admins(emails: list[str], users: Mapping[str, User]) -> Iterator[Fault]:
    for i, email in enumerate(emails):
        if email in users and users[email].role:
            yield Fault(f"$.people[{i}].email", f"{email} is the account of an admin; an owner can import the file")


def _unknown(codes: list[str], known: Mapping[str, object], path: str) -> Iterator[Fault]:
    for code in codes:
        if code not in known:
            yield Fault(path, f"{code!r} is not a kind of this community; there are {', '.join(known)}")


def _stored(profile: Profile, name: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the stored list with the fields that ``items`` have."""
    fields = list(items[0]) if items else []
    rows = LISTS[name]._default_manager.filter(profile=profile.pk).order_by("pk")
    return [{field: plain(getattr(row, field)) for field in fields} for row in rows]


def _differ(manager: Any, wanted: list[models.Model]) -> bool:
    return set(manager.values_list("pk", flat=True)) != {row.pk for row in wanted}
