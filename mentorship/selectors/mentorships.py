"""Queries about goals and mentorships."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import Profile, User
from mentorship.models import Goal, Mentorship, Session
from mentorship.selectors.apart import with_apart
from mentorship.selectors.common_hours import CommonHours, common_hours
from mentorship.selectors.shown import mentorship_card
from mentorship.selectors.suggested_times import SuggestedTimes, suggested_times


def goals_of(user: User) -> QuerySet[Goal]:
    return Goal.objects.filter(mentee=user).select_related("kind").order_by("-created_at", "-pk")


def twins_of(goal: Goal) -> QuerySet[Goal]:
    """Return the goals of the same mentee with the same kind, role, field and country, ``goal`` included."""
    alike = Q(mentee=goal.mentee_id, kind=goal.kind_id, twin_key=goal.key_of_twins())
    return Goal.objects.filter(alike | Q(pk=goal.pk))


def mentorships_visible_to(user: User) -> QuerySet[Mentorship]:
    """Return the mentorships in which ``user`` is one of the two, newest first, with ``is_kept_apart``."""
    return (
        with_apart(Mentorship.objects.filter(Q(mentee=user) | Q(mentor__user=user)))
        .select_related("mentor__user__profile", "mentee__profile", "goal__kind")
        .order_by("-started_at", "-pk")
    )


def common_hours_of(mentorship: Mentorship, *, to: User, now: datetime) -> CommonHours | None:
    """Return hours in common, in the days of ``to``. None if these are not shown."""
    if mentorship_card(mentorship, to=to).other.timezone is None:
        return None
    return common_hours(*profiles_of(mentorship, to=to), now=now)


def suggested_times_of(
    mentorship: Mentorship, *, to: User, minutes: int, now: datetime, moved: Session | None = None
) -> SuggestedTimes | None:
    """Return times for a session, in the days of ``to``; see ``suggested_times``. None if these are not shown."""
    if mentorship_card(mentorship, to=to).other.timezone is None:
        return None
    return suggested_times(*profiles_of(mentorship, to=to), minutes=minutes, now=now, moved=moved)


def profiles_of(mentorship: Mentorship, *, to: User) -> tuple[Profile, Profile]:
    """Return the profile of ``to``, and that of the other one."""
    mine, theirs = mentorship.mentee.profile, mentorship.mentor.user.profile
    return (mine, theirs) if to.pk == mentorship.mentee_id else (theirs, mine)
