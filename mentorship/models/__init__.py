"""Goals, milestones, mentorships, their sessions and steps, practice, calendar addresses, exclusions, and kinds."""

from mentorship.models.action_item import ActionItem
from mentorship.models.calendar_address import CalendarAddress
from mentorship.models.exclusion import Exclusion
from mentorship.models.goal import Goal, GoalKind
from mentorship.models.mentorship import Mentorship
from mentorship.models.milestone import Milestone
from mentorship.models.practice import AnswerFeedback, PracticeItem, PracticeRecord, PracticeShare, TakenAlong
from mentorship.models.session import Attendance, Booking, Session, SessionNote, SessionTime
from mentorship.models.session_kind import SessionKind

__all__ = [
    "ActionItem",
    "AnswerFeedback",
    "Attendance",
    "Booking",
    "CalendarAddress",
    "Exclusion",
    "Goal",
    "GoalKind",
    "Mentorship",
    "Milestone",
    "PracticeItem",
    "PracticeRecord",
    "PracticeShare",
    "Session",
    "SessionKind",
    "SessionNote",
    "SessionTime",
    "TakenAlong",
]
