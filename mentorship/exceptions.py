"""Refusals of this app."""

from accounts.exceptions import Refusal


class MentorAtCapacity(Refusal):
    """No free place under the lock."""

    code = "mentor_at_capacity"


class GoalSettled(Refusal):
    """Others have read the goal."""

    code = "goal_settled"


class NotOneOfTheTwo(Refusal):
    """A mentorship is its two people's, and the admins'."""

    code = "not_one_of_the_two"
