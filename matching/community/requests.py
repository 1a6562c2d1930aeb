"""Help requests of a community file. A request that mentors may have read is not rewritten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models

from accounts.models import User
from matching.community.rows import PATHS, Row, differing, goal_values, request_values
from matching.community.schema import Fault
from matching.models import HelpRequest
from mentorship.exceptions import GoalStatedAlready
from mentorship.models import Goal, GoalKind, SessionKind
from mentorship.selectors.mentorships import twins_of
from mentorship.services.goals import one_among_twins

Status = HelpRequest.Status

# One value in the file and in code is several columns in the database.
RATE = ["max_rate_amount", "max_rate_currency", "max_rate_per"]
TWIN_OF_GOAL = (
    "this person has an active goal already with the same kind, role, field and country; write what is different, or "
    "leave this goal as it was"
)


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
        self.goals: dict[int, Goal] = {}
        self.read_goals: set[int] = set()
        self.first_of_goal: dict[int, Row] = {}

    def read(self, *, lock: bool) -> None:
        """Read the stored requests of the file, then their goals: locks of them are the first in the common order."""
        found = HelpRequest.objects.filter(ref__in=[row["ref"] for row in self.rows]).order_by("pk")
        requests = list(_locked(found) if lock else found)
        goals = Goal.objects.filter(pk__in={request.goal_id for request in requests}).select_related("kind")
        self.goals = by_pk = {goal.pk: goal for goal in (_locked(goals) if lock else goals).order_by("pk")}
        for request in requests:
            request.goal = by_pk[request.goal_id]
        self.stored = {request.ref: request for request in requests if request.ref}
        for row in self.rows:
            if row["ref"] in self.stored:
                self.first_of_goal.setdefault(self.stored[row["ref"]].goal_id, row)
        read = goals.filter(models.Q(help_requests__matches__isnull=False) | models.Q(mentorships__isnull=False))
        self.read_goals = set(read.values_list("pk", flat=True))

    def faults(self, zones: Mapping[str, str], people: Mapping[str, User]) -> Iterator[Fault]:
        """Yield the faults that only the database shows. A writer calls it under the locks.

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
                yield from self._faults_of_shared_goal(path, stored, row)
                changed = self._changes_of_goal(stored, row) | self._changes_of_request(stored, row)
                yield from self._faults_of_changes(path, stored, changed)
            by, today = changed.get("by_on"), self.now.astimezone(ZoneInfo(zones[email])).date()
            if by is not None and by < today and not self.past_dates:
                yield Fault(
                    f"{path}.goal.by", f"{by} has passed; give a day to come, leave it out, or load with --past-dates"
                )

    def _faults_of_shared_goal(self, path: str, stored: HelpRequest, row: Row) -> Iterator[Fault]:
        first = self.first_of_goal[stored.goal_id]
        theirs, mine = self._goal(first), self._goal(row)
        if (theirs.kind, theirs.key_of_twins()) != (mine.kind, mine.key_of_twins()):
            yield Fault(
                f"{path}.goal",
                f"“{first['ref']}” and “{row['ref']}” share one goal; change both alike, or give the new request "
                "another ref",
            )

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

    def in_order(self) -> list[tuple[int, Row]]:
        """Return the rows with their places in the file, the stored ones first.

        A new request may join a goal only as the file leaves it.
        """
        return sorted(enumerate(self.rows), key=lambda item: item[1]["ref"] not in self.stored)

    def write(self, row: Row, mentee: User) -> tuple[bool, bool]:
        """Create a request, or write what differs. Return whether it was created, and whether it was changed.

        Raises GoalStatedAlready if its goal would be the twin of another active goal.
        """
        request = self.stored.get(row["ref"])
        if request is not None:
            goal_changes = self._changes_of_goal(request, row)
            with one_among_twins(request.goal):
                _write(request.goal, goal_changes)
            changes = self._changes_of_request(request, row)
            _write(request, changes)
            return False, bool(goal_changes or changes)
        goal = self._goal(row)
        goal.mentee, goal.created_at, goal.settled_at = mentee, self.now, self.now
        # Two requests for one goal share it: the second active twin would be refused.
        if twin := twins_of(goal).filter(status=Goal.Status.ACTIVE).first():
            goal = twin
        else:
            with one_among_twins(goal):
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

    def compare(self, row: Row) -> tuple[bool, bool]:
        """Return and raise what ``write`` would. The goals that were read are changed, and not saved."""
        request = self.stored.get(row["ref"])
        if request is None:
            return True, False
        goal_changes, changes = self._changes_of_goal(request, row), self._changes_of_request(request, row)
        for name, value in goal_changes.items():
            setattr(request.goal, name, value)
        if goal_changes and request.goal.status == Goal.Status.ACTIVE:
            self._must_have_no_twin(request.goal)
        return False, bool(goal_changes or changes)

    def _must_have_no_twin(self, goal: Goal) -> None:
        """Raise GoalStatedAlready if another active goal is like ``goal``, as the rows before this one leave them."""
        stored = twins_of(goal).filter(status=Goal.Status.ACTIVE).exclude(pk__in=self.goals)
        mine = (goal.mentee_id, goal.kind_id, goal.key_of_twins())
        read = [
            other
            for other in self.goals.values()
            if other.pk != goal.pk
            and other.status == Goal.Status.ACTIVE
            and (other.mentee_id, other.kind_id, other.key_of_twins()) == mine
        ]
        if twin := stored.first() or next(iter(read), None):
            raise GoalStatedAlready(twin.uuid)

    def _was_read(self, request: HelpRequest) -> bool:
        """Return whether mentors may have read a request: it was proposed to one, or it is matched."""
        if request.status == Status.DRAFT:
            return False
        return request.status in (Status.MATCHED, Status.CLOSED) or request.matches.exists()

    def _goal(self, row: Row) -> Goal:
        """Return the unsaved goal of a row, without its mentee."""
        return Goal(kind=self.goal_kinds[row["goal"]["kind"]], **goal_values(row["goal"]))

    def _changes_of_goal(self, request: HelpRequest, row: Row) -> dict[str, Any]:
        """Return the changes of the request's goal. Of requests that share one, the first in the file decides."""
        if self.first_of_goal[request.goal_id] is not row:
            return {}
        values = {"kind": self.goal_kinds[row["goal"]["kind"]], **goal_values(row["goal"])}
        return differing(request.goal, values)

    def _changes_of_request(self, request: HelpRequest, row: Row) -> dict[str, Any]:
        kind = self.session_kinds[row.get("session_kind", "general")]
        return differing(request, {**request_values(row), "session_kind": kind})


def _locked(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    return rows.select_for_update(of=("self",), no_key=True)


def _write(row: models.Model, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    if changes:
        fields = [name for name in changes if name != "max_rate"]
        row.save(update_fields=[*fields, *(RATE if "max_rate" in changes else [])])
