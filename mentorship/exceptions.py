"""Refusals of this app."""

from uuid import UUID

from django.utils.translation import gettext as _

from accounts.exceptions import Refusal


class CohortNotOpen(Refusal):
    """Nobody can join the cohort now, or the invitation link is not valid any more."""

    code = "cohort_not_open"


class CohortDatesOver(Refusal):
    """The last day to join the cohort has passed."""

    code = "cohort_dates_over"


class NotAnOrganiser(Refusal):
    """Owners, community managers, and the programme managers of a cohort run it."""

    code = "cohort_not_yours"


class NobodyToAdd(Refusal):
    """No account that can log in has the address, or it is none that can be chosen."""

    code = "nobody_to_add"


class CohortIsOver(Refusal):
    """The cohort is archived: its people stay as they are."""

    code = "cohort_is_over"


class CohortHasNoCompany(Refusal):
    """Only a company's cohort has numbers for a company."""

    code = "cohort_has_no_company"


class NoProgrammeManager(Refusal):
    """The person has another role than programme manager, or none."""

    code = "no_programme_manager"


class MentorsOnly(Refusal):
    """Only mentors can join a cohort as a mentor, and not those who were rejected or suspended."""

    code = "mentors_only"


class NotInCohort(Refusal):
    """The person is no member of the cohort."""

    code = "not_in_cohort"


class PlacesOutOfRange(Refusal):
    """The number of places in a cohort is not from 1 to the highest capacity."""

    code = "places_out_of_range"


class MentorAtCapacity(Refusal):
    """The mentor has no free place."""

    code = "mentor_at_capacity"


class AlreadyTogether(Refusal):
    """The two have a running mentorship for this goal."""

    code = "already_together"


class EndReasonDoesNotFit(Refusal):
    """The reason does not belong to the status with which the mentorship ends."""

    code = "end_reason_does_not_fit"


class GoalSettled(Refusal):
    """Mentors have read the goal, so only its date may change."""

    code = "goal_settled"


class GoalStatedAlready(Refusal):
    """An active goal of the mentee has the same kind, role, field and country. ``goal`` is its identifier."""

    code = "goal_stated_already"

    def __init__(self, goal: UUID) -> None:
        super().__init__(
            _(
                "You have this goal already: same kind, role, field and country. Go on with that one, or say in role "
                "or field what is different this time."
            )
        )
        self.members = {"goal": str(goal)}


class NotOneOfTheTwo(Refusal):
    """The person is neither mentor nor mentee of the mentorship."""

    code = "not_one_of_the_two"


class TooManyGoals(Refusal):
    """The mentee has as many active goals as allowed."""

    code = "too_many_goals"


class NotYourGoal(Refusal):
    """The goal belongs to somebody else."""

    code = "not_your_goal"


class PlannedEndNotLater(Refusal):
    """The new planned end is not later than the present one, or too far away."""

    code = "planned_end_not_later"


class ExtendedTooOften(Refusal):
    """The planned end has moved as often as allowed within a day."""

    code = "extended_too_often"


class KeptApart(Refusal):
    """The two are kept apart by a block, an exclusion or a suspension."""

    code = "kept_apart"


class NoPlannedEnd(Refusal):
    """One-off help has no planned end."""

    code = "no_planned_end"


class AlreadyOngoing(Refusal):
    """Only one-off help can become ongoing."""

    code = "already_ongoing"


class OngoingProposedAlready(Refusal):
    """One of the two has proposed to make it ongoing, and it waits for an answer."""

    code = "ongoing_proposed_already"


class NoOngoingProposal(Refusal):
    """Nobody has proposed to make it ongoing, or it is answered."""

    code = "no_ongoing_proposal"


class NoFitCheck(Refusal):
    """Nobody has asked the person yet how the mentorship goes."""

    code = "no_fit_check"


class MentorshipNotActive(Refusal):
    """Sessions are planned while a mentorship is active: neither paused nor over."""

    code = "mentorship_not_active"


class OneSessionOnly(Refusal):
    """One-off help has one session, and it is planned or held already."""

    code = "one_session_only"


class TooManySessions(Refusal):
    """As many sessions of the mentorship wait for an answer as are allowed."""

    code = "too_many_sessions"


class TimesNotPossible(Refusal):
    """The proposed times are too many, past, too far away, or twice the same."""

    code = "times_not_possible"


class ProposedTooOften(Refusal):
    """Times were proposed to the other side as often as allowed within a day."""

    code = "proposed_too_often"


class ChangedTooOften(Refusal):
    """The other side was told of as many changes of the session as allowed within a day."""

    code = "changed_too_often"


class NotYourAnswer(Refusal):
    """The times are one's own: the other side chooses among them."""

    code = "not_your_answer"


class TimeNotProposed(Refusal):
    """The chosen time is not among the proposed ones, or is past."""

    code = "time_not_proposed"


class BookedAlready(Refusal):
    """One of the two has another session at that time."""

    code = "booked_already"


class SessionHasBegun(Refusal):
    """The session has begun, so it cannot be moved or cancelled any more."""

    code = "session_has_begun"


class SessionNotOver(Refusal):
    """The session has not ended, so nobody can say how it was."""

    code = "session_not_over"


class NotYourRecord(Refusal):
    """The practice record, or a session or goal of it, belongs to somebody else."""

    code = "not_your_record"


class PracticeGone(Refusal):
    """The practice record, or the part of it, was removed meanwhile."""

    code = "practice_gone"

    def __init__(self) -> None:
        super().__init__(_("This record, or this part of it, was removed. Reload the page."))


class TooManyRecords(Refusal):
    """The person has as many practice records as allowed."""

    code = "too_many_records"


class TooManyItems(Refusal):
    """The practice record has as many entries as allowed."""

    code = "too_many_items"


class NoSuchPart(Refusal):
    """A practice record of this kind has no such part."""

    code = "no_such_part"


class NotTheirMentor(Refusal):
    """Only the mentor of the record's session gives feedback."""

    code = "not_their_mentor"


class QuestionNamesSomebody(Refusal):
    """A question to be shared holds an address, a link, a number or a name."""

    code = "question_names_somebody"


class GoalNotActive(Refusal):
    """The goal is reached or dropped."""

    code = "goal_not_active"


class TooManyMilestones(Refusal):
    """The goal has as many milestones as allowed."""

    code = "too_many_milestones"


class MilestoneGone(Refusal):
    """The milestone was removed meanwhile."""

    code = "milestone_gone"


class MilestoneOfAnotherGoal(Refusal):
    """The milestone is not one of the mentorship's goal."""

    code = "milestone_of_another_goal"


class SessionOfAnotherMentorship(Refusal):
    """The session is not one of the mentorship."""

    code = "session_of_another_mentorship"


class TooManySteps(Refusal):
    """The mentorship has as many open steps as allowed."""

    code = "too_many_steps"


class StepSettled(Refusal):
    """The step is done or dropped, so it does not change before it is open again."""

    code = "step_settled"


class NotYourScale(Refusal):
    """The mentee alone writes the scale of the outcome."""

    code = "not_your_scale"


class ScaleStands(Refusal):
    """The mentorship is over, so its scale does not change any more."""

    code = "scale_stands"


class OutcomeNotAsked(Refusal):
    """The outcome is not asked about on this occasion, or not any more."""

    code = "outcome_not_asked"


class RatingStands(Refusal):
    """The other side may have read the rating, so it does not change any more."""

    code = "rating_stands"


class MentorshipNotOver(Refusal):
    """Feedback is written once the mentorship is over."""

    code = "mentorship_not_over"


class FeedbackStands(Refusal):
    """The feedback is open, so it does not change any more."""

    code = "feedback_stands"


class FeedbackNotOpen(Refusal):
    """There is no open feedback that could be reported."""

    code = "feedback_not_open"


class FeedbackNotReported(Refusal):
    """The feedback was not reported, so the admins do not judge it."""

    code = "feedback_not_reported"


class ThanksNotShown(Refusal):
    """There are no thanks of a mentee that a mentor could show."""

    code = "thanks_not_shown"


class CredentialsOff(Refusal):
    """No key signs credentials here."""

    code = "credentials_off"


class NotMentoringNow(Refusal):
    """Only approved mentors get credentials, paused or not."""

    code = "not_mentoring_now"


class NothingHeld(Refusal):
    """No session of the period was confirmed by both."""

    code = "nothing_held"


class PeriodNotOver(Refusal):
    """The period ends after today."""

    code = "period_not_over"


class CredentialIssuedAlready(Refusal):
    """A valid credential of the mentor has the same period."""

    code = "credential_issued_already"


class TooManyCredentials(Refusal):
    """The mentor got as many credentials within a day as allowed."""

    code = "too_many_credentials"


class CredentialRevokedAlready(Refusal):
    """The credential was revoked before."""

    code = "credential_revoked_already"


class PausedAlready(Refusal):
    """An admin pauses somebody who is paused, or who missed nothing."""

    code = "paused_already"
