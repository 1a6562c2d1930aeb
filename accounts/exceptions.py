"""Refusals: each names a fact, carries a code and says what to do. `config/problems.py` lists all of them."""

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
    gettext_noop("cohort"),
    gettext_noop("cohort draft"),
    gettext_noop("cohort pair"),
    gettext_noop("concern"),
    gettext_noop("goal"),
    gettext_noop("help request"),
    gettext_noop("import"),
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
    gettext_noop("applying"),
    gettext_noop("approved"),
    gettext_noop("archived"),
    gettext_noop("asked"),
    gettext_noop("cancelled"),
    gettext_noop("checked"),
    gettext_noop("clarifying"),
    gettext_noop("closed"),
    gettext_noop("completed"),
    gettext_noop("confirmed"),
    gettext_noop("dead"),
    gettext_noop("declined"),
    gettext_noop("dismissed"),
    gettext_noop("done"),
    gettext_noop("discarded"),
    gettext_noop("draft"),
    gettext_noop("dropped"),
    gettext_noop("ended early"),
    gettext_noop("expired"),
    gettext_noop("failed"),
    gettext_noop("held"),
    gettext_noop("in doubt"),
    gettext_noop("mail to a group"),
    gettext_noop("mapped"),
    gettext_noop("matched"),
    gettext_noop("missed by mentee"),
    gettext_noop("missed by mentor"),
    gettext_noop("offered"),
    gettext_noop("open"),
    gettext_noop("paused"),
    gettext_noop("pending"),
    gettext_noop("preparing"),
    gettext_noop("proposed"),
    gettext_noop("published"),
    gettext_noop("queued"),
    gettext_noop("reached"),
    gettext_noop("rejected"),
    gettext_noop("running"),
    gettext_noop("scheduled"),
    gettext_noop("sending"),
    gettext_noop("sent"),
    gettext_noop("skipped"),
    gettext_noop("stopped"),
    gettext_noop("superseded"),
    gettext_noop("suspended"),
    gettext_noop("uncertain"),
    gettext_noop("undoing"),
    gettext_noop("undone"),
    gettext_noop("uploaded"),
    gettext_noop("withdrawn"),
]


class InvitationOver(Refusal):
    """The invited person has come in already."""

    code = "invitation_over"


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


class RulesNotAccepted(Refusal):
    """The community's rules are new, and the person has not accepted them yet."""

    code = "rules_not_accepted"


class RulesNotPlanned(Refusal):
    """The time of publication of rules in force, or withdrawn ones, cannot change."""

    code = "rules_not_planned"


class RulesNotPublished(Refusal):
    """New rules are empty, say the same as those before, or have days in a wrong order."""

    code = "rules_not_published"


class SettingNotPossible(Refusal):
    """A limit or a deadline is outside of its range, or unknown."""

    code = "setting_not_possible"


class SettingChangedMeanwhile(Refusal):
    """Another owner changed the setting since it was read."""

    code = "setting_changed_meanwhile"


class AlreadyAMentor(Refusal):
    """The person has applied as a mentor before."""

    code = "already_a_mentor"


class ReasonMissing(Refusal):
    """A decision about a mentor or a role comes without a reason."""

    code = "reason_missing"


class OwnApplication(Refusal):
    """An admin decides about their own application as a mentor, and another admin could."""

    code = "own_application"


class AboutYourself(Refusal):
    """An admin decides about a request, a match, a mentorship or a session of their own."""

    code = "about_yourself"


class NotAnOwner(Refusal):
    """Somebody who is no owner of the community gives a role."""

    code = "not_an_owner"


class RoleAlreadyGiven(Refusal):
    """The person has the role that is to be given."""

    code = "role_already_given"


class AccountIsLocked(Refusal):
    """A locked account gets no role."""

    code = "account_is_locked"


class LastOwner(Refusal):
    """The community would be left without an owner."""

    code = "last_owner"


class PauseAlreadyOver(Refusal):
    """The requested end date is today or in the past."""

    code = "pause_already_over"


class AbsenceNotPossible(Refusal):
    """Days of an absence, of a journey or of extra hours are over."""

    code = "absence_not_possible"


class CalendarSetTooOften(Refusal):
    """The member has set the address of their calendar too often within an hour."""

    code = "calendar_set_too_often"


class AskingPaused(Refusal):
    """The person missed several sessions, and has to come back before asking again."""

    code = "asking_paused"


class QuietHoursNeedBothEnds(Refusal):
    """The quiet hours lack an end, or begin and end at the same time."""

    code = "quiet_hours_need_both_ends"


class TooManyBlocks(Refusal):
    """The person blocks as many others as allowed."""

    code = "too_many_blocks"


class TooManyConcerns(Refusal):
    """The person raised as many concerns within a day as allowed."""

    code = "too_many_concerns"


class ConcernIsOpen(Refusal):
    """The person has an open concern about the same other person and topic."""

    code = "concern_is_open"


class ConcernNotLifted(Refusal):
    """Only the organisers bring these two into contact again."""

    code = "concern_not_lifted"


class ConcernAboutOneself(Refusal):
    """The admin is one of the two whom the concern is about."""

    code = "concern_about_oneself"


class NotAnOrganiser(Refusal):
    """The owner of a concern has to be an admin who may decide about it."""

    code = "not_an_organiser"


class ConcernTaken(Refusal):
    """Another admin changed meanwhile who takes care of the concern."""

    code = "concern_taken"


class OutcomeNotPossible(Refusal):
    """The outcome does not fit: there is no mentor to suspend, or no mentorship to end."""

    code = "outcome_not_possible"


class AnswerMissing(Refusal):
    """A concern is to be closed without words for the person who raised it."""

    code = "answer_missing"


class AdminNotLockedOut(Refusal):
    """The account to be locked is that of an admin."""

    code = "admin_not_locked_out"


class MergeNotPossible(Refusal):
    """Two accounts cannot be made one. The sentences name all that stands against it."""

    code = "merge_not_possible"


class AccountMerged(Refusal):
    """The account was merged into another one a moment ago."""

    code = "account_merged"


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


class WrittenToday(Refusal):
    """The person had this message within the day."""

    code = "written_today"


class EscalationGone(Refusal):
    """The cause of an escalation is gone."""

    code = "escalation_gone"


class EscalationTaken(Refusal):
    """Another admin did something about it before."""

    code = "escalation_taken"


class EscalationRuleChanged(Refusal):
    """Another admin changed the rule since it was read."""

    code = "escalation_rule_changed"


class EscalationOwnerNotAdmin(Refusal):
    """Only an active admin who may see an escalation takes care of it."""

    code = "escalation_owner_not_admin"


class TrialModeChanged(Refusal):
    """Somebody else changed trial mode while the form was open."""

    code = "trial_mode_changed"


class TrialModeNeedsAddress(Refusal):
    """Trial mode is to be switched on without an address that gets mail."""

    code = "trial_mode_needs_address"


class NobodyToWriteTo(Refusal):
    """A mail to a group has no reader."""

    code = "nobody_to_write_to"


class TooManyToWriteTo(Refusal):
    """A mail to a group has more recipients than one mail may have."""

    code = "too_many_to_write_to"


class GroupMailChanged(Refusal):
    """The mail to a group, or the number of its readers, changed while the form was open."""

    code = "group_mail_changed"


class GroupMailIncomplete(Refusal):
    """The texts of a mail to a group cannot be sent as they are."""

    code = "group_mail_incomplete"


class GroupMailTimeNotPossible(Refusal):
    """A mail to a group is to be sent in the past, or too late."""

    code = "group_mail_time_not_possible"


class TooManyGroupMails(Refusal):
    """The admin has sent as many group mails as one may within a day."""

    code = "too_many_group_mails"


class BulkActionIsOver(Refusal):
    """An action on many rows is done, or was stopped."""

    code = "bulk_action_is_over"


class SavedViewNotPossible(Refusal):
    """The name of a view is taken, the view is gone, or the admin has too many."""

    code = "saved_view_not_possible"


class TokenNotPossible(Refusal):
    """An access token cannot be made: too many, a wrong scope, or a time that is too long."""

    code = "token_not_possible"


class ProviderNotPossible(Refusal):
    """An identity provider does not answer, its name is taken, or people are connected."""

    code = "provider_not_possible"


class ProviderCannotVouch(Refusal):
    """The login of an identity provider does not show whose account it would open."""

    code = "provider_cannot_vouch"


class AddressTaken(Refusal):
    """The directory of an employer gives somebody the address of another account."""

    code = "address_taken"


class NotForDirectory(Refusal):
    """The directory of an employer changes an admin's account, or opens one it did not close."""

    code = "not_for_directory"


class WebhookNotPossible(Refusal):
    """The endpoint of a webhook cannot be called, or is switched off."""

    code = "webhook_not_possible"


class ErasureAskedAlready(Refusal):
    """The account is to be erased already, or is being erased."""

    code = "erasure_asked_already"


class NothingToCancel(Refusal):
    """The person has no erasure to cancel: none waits, or an admin asked for it."""

    code = "nothing_to_cancel"


class AdminNotErased(Refusal):
    """The account is one of an admin. An owner takes the role away before it is erased."""

    code = "admin_not_erased"


class KeptByLaw(Refusal):
    """A legal hold stands, or there is none to lift."""

    code = "kept_by_law"


class LogInAgain(Refusal):
    """The last proof of who is logged in is too long ago for what was asked."""

    code = "log_in_again"
