"""Refusals of this app."""

from collections.abc import Mapping, Sequence

from accounts.exceptions import Refusal


class MentorNotEligible(Refusal):
    """A hard rule excludes the mentor now; the sentence is the rule's own."""

    code = "mentor_not_eligible"

    def __init__(self, rule: str, sentence: str) -> None:
        super().__init__(f"This mentor cannot be asked any more. {sentence} Ask another one; we look for more.")
        self.rule = rule


class OfferNotPossible(Refusal):
    """A hard rule keeps the mentor from offering help; ``rule`` is its name."""

    code = "offer_not_possible"

    def __init__(self, rule: str, sentence: str) -> None:
        super().__init__(sentence)
        self.rule = rule


class OfferSaysNothing(Refusal):
    code = "offer_says_nothing"


class TooManyOpenHelpRequests(Refusal):
    code = "too_many_open_help_requests"


class TooManyAsked(Refusal):
    code = "too_many_asked"


class AlreadyDone(Refusal):
    """The same person did just this before: a second click. What they wanted is so."""

    code = "already_done"


class SuggestionGone(Refusal):
    """The row was a proposal that a new search dropped meanwhile."""

    code = "suggestion_gone"

    def __init__(self) -> None:
        super().__init__("This suggestion is not there any more; we look for others. Reload the page.")


class HelpRequestGone(Refusal):
    """The row was a draft that was thrown away meanwhile."""

    code = "help_request_gone"

    def __init__(self) -> None:
        super().__init__("This help request is not there any more: its draft was thrown away. Reload the page.")


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


class HelpRequestTooVague(Refusal):
    """No mentor could tell what to do; ``missing`` has part, problem and a better sentence for each gap."""

    code = "help_request_too_vague"

    def __init__(self, missing: Sequence[Mapping[str, str]]) -> None:
        problems = " ".join(part["problem"] for part in missing)
        super().__init__(f"A mentor could not yet tell what to do. {problems} Change the draft and submit it again.")
        self.members = {"missing": list(missing)}


class DuplicateHelpRequest(Refusal):
    """Another open request of the same mentee asks for the same."""

    code = "duplicate_help_request"


class HelpRequestNotOver(Refusal):
    """It can still be changed, or still looks for a mentor."""

    code = "help_request_not_over"


class WhyYouTooShort(Refusal):
    code = "why_you_too_short"


class WhyYouCopied(Refusal):
    """The same words went to another mentor."""

    code = "why_you_copied"


class HelpRequestNotMatched(Refusal):
    """There is no running mentorship to change."""

    code = "help_request_not_matched"
