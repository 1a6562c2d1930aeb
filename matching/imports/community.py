"""A community file as an import of one row: the whole file, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import MentorProfile, User
from accounts.selectors import sign_ups_among
from accounts.services.invitations import invite
from matching.community.load import Loader
from matching.community.rows import Row
from matching.community.schema import BadCommunityFile, Fault, parse
from matching.imports import states
from matching.imports.states import State
from matching.imports.verdict import Outcome, Unit, Verdict, changed, created
from matching.models import HelpRequest
from mentorship.models import Exclusion, Goal

# A file is applied in one transaction. Its people cannot save anything meanwhile.
PEOPLE_MAX = 100


@dataclass(slots=True)
class Stored:
    """Everything that a community file can be about, by kind of thing and key. ``names`` is for the report."""

    states: dict[str, dict[int, State]] = field(default_factory=dict)
    names: dict[str, dict[int, str]] = field(default_factory=dict)


class Community:
    """The judge and the writer of a community file. ``now`` is the time of the judgement.

    ``may_change_admins``: a file that names people with a role is not refused.
    """

    def __init__(self, *, now: datetime, may_change_admins: bool) -> None:
        self.now = now
        self.may_change_admins = may_change_admins

    def judge(self, rows: Sequence[Verdict], *, lock: bool = False) -> None:
        """Compare the file with what is stored. With ``lock`` the writer finds the faults, as it follows at once."""
        for row in rows:
            try:
                row.plan = parse(row.values["text"])
                if len(row.plan["people"]) > PEOPLE_MAX:
                    raise BadCommunityFile(
                        [Fault("$.people", f"there are more than {PEOPLE_MAX} people; split the file")]
                    )
                if found := [*_sign_ups(row.plan)]:
                    raise BadCommunityFile(found)
                if not lock:
                    row.says = self._tried(row.plan)
            except BadCommunityFile as bad:
                for fault in bad.faults:
                    row.refuse(fault.path, "", f"{fault.reason}.", "Correct the file, and upload it again.")
            row.settle(Outcome.CREATE)

    def _tried(self, data: Row) -> list[str]:
        loader = Loader(now=self.now, may_change_admins=self.may_change_admins)
        loader.try_out(data)
        return _in_words(loader)

    def write(self, rows: Sequence[Verdict], *, now: datetime) -> list[list[Unit]]:
        """Load the file, and invite the new people. Return the units of undo.

        Raises BadCommunityFile if the database has changed meanwhile.
        """
        units = []
        for row in rows:
            before = _stored(row.plan)
            loader = Loader(now=now, may_change_admins=self.may_change_admins)
            loader.load(row.plan)
            row.says = _in_words(loader)
            after = _stored(row.plan)
            new = after.states["person"].keys() - before.states["person"].keys()
            invite(User.objects.filter(pk__in=new).select_related("profile").order_by("pk"), now=now)
            units.append(_units(before, after, _named(row.plan)))
        return units


def _sign_ups(data: Row) -> Iterator[Fault]:
    emails = [User.objects.normalize_email(person["email"]) for person in data["people"]]
    open_ones = sign_ups_among(emails)
    for i, email in enumerate(emails):
        if email in open_ones:
            yield Fault(f"$.people[{i}].email", f"somebody signed up with {email}, and has not confirmed it")


def _in_words(loader: Loader) -> list[str]:
    counts = [
        f"{kind.replace('_', ' ').capitalize()}: {count['created']} new, {count['updated']} changed, "
        f"{count['unchanged']} there already."
        for kind, count in loader.counts.items()
    ]
    return counts + loader.notes


def _stored(data: Row) -> Stored:
    emails = [User.objects.normalize_email(person["email"]) for person in data["people"]]
    users = dict(User.objects.filter(email__in=emails).values_list("pk", "email"))
    mentors = dict(MentorProfile.objects.filter(user__in=users).values_list("pk", "user__email"))
    pairs = {
        row.pk: " ".join(sorted([users[row.first_id], users[row.second_id]]))
        for row in Exclusion.objects.filter(first__in=users, second__in=users)
    }
    goals = dict(Goal.objects.filter(mentee__in=users).values_list("pk", "mentee__email"))
    refs = [request["ref"] for request in data.get("help_requests", [])]
    requests = {row.pk: str(row.ref) for row in HelpRequest.objects.filter(ref__in=refs)}
    return Stored(
        {
            "person": states.people(users),
            "mentor": states.mentors(mentors),
            "exclusion": states.exclusions(pairs),
            "goal": states.goals(goals),
            "request": states.requests(requests),
        },
        {"person": users, "mentor": mentors, "exclusion": pairs, "goal": goals, "request": requests},
    )


def _named(data: Row) -> set[tuple[str, str]]:
    """Return the things that a file states, as kind of thing and name."""
    email = User.objects.normalize_email
    people, requests = data["people"], data.get("help_requests", [])
    return {
        *(("person", email(person["email"])) for person in people),
        *(("mentor", email(person["email"])) for person in people if "mentor" in person),
        *(("exclusion", " ".join(sorted(map(email, row["people"])))) for row in data.get("exclusions", [])),
        *(("goal", email(request["mentee"])) for request in requests),
        *(("request", request["ref"]) for request in requests),
    }


def _units(before: Stored, after: Stored, named: set[tuple[str, str]]) -> list[Unit]:
    """Return the units of undo. One without values says that the file found a thing that it names as it was."""
    units = []
    for what, rows in after.states.items():
        for pk, state in rows.items():
            name = after.names[what][pk]
            if pk not in before.states[what]:
                units.append(created(what, pk, state, name))
            elif before.states[what][pk] != state or (what, name) in named:
                units.append(changed(what, pk, *states.differing(before.states[what][pk], state), name))
    return units
