"""Goals, kinds of sessions, mentorships, their sessions, and exclusions."""

from mentorship.models.exclusion import Exclusion
from mentorship.models.goal import Goal, GoalKind
from mentorship.models.mentorship import Mentorship
from mentorship.models.session import Attendance, Booking, Session, SessionNote, SessionTime
from mentorship.models.session_kind import SessionKind

__all__ = [
    "Attendance",
    "Booking",
    "Exclusion",
    "Goal",
    "GoalKind",
    "Mentorship",
    "Session",
    "SessionKind",
    "SessionNote",
    "SessionTime",
]
