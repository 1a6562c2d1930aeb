"""Goals, kinds of sessions, mentorships, their sessions, calendar addresses, and exclusions."""

from mentorship.models.calendar_address import CalendarAddress
from mentorship.models.exclusion import Exclusion
from mentorship.models.goal import Goal, GoalKind
from mentorship.models.mentorship import Mentorship
from mentorship.models.session import Attendance, Booking, Session, SessionNote, SessionTime
from mentorship.models.session_kind import SessionKind

__all__ = [
    "Attendance",
    "Booking",
    "CalendarAddress",
    "Exclusion",
    "Goal",
    "GoalKind",
    "Mentorship",
    "Session",
    "SessionKind",
    "SessionNote",
    "SessionTime",
]
