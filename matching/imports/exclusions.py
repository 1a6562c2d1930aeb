"""Rows about two people who are kept apart."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from accounts.models import User
from accounts.selectors import sign_ups_among
from matching.imports.careers import UNKNOWN
from matching.imports.people import ADMIN, SIGN_UP
from matching.imports.verdict import Outcome, Unit, Verdict, changed, created
from mentorship.models import Exclusion


class Exclusions:
    """The judge and the writer of rows about pairs. ``by`` imports them, and learns nothing of their own pairs.

    ``may_change_admins``: rows about people with a role are not refused.
    """

    def __init__(self, *, overwrite: Collection[str], by: User | None, may_change_admins: bool) -> None:
        self.overwrite = set(overwrite)
        self.by, self.may_change_admins = by, may_change_admins
        self.open_ones: set[str] = set()

    def judge(self, rows: Sequence[Verdict], *, lock: bool = False) -> None:
        """Judge rows against what is stored. ``lock`` keeps stored pairs so until the end of the transaction."""
        emails = {row.values[name] for row in rows for name in ("first", "second") if name in row.values}
        self.open_ones = sign_ups_among(emails)
        users = {user.email: user for user in User.objects.filter(email__in=emails)}
        ids = [user.pk for user in users.values()]
        pairs = Exclusion.objects.filter(first__in=ids, second__in=ids).order_by("pk")
        if lock:
            pairs = pairs.select_for_update(no_key=True)
        stored = {(pair.first_id, pair.second_id): pair for pair in pairs}
        for row in rows:
            if not row.faults:
                self._judge(row, users, stored)
            if row.faults:
                row.settle(Outcome.BAD)

    def _judge(self, row: Verdict, users: dict[str, User], stored: dict[tuple[int, int], Exclusion]) -> None:
        emails = [row.values["first"], row.values["second"]]
        row.subject = " ".join(sorted(emails))
        for title, email in zip(("Address of one", "Address of the other"), emails, strict=True):
            if email not in users:
                row.refuse(title, email, *UNKNOWN)
            elif email in self.open_ones:
                row.refuse(title, email, *SIGN_UP)
            elif users[email] == self.by:
                row.refuse(title, email, "This is you.", "Ask another admin to import the row.")
            elif users[email].role and not self.may_change_admins:
                row.refuse(title, email, *ADMIN)
        if emails[0] == emails[1]:
            row.refuse(
                "Address of the other", emails[1], "The two are one person.", "Write the address of the other one."
            )
        if row.faults:
            return
        first, second = sorted((users[email] for email in emails), key=lambda user: user.pk)
        pair = stored.get((first.pk, second.pk))
        reason = row.values["reason"]
        if pair is None:
            row.plan = Exclusion(first=first, second=second, reason=reason)
            row.says = [f"Keeps {first} and {second} apart."]
            row.settle(Outcome.CREATE)
        elif pair.reason != reason and "reason" in self.overwrite:
            row.plan = pair
            row.says = ["Replaces the reason."]
            row.settle(Outcome.CHANGE)
        else:
            row.says = [] if pair.reason == reason else ["Leaves the reason."]
            row.settle(Outcome.SAME)

    def write(self, rows: Sequence[Verdict], *, now: datetime) -> list[list[Unit]]:
        """Write judged rows. Return the units of undo of each. Raises IntegrityError if a pair was just stored."""
        new = [row.plan for row in rows if row.outcome == Outcome.CREATE]
        for pair in new:
            pair.created_at = now
        Exclusion.objects.bulk_create(new)
        units: list[list[Unit]] = []
        for row in rows:
            after = {"reason": row.values["reason"]}
            if row.outcome == Outcome.CREATE:
                units.append([created("exclusion", row.plan.pk, after, row.subject)])
            else:
                before = {"reason": row.plan.reason}
                row.plan.reason = row.values["reason"]
                row.plan.save(update_fields=["reason"])
                units.append([changed("exclusion", row.plan.pk, before, after, row.subject)])
        return units
