"""Refusals: each names a fact, carries a code and says what to do. `config/api.py` maps it to an HTTP status."""

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """A rule of the community forbids the action. Nothing was changed.

    The API's answer holds ``members`` beside code and detail.
    """

    code = "refused"
    members: Mapping[str, Any] = {}

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class MoveNotAllowed(Refusal):
    """The current status does not allow the move."""

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
    """The person has applied as a mentor before."""

    code = "already_a_mentor"


class ReasonMissing(Refusal):
    """A decision about a mentor comes without a reason."""

    code = "reason_missing"


class PauseAlreadyOver(Refusal):
    """The requested end date is today or in the past."""

    code = "pause_already_over"


class AbsenceNotPossible(Refusal):
    """The days are over, in the wrong order, or too many absences are stored."""

    code = "absence_not_possible"


class QuietHoursNeedBothEnds(Refusal):
    """The quiet hours lack an end, or begin and end at the same time."""

    code = "quiet_hours_need_both_ends"


class Collision(Exception):
    """Two requests did the same thing at the same moment. A retry finds the result of the other one."""


class TextForgotten(Refusal):
    """The message held a secret, and its text was erased. It cannot be sent again."""

    code = "text_forgotten"
