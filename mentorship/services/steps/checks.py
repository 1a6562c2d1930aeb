"""Checks that adding, changing and settling steps share. The mentorship is locked."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mentorship.exceptions import (
    KeptApart,
    MentorshipNotActive,
    MilestoneGone,
    MilestoneOfAnotherGoal,
    SessionOfAnotherMentorship,
    TooManySteps,
)
from mentorship.models import ActionItem, Mentorship, Milestone, Session
from mentorship.selectors.apart import is_apart

OPEN_MAX = 20


def must_go_on(mentorship: Mentorship) -> None:
    """Raise MentorshipNotActive if the mentorship is over, KeptApart after a block, or if one of the two has left."""
    if mentorship.status not in Mentorship.RUNNING:
        raise MentorshipNotActive(_("The mentorship is over, so its steps stay as they are."))
    both_are_here = mentorship.mentee.is_active and mentorship.mentor.user.is_active
    if is_apart(mentorship) or not both_are_here:
        raise KeptApart(_("You two plan no steps here any more. You can still end the mentorship."))


def must_have_room(mentorship: Mentorship) -> None:
    """Raise TooManySteps if OPEN_MAX steps are open."""
    if mentorship.steps.filter(status=ActionItem.Status.OPEN).count() >= OPEN_MAX:
        raise TooManySteps(_("%(number)d steps are open already. Finish or drop one first.") % {"number": OPEN_MAX})


def must_belong(mentorship: Mentorship, *, milestone: Milestone | None = None, session: Session | None = None) -> None:
    """Raise MilestoneGone, MilestoneOfAnotherGoal or SessionOfAnotherMentorship.

    With a milestone, the goal is locked as well.
    """
    if milestone is not None and milestone.goal_id != mentorship.goal_id:
        raise MilestoneOfAnotherGoal(_("This milestone belongs to another goal."))
    # It may have been removed before the lock was there.
    if milestone is not None and not Milestone.objects.filter(pk=milestone.pk).exists():
        raise MilestoneGone(_("This milestone was removed."))
    if session is not None and session.mentorship_id != mentorship.pk:
        raise SessionOfAnotherMentorship(_("This session belongs to another mentorship."))
