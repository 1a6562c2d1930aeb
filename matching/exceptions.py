"""Refusals of this app."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.exceptions import Refusal


class MentorNotEligible(Refusal):
    """A hard rule now excludes the mentor. The sentence is that of the rule."""

    code = "mentor_not_eligible"

    def __init__(self, rule: str, sentence: str | Promise) -> None:
        super().__init__(
            _("This mentor cannot be asked any more. %(sentence)s Ask another one; we look for more.")
            % {"sentence": sentence}
        )
        self.rule = rule


class NamedMentorNotEligible(Refusal):
    """Hard rules exclude a mentor whom the mentee names."""

    code = "mentor_not_eligible"


class RulesInTheWay(Refusal):
    """Hard rules exclude a mentor whom an admin proposes, and were not or cannot be overridden."""

    code = "rules_in_the_way"


class AlreadyOnTheList(Refusal):
    """The mentor whom an admin proposes has a live match for the request."""

    code = "already_on_the_list"


class RemindedLately(Refusal):
    """An admin reminds somebody who was reminded within a day."""

    code = "reminded_lately"


class ExtensionTooLong(Refusal):
    """An admin moves a deadline on by too many days, or by none."""

    code = "extension_too_long"


class ExtendedBefore(Refusal):
    """The deadline of an answer was moved on in this turn already."""

    code = "extended_before"


class TooManyNamed(Refusal):
    """The mentee has named as many mentors for the request as allowed."""

    code = "too_many_named"


class OfferNotPossible(Refusal):
    """A hard rule excludes an offer of the mentor. ``rule`` is its name."""

    code = "offer_not_possible"

    def __init__(self, rule: str, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.rule = rule


class OfferSaysNothing(Refusal):
    """The note of the offer is too short."""

    code = "offer_says_nothing"


class TimeAgainPassed(Refusal):
    """The day from which the mentor has time again is today or in the past."""

    code = "time_again_passed"


class QuestionSaysNothing(Refusal):
    """The question that a mentor asks back has no words."""

    code = "question_says_nothing"


class AnswerSaysNothing(Refusal):
    """The answer to a question that a mentor asked back has no words."""

    code = "answer_says_nothing"


class TooManyQuestionsBack(Refusal):
    """The mentor asked back as often as they may."""

    code = "too_many_questions_back"


class TooManyOpenHelpRequests(Refusal):
    """The mentee has as many open help requests as allowed."""

    code = "too_many_open_help_requests"


class TooManyAsked(Refusal):
    """The help request has as many unanswered questions and offers as allowed."""

    code = "too_many_asked"


class AskedTooOften(Refusal):
    """The mentee has asked this mentor, or all mentors, as often as allowed."""

    code = "asked_too_often"


class OfferedTooOften(Refusal):
    """The mentor has offered this mentee help as often as allowed."""

    code = "offered_too_often"


class AlreadyDone(Refusal):
    """The same person made the same move before, as by a second click."""

    code = "already_done"


class SuggestionGone(Refusal):
    """A new search has deleted the proposal."""

    code = "suggestion_gone"

    def __init__(self) -> None:
        super().__init__(_("This suggestion is not there any more; we look for others. Reload the page."))


class HelpRequestGone(Refusal):
    """The draft has been deleted."""

    code = "help_request_gone"

    def __init__(self) -> None:
        super().__init__(_("This help request is not there any more: its draft was thrown away. Reload the page."))


class HelpRequestNotOpen(Refusal):
    """The help request is not open."""

    code = "help_request_not_open"


class NotYourTurn(Refusal):
    """The move belongs to another person."""

    code = "not_your_turn"


class HelpRequestNotADraft(Refusal):
    """The help request has been submitted."""

    code = "help_request_not_a_draft"


class PairNotAllowed(Refusal):
    """The two may no longer be matched, or the mentee has left."""

    code = "pair_not_allowed"


class HelpRequestIncomplete(Refusal):
    """A fact that matching needs is missing, or two facts contradict each other."""

    code = "help_request_incomplete"


class HelpRequestTooVague(Refusal):
    """The text is too vague for a mentor. ``missing`` has part, problem and a better sentence for each gap."""

    code = "help_request_too_vague"

    def __init__(self, missing: Sequence[Mapping[str, str]]) -> None:
        problems = " ".join(part["problem"] for part in missing)
        super().__init__(
            _("A mentor could not yet tell what to do. %(problems)s Say it in your words, and send it again.")
            % {"problems": problems}
        )
        self.members = {"missing": list(missing)}


class AnotherQuestion(Refusal):
    """The correction would make another question of the help request."""

    code = "another_question"


class CorrectedTooOften(Refusal):
    """This help request was corrected as often as allowed within a day."""

    code = "corrected_too_often"


class CorrectedMeanwhile(Refusal):
    """The request was corrected after the mentor read it. ``correction`` is the number to send once it is read."""

    code = "corrected_meanwhile"

    def __init__(self, correction: int, changes: Sequence[Mapping[str, str]]) -> None:
        super().__init__(_("This request was corrected since you opened it. Read what changed, then answer once more."))
        self.members = {"correction": correction, "changes": list(changes)}


class NoLongerFits(Refusal):
    """The request was corrected meanwhile, and a hard rule now keeps the two apart."""

    code = "no_longer_fits"


class DuplicateHelpRequest(Refusal):
    """The mentee has another open request that asks for the same."""

    code = "duplicate_help_request"


class MatchedInCohort(Refusal):
    """The organisers of a cohort match the help request, and nobody else does."""

    code = "matched_in_cohort"

    def __init__(self) -> None:
        super().__init__(
            _(
                "The organisers of a cohort match this help request, with all others of the cohort at once. So nobody "
                "is asked or proposed for it one by one."
            )
        )


class CohortRequestThere(Refusal):
    """The mentee has a current help request for the cohort. ``help_request`` is its identifier."""

    code = "cohort_request_there"

    def __init__(self, help_request: UUID) -> None:
        super().__init__(
            _("You have a help request for this cohort already. Go on with that one, or withdraw it first.")
        )
        self.members = {"help_request": str(help_request)}


class TooManyDrafts(Refusal):
    """The mentee has as many drafts as allowed."""

    code = "too_many_drafts"


class HelpRequestNotOver(Refusal):
    """The help request is a draft, is open, or has a running mentorship."""

    code = "help_request_not_over"


class WhyYouTooShort(Refusal):
    """The reason for asking this mentor is too short."""

    code = "why_you_too_short"


class WhyYouFitsAnyMentor(Refusal):
    """The reason for asking this mentor has praise and asking alone."""

    code = "why_you_fits_any_mentor"


class WhyYouCopied(Refusal):
    """Another mentor got the same text."""

    code = "why_you_copied"


class HelpRequestNotMatched(Refusal):
    """The help request has no running mentorship."""

    code = "help_request_not_matched"


class HandoverIsOpen(Refusal):
    """The mentee is asked how to go on already."""

    code = "handover_is_open"


class HandoverOver(Refusal):
    """The mentor is back, or the mentorship is over: the mentee has nothing to choose any more."""

    code = "handover_over"

    def __init__(self) -> None:
        super().__init__(
            _("There is nothing to choose any more: your mentor is back, or the mentorship has ended. Reload the page.")
        )


class NothingToWaitFor(Refusal):
    """The mentor has left, was suspended, or pauses without an end."""

    code = "nothing_to_wait_for"


class NoRequestToOpen(Refusal):
    """The mentorship came without a help request, so there is none to open again."""

    code = "no_request_to_open"


class NoMoreQuestions(Refusal):
    """The question bank has no other question for the selection."""

    code = "no_more_questions"


class ChangedWhileJudged(Refusal):
    """The request or the facts of the mentor changed since the mentor was judged."""

    code = "changed_while_judged"


class ImportNotReadable(Refusal):
    """A file cannot be read. The sentence says why, and what to do."""

    code = "import_not_readable"


class ColumnsNotMapped(Refusal):
    """Columns of the file are not mapped to fields that an import needs."""

    code = "columns_not_mapped"


class UndoTooLate(Refusal):
    """The import was applied too long ago to be undone."""

    code = "undo_too_late"


class ImportCheckedAnew(Refusal):
    """The file was checked again since the admin read the result."""

    code = "import_checked_anew"


class CohortNotClosed(Refusal):
    """A draft is made of a closed cohort only."""

    code = "cohort_not_closed"


class DraftInTheMaking(Refusal):
    """The worker makes a draft of the cohort at this moment."""

    code = "draft_in_the_making"


class DraftIsOld(Refusal):
    """Somebody made a newer draft of the cohort meanwhile. The sentence says who, when, and what they did."""

    code = "draft_is_old"


class DraftNotMade(Refusal):
    """The draft is not made yet, was not possible, or its fits are not kept any more."""

    code = "draft_not_made"


class EditNotPossible(Refusal):
    """An edit of a draft contradicts pins, places, hard rules, or pairs that were published."""

    code = "edit_not_possible"


class PairOver(Refusal):
    """The pair of a cohort does not wait for an answer any more."""

    code = "pair_over"


class PairsNotPossible(Refusal):
    """Pairs of a draft cannot be published, or there is nothing to take back. The sentence names the people."""

    code = "pairs_not_possible"


class TooLateToTakeBack(Refusal):
    """The pairs of a cohort were published more than a day ago."""

    code = "too_late_to_take_back"
