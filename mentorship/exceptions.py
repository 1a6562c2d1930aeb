"""Refusals of this app."""

from accounts.exceptions import Refusal


class MentorAtCapacity(Refusal):
    """No free place under the lock."""

    code = "mentor_at_capacity"
