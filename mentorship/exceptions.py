"""Refusals of this app."""

from accounts.exceptions import Refusal


class MentorAtCapacity(Refusal):
    """No free place under the lock."""

    code = "mentor_at_capacity"


class AlreadyTogether(Refusal):
    """The two work on this goal in a mentorship that runs."""

    code = "already_together"


class EndReasonDoesNotFit(Refusal):
    """A completed mentorship and one that ended early have reasons of their own."""

    code = "end_reason_does_not_fit"


class GoalSettled(Refusal):
    """Others have read the goal."""

    code = "goal_settled"


class NotOneOfTheTwo(Refusal):
    """A mentorship is its two people's, and the admins'."""

    code = "not_one_of_the_two"
