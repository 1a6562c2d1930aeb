"""Goals, mentorships with sessions, steps, practice, fit checks and outcomes, kinds, cohorts, exclusions."""

from mentorship.models.action_item import ActionItem
from mentorship.models.answer_step import AnswerStep
from mentorship.models.calendar_address import CalendarAddress
from mentorship.models.cohort import Cohort, CohortMember, CohortOrganiser
from mentorship.models.credential import Credential
from mentorship.models.exclusion import Exclusion
from mentorship.models.feedback import Feedback, OrganiserNote
from mentorship.models.fit_check import FitCheck
from mentorship.models.goal import Goal, GoalKind
from mentorship.models.mentorship import Mentorship
from mentorship.models.milestone import Milestone
from mentorship.models.outcome import GoalScale, Occasion, OutcomeQuestion, OutcomeRating
from mentorship.models.practice import AnswerFeedback, PracticeItem, PracticeRecord, PracticeShare, TakenAlong
from mentorship.models.session import Attendance, Booking, Session, SessionNote, SessionTime
from mentorship.models.session_kind import SessionKind

# Last: it declares the events of the models above.
from mentorship.models import history  # isort: skip

__all__ = [
    "ActionItem",
    "AnswerFeedback",
    "AnswerStep",
    "Attendance",
    "Booking",
    "CalendarAddress",
    "Cohort",
    "CohortMember",
    "CohortOrganiser",
    "Credential",
    "Exclusion",
    "Feedback",
    "FitCheck",
    "Goal",
    "GoalKind",
    "GoalScale",
    "Mentorship",
    "Milestone",
    "Occasion",
    "OrganiserNote",
    "OutcomeQuestion",
    "OutcomeRating",
    "PracticeItem",
    "PracticeRecord",
    "PracticeShare",
    "Session",
    "SessionKind",
    "SessionNote",
    "SessionTime",
    "TakenAlong",
    "history",
]
