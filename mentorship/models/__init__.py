"""Goals, kinds of sessions, mentorships, their sessions, practice, calendar addresses, and exclusions."""

from mentorship.models.calendar_address import CalendarAddress
from mentorship.models.exclusion import Exclusion
from mentorship.models.goal import Goal, GoalKind
from mentorship.models.mentorship import Mentorship
from mentorship.models.practice import AnswerFeedback, PracticeItem, PracticeRecord, PracticeShare, TakenAlong
from mentorship.models.session import Attendance, Booking, Session, SessionNote, SessionTime
from mentorship.models.session_kind import SessionKind

__all__ = [
    "AnswerFeedback",
    "Attendance",
    "Booking",
    "CalendarAddress",
    "Exclusion",
    "Goal",
    "GoalKind",
    "Mentorship",
    "PracticeItem",
    "PracticeRecord",
    "PracticeShare",
    "Session",
    "SessionKind",
    "SessionNote",
    "SessionTime",
    "TakenAlong",
]
