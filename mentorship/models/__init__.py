"""Goals, kinds of sessions, mentorships with sessions and fit checks, calendar addresses, and exclusions."""

from mentorship.models.calendar_address import CalendarAddress
from mentorship.models.exclusion import Exclusion
from mentorship.models.fit_check import FitCheck
from mentorship.models.goal import Goal, GoalKind
from mentorship.models.mentorship import Mentorship
from mentorship.models.session import Attendance, Booking, Session, SessionNote, SessionTime
from mentorship.models.session_kind import SessionKind

__all__ = [
    "Attendance",
    "Booking",
    "CalendarAddress",
    "Exclusion",
    "FitCheck",
    "Goal",
    "GoalKind",
    "Mentorship",
    "Session",
    "SessionKind",
    "SessionNote",
    "SessionTime",
]
