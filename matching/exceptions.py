"""Refusals of this app."""

from accounts.exceptions import Refusal


class MentorNotEligible(Refusal):
    """A hard rule excludes the mentor now; the sentence is the rule's own."""

    code = "mentor_not_eligible"

    def __init__(self, rule: str, sentence: str) -> None:
        super().__init__(f"This mentor cannot be asked any more. {sentence} Ask another one; we look for more.")
        self.rule = rule


class TooManyOpenHelpRequests(Refusal):
    code = "too_many_open_help_requests"


class TooManyAsked(Refusal):
    code = "too_many_asked"


class HelpRequestNotOpen(Refusal):
    code = "help_request_not_open"


class NotYourTurn(Refusal):
    """The one who asked cannot answer."""

    code = "not_your_turn"


class HelpRequestNotADraft(Refusal):
    code = "help_request_not_a_draft"


class PairNotAllowed(Refusal):
    """The two may not be matched, since the question was asked."""

    code = "pair_not_allowed"


class HelpRequestIncomplete(Refusal):
    """Something that matching cannot do without is missing."""

    code = "help_request_incomplete"


class HelpRequestNotMatched(Refusal):
    """There is no running mentorship to change."""

    code = "help_request_not_matched"
