"""Rows about people of one cohort: a side, places of mentors, and who manages them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from accounts.models import MentorProfile, User
from accounts.selectors import sign_ups_among
from matching.cohort_places import tell_added
from matching.imports import states
from matching.imports.careers import UNKNOWN
from matching.imports.people import SIGN_UP
from matching.imports.verdict import Outcome, Unit, Verdict, changed, created
from mentorship.models import Cohort, CohortMember
from mentorship.services.cohorts.join import NOT_MENTORS

ADDRESS, MANAGER, SIDE, PLACES = "Address", "Address of the manager", "Side", "Mentees"
NO_MENTOR = ("This is no mentor.", "Let them apply as a mentor first, or write mentee.")
MENTOR = CohortMember.Side.MENTOR


class CohortPeople:
    """The judge and the writer of rows about people of ``cohort``. None: it was deleted, and every row has a fault."""

    def __init__(self, *, cohort: Cohort | None, overwrite: Collection[str]) -> None:
        self.cohort, self.overwrite = cohort, set(overwrite)

    def judge(self, rows: Sequence[Verdict], *, lock: bool = False) -> None:
        """Judge rows against what is stored. ``lock`` keeps cohort and places so until the end of the transaction."""
        if lock and self.cohort is not None:
            # People join under this lock as well.
            self.cohort = Cohort.objects.select_for_update(no_key=True).filter(pk=self.cohort.pk).first()
        emails = {row.values[name] for row in rows for name in ("email", "manager") if name in row.values}
        open_ones = sign_ups_among(emails)
        users = {user.email: user for user in User.objects.select_related("profile").filter(email__in=emails)}
        mentors = set(
            MentorProfile.objects.filter(user__in=users.values())
            .exclude(status__in=NOT_MENTORS)
            .values_list("user_id", flat=True)
        )
        places = CohortMember.objects.filter(cohort=self.cohort, person__in=users.values()).order_by("pk")
        if lock:
            places = places.select_for_update(no_key=True)
        stored = {(place.person_id, place.side): place for place in places}
        for row in rows:
            if "email" in row.values and "side" in row.values:
                row.subject = f"{row.values['email']} {row.values['side']}"
            if not row.faults:
                self._judge(row, users, open_ones, mentors, stored)
            if row.faults:
                row.settle(Outcome.BAD)

    def _judge(
        self,
        row: Verdict,
        users: dict[str, User],
        open_ones: Collection[str],
        mentors: Collection[int],
        stored: dict[tuple[int, str], CohortMember],
    ) -> None:
        email, manager = row.values["email"], row.values.get("manager", "")
        if self.cohort is None or self.cohort.status == Cohort.Status.ARCHIVED:
            row.refuse("", "", "The cohort is over.", "Upload the file for another one.")
        for title, address in ((ADDRESS, email), (MANAGER, manager)):
            if address and (address not in users or not users[address].is_active):
                row.refuse(title, address, *UNKNOWN)
            elif address in open_ones:
                row.refuse(title, address, *SIGN_UP)
        if manager == email:
            row.refuse(MANAGER, manager, "Nobody manages themselves.", "Write the address of somebody else.")
        self._judge_places(row, users, mentors)
        if not row.faults:
            self._plan(row, users, stored)

    def _judge_places(self, row: Verdict, users: dict[str, User], mentors: Collection[int]) -> None:
        person = users.get(row.values["email"])
        if row.values["side"] != MENTOR:
            if "places" in row.values:
                row.refuse(PLACES, str(row.values["places"]), "Only mentors have mentees.", "Leave it empty.")
            return
        if person is not None and person.pk not in mentors:
            row.refuse(ADDRESS, row.values["email"], *NO_MENTOR)
        if "places" not in row.values:
            row.refuse(PLACES, "", "The mentees of a mentor are missing.", "Write how many they take here at most.")

    def _plan(self, row: Verdict, users: dict[str, User], stored: dict[tuple[int, str], CohortMember]) -> None:
        person, manager = users[row.values["email"]], users.get(row.values.get("manager", ""))
        place = stored.get((person.pk, row.values["side"]))
        if place is None:
            place = CohortMember(cohort=self.cohort, person=person, side=row.values["side"])
            place.places, place.manager = row.values.get("places"), manager
            row.plan, row.says = place, [f"Puts {person} into {self.cohort} ({place.get_side_display()})."]
            row.settle(Outcome.CREATE)
            return
        if place.left_at is not None and place.is_taken_out:
            row.refuse(ADDRESS, person.email, "Somebody took them out of this cohort.", "Add them on its page.")
            return
        if place.left_at is not None:
            # They decided to leave. A file must not undo that.
            row.refuse(ADDRESS, person.email, "They have left this cohort.", "Send them the link, to join again.")
            return
        wanted = {"places": row.values.get("places"), "manager_id": manager.pk if manager else None}
        differs = [name for name, value in wanted.items() if value is not None and getattr(place, name) != value]
        changes = [name for name in differs if name.removesuffix("_id") in self.overwrite or not getattr(place, name)]
        row.plan = (place, {name: wanted[name] for name in changes})
        words = {"places": "the mentees", "manager_id": "the manager"}
        row.says = [f"{'Replaces' if name in changes else 'Leaves'} {words[name]}." for name in differs]
        row.settle(Outcome.CHANGE if changes else Outcome.SAME)

    def write(self, rows: Sequence[Verdict], *, now: datetime) -> list[list[Unit]]:
        """Write judged rows. Return the units of undo of each. Raises IntegrityError if somebody has just joined."""
        units: list[list[Unit]] = []
        for row in rows:
            if row.outcome == Outcome.CREATE:
                row.plan.joined_at = now
                row.plan.save()
                units.append([created("cohort member", row.plan.pk, _state(row.plan), row.values["email"])])
                continue
            place, changes = row.plan
            before = {name: getattr(place, name) for name in changes}
            for name, value in changes.items():
                setattr(place, name, value)
            place.save(update_fields=list(changes))
            units.append([changed("cohort member", place.pk, before, changes, row.values["email"])])
        tell_added([row.plan for row in rows if row.outcome == Outcome.CREATE], now=now)
        return units


def _state(place: CohortMember) -> dict[str, object]:
    return states.cohort_members([place.pk])[place.pk]
