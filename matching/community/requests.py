"""Help requests of a community file. A request that mentors may have read is not rewritten."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models

from accounts.models import User
from matching.community.rows import PATHS, Row, differing, goal_values, request_values
from matching.community.schema import Fault
from matching.models import HelpRequest
from mentorship.models import Goal, GoalKind, SessionKind
from mentorship.selectors.mentorships import twins_of

Status = HelpRequest.Status

# One value in the file and in code is several columns in the database.
RATE = ["max_rate_amount", "max_rate_currency", "max_rate_per"]


class Requests:
    """The help requests of one file. ``now`` is the time of the import.

    ``past_dates``: goals may be dated in the past, as in a file of last year.
    """

    def __init__(self, rows: list[Row], *, now: datetime, past_dates: bool) -> None:
        self.rows = rows
        self.now = now
        self.past_dates = past_dates
        self.goal_kinds = {kind.code: kind for kind in GoalKind.objects.all()}
        self.session_kinds = {kind.code: kind for kind in SessionKind.objects.all()}
        self.stored: dict[str, HelpRequest] = {}
        self.read_goals: set[int] = set()
        # The first request of the file for each stored goal. It states the details for all that share the goal.
        self.first_for: dict[int, str] = {}

    def lock(self) -> None:
        """Lock the stored requests of the file, then their goals. They are the first in the order of locks."""
        locked = HelpRequest.objects.filter(ref__in=[row["ref"] for row in self.rows])
        requests = list(locked.select_for_update(of=("self",), no_key=True).order_by("pk"))
        goals = Goal.objects.filter(pk__in={request.goal_id for request in requests}).select_related("kind")
        by_pk = {goal.pk: goal for goal in goals.select_for_update(of=("self",), no_key=True).order_by("pk")}
        for request in requests:
            request.goal = by_pk[request.goal_id]
        self.stored = {request.ref: request for request in requests if request.ref}
        for row in self.rows:
            if stored := self.stored.get(row["ref"]):
                self.first_for.setdefault(stored.goal_id, row["ref"])
        read = goals.filter(models.Q(help_requests__matches__isnull=False) | models.Q(mentorships__isnull=False))
        self.read_goals = set(read.values_list("pk", flat=True))

    def faults(self, zones: Mapping[str, str], people: Mapping[str, User]) -> Iterator[Fault]:
        """Yield the faults that only the database shows. Call it under the locks.

        ``zones`` has the time zone of each person of the file by address, ``people`` those who are stored.
        """
        for i, row in enumerate(self.rows):
            path, stored = f"$.help_requests[{i}]", self.stored.get(row["ref"])
            email = User.objects.normalize_email(row["mentee"])
            mentee = people.get(email)
            if stored is None:
                if mentee is not None and not mentee.is_active:
                    yield Fault(
                        f"{path}.mentee", f"{email} is deactivated; leave the request out, or activate the person first"
                    )
                changed: dict[str, Any] = goal_values(row["goal"])
            elif mentee is None or stored.mentee_id != mentee.pk:
                yield Fault(f"{path}.ref", f"“{row['ref']}” names a request of somebody else; choose another ref")
                continue
            else:
                changed = self._changes_of_goal(stored, row) | self._changes_of_request(stored, row)
                yield from self._faults_of_changes(path, stored, changed)
            by, today = changed.get("by_on"), self.now.astimezone(ZoneInfo(zones[email])).date()
            if by is not None and by < today and not self.past_dates:
                yield Fault(
                    f"{path}.goal.by", f"{by} has passed; give a day to come, leave it out, or load with --past-dates"
                )

    def faults_of_twins(self, people: Mapping[str, User]) -> Iterator[Fault]:
        """Yield the faults of goals that would become one, and of requests that share a goal and state another one."""
        said: dict[Hashable, tuple[str, Hashable]] = {}
        taken: dict[Hashable, Hashable] = {}
        for i, row in enumerate(self.rows):
            stored, email = self.stored.get(row["ref"]), User.objects.normalize_email(row["mentee"])
            wanted = Goal(
                mentee=people.get(email), kind=self.goal_kinds[row["goal"]["kind"]], **goal_values(row["goal"])
            )
            key = (email, wanted.kind_id, wanted.key_of_twins())
            twin = twins_of(wanted).filter(status=Goal.Status.ACTIVE).first() if wanted.mentee_id else None
            goal: Hashable = stored.goal_id if stored else twin.pk if twin else key
            is_active = stored is None or stored.goal.status == Goal.Status.ACTIVE
            if is_active and ((twin and twin.pk != goal) or taken.setdefault(key, goal) != goal):
                yield Fault(
                    f"$.help_requests[{i}].goal",
                    f"is the same as another active goal of {email}; write it as it was, or give the new request "
                    "another ref",
                )
            ref, said_first = said.setdefault(goal, (row["ref"], key))
            if said_first != key:
                yield Fault(f"$.help_requests[{i}].goal", f"“{ref}” is for the same goal; change it in both")

    def _faults_of_changes(self, path: str, stored: HelpRequest, changed: Mapping[str, Any]) -> Iterator[Fault]:
        read = self._was_read(stored)
        for name in changed:
            # The date of a goal may change at any time, as in the services.
            if name == "by_on" or not (read or (name in PATHS and stored.goal_id in self.read_goals)):
                continue
            yield Fault(
                f"{path}.{PATHS.get(name, name)}",
                f"mentors may have read this part of “{stored.ref}”, so it does not change; write it as it was, or "
                "give the new request another ref",
            )

    def write(self, row: Row, mentee: User) -> tuple[bool, bool]:
        """Create a request, or write what differs. Return whether it was created, and whether it was changed."""
        request = self.stored.get(row["ref"])
        if request is not None:
            goal_changes = self._changes_of_goal(request, row)
            _write(request.goal, goal_changes)
            changes = self._changes_of_request(request, row)
            _write(request, changes)
            return False, bool(goal_changes or changes)
        goal = Goal(
            mentee=mentee,
            kind=self.goal_kinds[row["goal"]["kind"]],
            **goal_values(row["goal"]),
            created_at=self.now,
            settled_at=self.now,
        )
        # Two requests for one goal share it: the second active twin would be refused.
        if twin := twins_of(goal).filter(status=Goal.Status.ACTIVE).first():
            goal = twin
        else:
            goal.save()
        # The request is open, but an import sends no mail. Admins start the search for mentors.
        HelpRequest.objects.create(
            **request_values(row),
            mentee=mentee,
            session_kind=self.session_kinds[row.get("session_kind", "general")],
            ref=row["ref"],
            goal=goal,
            status=Status.OPEN,
            created_at=self.now,
            opened_at=self.now,
        )
        return True, False

    def _was_read(self, request: HelpRequest) -> bool:
        """Return whether mentors may have read a request: it was proposed to one, or it is matched."""
        if request.status == Status.DRAFT:
            return False
        return request.status in (Status.MATCHED, Status.CLOSED) or request.matches.exists()

    def _changes_of_goal(self, request: HelpRequest, row: Row) -> dict[str, Any]:
        if self.first_for[request.goal_id] != request.ref:
            return {}
        values = {"kind": self.goal_kinds[row["goal"]["kind"]], **goal_values(row["goal"])}
        return differing(request.goal, values)

    def _changes_of_request(self, request: HelpRequest, row: Row) -> dict[str, Any]:
        kind = self.session_kinds[row.get("session_kind", "general")]
        return differing(request, {**request_values(row), "session_kind": kind})


def _write(row: models.Model, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    if changes:
        fields = [name for name in changes if name != "max_rate"]
        row.save(update_fields=[*fields, *(RATE if "max_rate" in changes else [])])
