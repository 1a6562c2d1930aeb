"""Refusals: each names a fact, carries a code and says what to do. `config/api.py` maps it to an HTTP status."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import BadRequest
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop


class Refusal(Exception):
    """A rule of the community forbids the action. Nothing was changed.

    The API's answer holds ``members`` beside code and detail.
    """

    code = "refused"
    members: Mapping[str, Any] = {}

    def __init__(self, detail: str | Promise) -> None:
        # A sentence of a module is translated here, while the language of the request is active.
        self.detail = str(detail)
        super().__init__(self.detail)


# The words that MoveNotAllowed puts into its sentence, for the catalogues.
THINGS_AND_STATUSES = [
    gettext_noop("goal"),
    gettext_noop("help request"),
    gettext_noop("match"),
    gettext_noop("mentor application"),
    gettext_noop("mentor profile"),
    gettext_noop("mentorship"),
    gettext_noop("notification"),
    gettext_noop("session"),
    gettext_noop("step"),
    gettext_noop("accepted"),
    gettext_noop("active"),
    gettext_noop("applied"),
    gettext_noop("approved"),
    gettext_noop("asked"),
    gettext_noop("cancelled"),
    gettext_noop("clarifying"),
    gettext_noop("closed"),
    gettext_noop("completed"),
    gettext_noop("confirmed"),
    gettext_noop("dead"),
    gettext_noop("declined"),
    gettext_noop("dismissed"),
    gettext_noop("done"),
    gettext_noop("draft"),
    gettext_noop("dropped"),
    gettext_noop("ended early"),
    gettext_noop("expired"),
    gettext_noop("held"),
    gettext_noop("in doubt"),
    gettext_noop("matched"),
    gettext_noop("missed by mentee"),
    gettext_noop("missed by mentor"),
    gettext_noop("offered"),
    gettext_noop("open"),
    gettext_noop("paused"),
    gettext_noop("pending"),
    gettext_noop("proposed"),
    gettext_noop("reached"),
    gettext_noop("rejected"),
    gettext_noop("sending"),
    gettext_noop("sent"),
    gettext_noop("skipped"),
    gettext_noop("superseded"),
    gettext_noop("suspended"),
    gettext_noop("uncertain"),
    gettext_noop("withdrawn"),
]


class MoveNotAllowed(Refusal):
    """The current status does not allow the move."""

    code = "move_not_allowed"

    def __init__(self, thing: str, status: str, wanted: str) -> None:
        super().__init__(
            gettext(
                "This is not possible any more: the %(thing)s is %(status)s. Reload the page to see where it stands."
            )
            % {"thing": gettext(thing), "status": gettext(status.replace("_", " "))}
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
    """Days of an absence, of a journey or of extra hours are over."""

    code = "absence_not_possible"


class CalendarSetTooOften(Refusal):
    """The member has set the address of their calendar as often as allowed within an hour."""

    code = "calendar_set_too_often"


class AskingPaused(Refusal):
    """The person missed several sessions, and has to come back before asking again."""

    code = "asking_paused"


class QuietHoursNeedBothEnds(Refusal):
    """The quiet hours lack an end, or begin and end at the same time."""

    code = "quiet_hours_need_both_ends"


class Collision(Exception):
    """Two requests did the same thing at the same moment. A retry finds the result of the other one."""


class TextForgotten(Refusal):
    """The message held a secret, and its text was erased. It cannot be sent again."""

    code = "text_forgotten"


class UnknownButton(BadRequest):
    """A form was sent by a button that the page does not have. Nothing was changed."""

    def __init__(self) -> None:
        super().__init__(gettext("This page has no such button. Load it again, and choose one of its buttons."))


class FormIncomplete(BadRequest):
    """A form arrived without one of its lists. The list would be emptied; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(
            gettext("A part of this form did not arrive, so nothing was changed. Load the page again, then send it.")
        )
