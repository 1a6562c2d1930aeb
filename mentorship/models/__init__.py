"""Goals, milestones, kinds, mentorships with sessions, steps, fit checks and practice, calendars, and exclusions."""

from mentorship.models.action_item import ActionItem
from mentorship.models.calendar_address import CalendarAddress
from mentorship.models.exclusion import Exclusion
from mentorship.models.fit_check import FitCheck
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
    "FitCheck",
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
