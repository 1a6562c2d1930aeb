"""Milestones, for the mentee of the goal and for who mentors them for it now."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from mentorship.models import Goal, Mentorship, Milestone
from mentorship.selectors.apart import apart


def goals_with_milestones_for(user: User) -> QuerySet[Goal]:
    """Return the goals whose milestones ``user`` reads: their own, and those for which they mentor somebody now.

    A mentorship that is over shows none: the milestones go on with the goal, and perhaps with somebody else.
    """
    mentored = Mentorship.objects.filter(
        ~apart(mentee="mentee"), goal=OuterRef("pk"), mentor__user=user, status__in=Mentorship.RUNNING
    )
    return Goal.objects.filter(Q(mentee=user) | Exists(mentored)).select_related("kind").order_by("-created_at", "-pk")


def milestones_visible_to(user: User) -> QuerySet[Milestone]:
    """Return the milestones of the goals that ``goals_with_milestones_for`` returns, goal by goal in their order."""
    goals = goals_with_milestones_for(user).order_by().values("pk")
    return Milestone.objects.filter(goal__in=goals).select_related("goal").order_by("goal_id", "position", "pk")


def may_add_milestones(goal: Goal, person: User) -> bool:
    """Return whether ``person`` is the mentee, or mentors them for the goal now. An erased mentee gets no more."""
    if goal.mentee_id == person.pk:
        return True
    return goals_with_milestones_for(person).filter(pk=goal.pk, mentee__is_active=True).exists()
