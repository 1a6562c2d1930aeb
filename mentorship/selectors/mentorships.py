"""Queries about goals and mentorships."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import User
from mentorship.models import Goal, Mentorship


def goals_of(user: User) -> QuerySet[Goal]:
    return Goal.objects.filter(mentee=user).select_related("kind").order_by("-created_at", "-pk")


def mentorships_visible_to(user: User) -> QuerySet[Mentorship]:
    """Return the mentorships in which ``user`` is one of the two, newest first."""
    return (
        Mentorship.objects.filter(Q(mentee=user) | Q(mentor__user=user))
        .select_related("mentor__user__profile", "mentee__profile", "goal__kind")
        .order_by("-started_at", "-pk")
    )
