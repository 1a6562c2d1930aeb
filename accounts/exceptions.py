"""Refusals. Each names a fact, carries a code, and says what to do; `config/api.py` gives it an HTTP status."""

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """A rule of the community says no. Nothing was changed.

    ``members`` go into the API's answer besides code and detail.
    """

    code = "refused"
    members: Mapping[str, Any] = {}

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class MoveNotAllowed(Refusal):
    """The thing is not in a state from which this move exists."""

    code = "move_not_allowed"

    def __init__(self, thing: str, status: str, wanted: str) -> None:
        now = status.replace("_", " ")
        super().__init__(
            f"This is not possible any more: the {thing} is {now}. Reload the page to see where it stands."
        )
        self.wanted = wanted


class RulesOutdated(Refusal):
    """The community's rules changed while the form was open."""

    code = "rules_outdated"


class AlreadyAMentor(Refusal):
    """One application a person."""

    code = "already_a_mentor"


class PauseAlreadyOver(Refusal):
    """The day on which the pause is to end is not to come."""

    code = "pause_already_over"


class QuietHoursNeedBothEnds(Refusal):
    """They begin or end at no time."""

    code = "quiet_hours_need_both_ends"


class Collision(Exception):
    """Two did the same thing at the same moment; a second try finds what the first one did."""


class TextForgotten(Refusal):
    """A message with a code or a link in it cannot be sent again."""

    code = "text_forgotten"
