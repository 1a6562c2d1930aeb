"""Load a checked community file into the database. A second load of the same file changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import connection, models, transaction

from accounts.models import MentorProfile, Profile, User
from accounts.notifications.write import follow_clock
from accounts.services.profiles import LISTS, replace_list
from matching.community.schema import BadCommunityFile, Fault
from matching.models import HelpRequest
from mentorship.models import Exclusion, Goal, GoalKind, SessionKind
from mentorship.selectors.mentorships import twins_of

Row = Mapping[str, Any]

IMPORT_LOCK = 0x636F6D6D  # an advisory lock: any number that no other code uses

# One value in the file and in code is several columns in the database.
RATES = {
    "rate": ["paid", "rate_amount", "rate_currency", "rate_per"],
    "max_rate": ["max_rate_amount", "max_rate_currency", "max_rate_per"],
}


class Loader:
    """One import of one file. ``counts`` has created, updated and unchanged rows by kind."""

    def __init__(self, *, now: datetime, password: str | None = None) -> None:
        self.now = now
        # One hash for everybody: hashing is slow on purpose.
        self.password = None if password is None else make_password(password)
        self.counts: dict[str, Counter[str]] = {
            kind: Counter(created=0, updated=0, unchanged=0)
            for kind in ("people", "mentors", "exclusions", "help_requests")
        }
        self.goal_kinds = {kind.code: kind for kind in GoalKind.objects.all()}
        self.session_kinds = {kind.code: kind for kind in SessionKind.objects.all()}
        self.users: dict[str, User] = {}

    @transaction.atomic
    def load(self, data: Row) -> None:
        """Write everything or nothing. Raises BadCommunityFile for kinds that this community does not know."""
        with connection.cursor() as cursor:
            # One import at a time: two imports of the same file would try to create the same people.
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
        self._check_kinds(data)
        self._check_addresses(data)
        for person in data["people"]:
            self._person(person)
        for exclusion in data.get("exclusions", []):
            self._exclusion(exclusion)
        for request in data.get("help_requests", []):
            self._help_request(request)

    def _check_kinds(self, data: Row) -> None:
        faults = []
        for i, person in enumerate(data["people"]):
            mentor, path = person.get("mentor", {}), f"$.people[{i}].mentor"
            faults += _unknown(mentor.get("goals", []), self.goal_kinds, f"{path}.goals")
            faults += _unknown(mentor.get("session_kinds", []), self.session_kinds, f"{path}.session_kinds")
        for i, request in enumerate(data.get("help_requests", [])):
            path = f"$.help_requests[{i}]"
            faults += _unknown([request["goal"]["kind"]], self.goal_kinds, f"{path}.goal.kind")
            faults += _unknown([request.get("session_kind", "general")], self.session_kinds, f"{path}.session_kind")
        if faults:
            raise BadCommunityFile(faults)

    def _check_addresses(self, data: Row) -> None:
        emails = [User.objects.normalize_email(person["email"]) for person in data["people"]]
        taken = dict(EmailAddress.objects.filter(email__in=emails, verified=True).values_list("email", "user__email"))
        faults = [
            Fault(f"$.people[{i}].email", f"{email} is a second address of somebody who logs in with another one")
            for i, email in enumerate(emails)
            if taken.get(email, email) != email
        ]
        if faults:
            raise BadCommunityFile(faults)

    def _person(self, row: Row) -> None:
        email = User.objects.normalize_email(row["email"])
        user = User.objects.filter(email=email).first()
        created = user is None
        if user is None:
            user = User(email=email, name=row["name"], joined_at=self.now)
            user.set_unusable_password()
            user.save()
        self.users[email] = user
        changed = _write(user, {"name": row["name"]})
        if self.password is not None:
            user.password = self.password
            user.save(update_fields=["password"])
        EmailAddress.objects.get_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
        # The lock keeps a digest from being timed by the old zone meanwhile.
        profile, is_new = Profile.objects.select_for_update(no_key=True).get_or_create(user=user)
        zone_before = profile.timezone
        changed |= _write(
            profile,
            {
                "is_mentee": profile.is_mentee or "mentor" not in row,
                "headline": row.get("headline", ""),
                "bio": row.get("bio", ""),
                "timezone": row["timezone"],
                "employer": row.get("employer", ""),
                "department": row.get("department", ""),
                "skills": list(dict.fromkeys(row.get("skills", []))),
            },
        )
        if not is_new and profile.timezone != zone_before:
            follow_clock(profile, now=self.now)
        for name, items in _lists(row).items():
            changed |= self._replace(profile, name, items)
        self._count("people", created, changed)
        if "mentor" in row:
            self._mentor(user, row["mentor"])

    def _replace(self, profile: Profile, name: str, items: list[dict[str, Any]]) -> bool:
        fields = list(items[0]) if items else []
        present = [
            {field: _plain(getattr(row, field)) for field in fields}
            for row in LISTS[name]._default_manager.filter(profile=profile).order_by("pk")
        ]
        if present == items:
            return False
        replace_list(profile, name, items)
        return True

    def _mentor(self, user: User, row: Row) -> None:
        mentor = MentorProfile.objects.select_for_update(of=("self",), no_key=True).filter(user=user).first()
        created = mentor is None
        if mentor is None:
            mentor = MentorProfile.objects.create(user=user, status=row["status"], status_since_at=self.now)
        values = {
            "status": row["status"],
            "motivation": row.get("motivation", ""),
            "teaches": list(dict.fromkeys(row.get("teaches", []))),
            "explores": list(dict.fromkeys(row.get("explores", []))),
            "formats": list(dict.fromkeys(row.get("formats", MentorProfile.Format.values))),
            "capacity": row.get("capacity", 1),
            "active_elsewhere": row.get("active", 0),
            "monthly_hours": row.get("monthly_hours", 4),
            "rate": _rate(row.get("rate")),
        }
        if mentor.status != row["status"]:
            values["status_since_at"] = self.now
        changed = _write(mentor, values)
        changed |= _set(mentor.goal_kinds, [self.goal_kinds[code] for code in row.get("goals", [])])
        changed |= _set(mentor.session_kinds, [self.session_kinds[code] for code in row.get("session_kinds", [])])
        self._count("mentors", created, changed)

    def _exclusion(self, row: Row) -> None:
        pair = sorted((self.users[User.objects.normalize_email(email)] for email in row["people"]), key=_pk)
        exclusion, created = Exclusion.objects.get_or_create(
            first=pair[0], second=pair[1], defaults={"reason": row["reason"], "created_at": self.now}
        )
        self._count("exclusions", created, _write(exclusion, {"reason": row["reason"]}))

    def _help_request(self, row: Row) -> None:
        mentee = self.users[User.objects.normalize_email(row["mentee"])]
        target = row["goal"]
        goal_values = {
            "mentee": mentee,
            "kind": self.goal_kinds[target["kind"]],
            "target_role": target.get("target_role", ""),
            "target_field": target.get("target_field", ""),
            "target_sector": target.get("target_sector") or "",
            "target_level": target.get("target_level") or "",
            "target_country": target.get("target_country") or "",
            "by_on": date.fromisoformat(target["by"]) if target.get("by") else None,
        }
        values = {
            "mentee": mentee,
            "situation": row.get("situation", ""),
            "gap": row.get("gap", ""),
            "ask": row.get("ask", ""),
            "why": row.get("why", ""),
            "needs": list(dict.fromkeys(row.get("needs", []))),
            "format": row["format"],
            "session_kind": self.session_kinds[row.get("session_kind", "general")],
            "minutes": row.get("minutes", 30),
            "languages": list(dict.fromkeys(row.get("languages", []))),
            "accepts_paid": row.get("accepts_paid", False),
            "max_rate": _rate(row.get("max_rate")),
        }
        request = HelpRequest.objects.select_related("goal").filter(ref=row["ref"]).first()
        if request is None:
            goal = Goal(**goal_values, created_at=self.now, settled_at=self.now)
            # Two requests for one goal share it: the second active twin would be refused.
            if twin := twins_of(goal).filter(status=Goal.Status.ACTIVE).first():
                goal = twin
            else:
                goal.save()
            # The request is open, but an import sends no mail. Admins start the search for mentors.
            HelpRequest.objects.create(
                **values,
                ref=row["ref"],
                goal=goal,
                status=HelpRequest.Status.OPEN,
                created_at=self.now,
                opened_at=self.now,
            )
            self._count("help_requests", True, False)
            return
        changed = _write(request.goal, goal_values)
        changed |= _write(request, values)
        self._count("help_requests", False, changed)

    def _count(self, kind: str, created: bool, changed: bool) -> None:
        self.counts[kind]["created" if created else "updated" if changed else "unchanged"] += 1


def _unknown(codes: list[str], known: Mapping[str, object], path: str) -> list[Fault]:
    return [
        Fault(path, f"{code!r} is not a kind of this community; there are {', '.join(known)}")
        for code in codes
        if code not in known
    ]


def _lists(row: Row) -> dict[str, list[dict[str, Any]]]:
    return {
        "languages": [dict(item) for item in row["languages"]],
        "career": [
            {
                "role": step["role"],
                "field": step["field"],
                "sector": step["sector"],
                "country": step["country"],
                "level": step["level"],
                "start_year": step["start"],
                "end_year": step.get("end"),
            }
            for step in row.get("career", [])
        ],
        "availability": [
            {
                "weekday": window["weekday"],
                "start_minute": _minute(window["start"]),
                "end_minute": _minute(window["end"]),
            }
            for window in row.get("availability", [])
        ],
    }


def _write(row: models.Model, values: Row) -> bool:
    """Set and save the values that differ. Return whether there were any."""
    changed = {name: value for name, value in values.items() if _plain(getattr(row, name)) != _plain(value)}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        fields = [name for name in changed if name not in RATES]
        fields += [column for name, columns in RATES.items() if name in changed for column in columns]
        row.save(update_fields=fields)
    return bool(changed)


def _set(manager: Any, wanted: list[models.Model]) -> bool:
    if set(manager.values_list("pk", flat=True)) == {row.pk for row in wanted}:
        return False
    manager.set(wanted)
    return True


def _plain(value: Any) -> Any:
    """Return a country as its code, which is comparable with the code in the file."""
    return getattr(value, "code", value) or "" if hasattr(value, "flag") else value


def _rate(row: Row | None) -> dict[str, Any] | None:
    if row is None:
        return None
    amount = Decimal(str(row["amount"])).quantize(Decimal("0.01"))
    return {"amount": amount, "currency": row["currency"], "per": row["per"]}


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _pk(user: User) -> int:
    return user.pk
