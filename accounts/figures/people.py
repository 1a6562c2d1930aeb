"""Figures of people: members, mentors by status, and newcomers."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q

from accounts.figures.registry import PERIOD, Behind, Figure, FigureGroup, Part, in_english, register
from accounts.figures.row_filters import RowFilter, add_filters, offered
from accounts.figures.sql import trend, within
from accounts.figures.values import Counted, Period
from accounts.models import MentorProfile, User

PEOPLE = FigureGroup("People", 10)
Status = MentorProfile.Status
IS_MENTEE, IS_MENTOR = Q(profile__is_mentee=True), Q(mentor__status__in=[Status.APPROVED, Status.PAUSED])
# The kinds of members, by code: a label, and the condition on people.
MEMBERS = {
    "mentees": ("mentees", IS_MENTEE & ~IS_MENTOR),
    "mentors": ("mentors", IS_MENTOR & ~IS_MENTEE),
    "both": ("both", IS_MENTEE & IS_MENTOR),
    "neither": ("neither", ~IS_MENTEE & ~IS_MENTOR),
}


def count_members(period: Period, now: datetime) -> Counted:
    kinds = {kind: Count("pk", filter=is_one) for kind, (_label, is_one) in MEMBERS.items()}
    found = User.objects.filter(is_active=True, is_service=False).aggregate(n=Count("pk"), **kinds)
    return Counted(n=found.pop("n"), numbers=found)


def count_mentors(period: Period, now: datetime) -> Counted:
    mentors = MentorProfile.objects.filter(user__erased_at=None)
    counts = mentors.order_by().values("status").annotate(n=Count("pk"))
    by_status = dict(counts.values_list("status", "n"))
    return Counted(n=sum(by_status.values()), numbers={status: by_status.get(status, 0) for status in Status.values})


def count_newcomers(period: Period, now: datetime) -> Counted:
    # An account that was merged into another one is no person of its own. One that was erased is nobody.
    people = User.objects.filter(merged_into=None, is_service=False, erased_at=None)
    rows = people.filter(within("joined_at", period, now))
    return Counted(n=rows.count(), trend=trend(people, "joined_at", period, now))


add_filters(
    RowFilter(
        model=User,
        parameter="member",
        title="kind of member",
        choices=offered({kind: label for kind, (label, _is_one) in MEMBERS.items()}),
        rows=lambda kind, _now: MEMBERS[kind][1],
    )
)
register(
    Figure(
        code="members",
        group=PEOPLE,
        title="Members",
        definition="Accounts that can log in, those of admins too. A mentee looks for mentoring, as the profile says. "
        "A mentor is approved, or pauses.",
        of="accounts",
        count=count_members,
        parts=tuple(
            Part(code=kind, label=label, in_chart=True, query={"is_active__exact": "1", "member": kind})
            for kind, (label, _is_one) in MEMBERS.items()
        ),
        is_state=True,
        behind=Behind(
            label="The people",
            page="accounts_user_changelist",
            permission="accounts.view_user",
            query={"is_active__exact": "1"},
        ),
    ),
    Figure(
        code="mentors",
        group=PEOPLE,
        title="Mentors by status",
        definition="Everybody who ever applied to mentor, by the status of today, without people who were erased.",
        of="people",
        count=count_mentors,
        parts=tuple(
            Part(
                code=status.value, label=in_english(status.label), in_chart=True, query={"status__exact": status.value}
            )
            for status in Status
        ),
        is_state=True,
        behind=Behind(
            label="The mentors",
            page="accounts_mentorprofile_changelist",
            permission="accounts.view_mentorprofile",
        ),
    ),
    Figure(
        code="newcomers",
        group=PEOPLE,
        title="Newcomers",
        definition="Accounts that were made in the period, without those that were erased.",
        of="accounts",
        count=count_newcomers,
        behind=Behind(
            label="Who joined",
            page="accounts_user_changelist",
            permission="accounts.view_user",
            query={"joined": PERIOD},
        ),
    ),
)
