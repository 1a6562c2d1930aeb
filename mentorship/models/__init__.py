"""Goals, kinds of sessions, mentorships, their sessions, outcomes and feedback, calendar addresses, and exclusions."""

from mentorship.models.calendar_address import CalendarAddress
from mentorship.models.exclusion import Exclusion
from mentorship.models.feedback import Feedback, OrganiserNote
from mentorship.models.goal import Goal, GoalKind
from mentorship.models.mentorship import Mentorship
from mentorship.models.outcome import GoalScale, Occasion, OutcomeQuestion, OutcomeRating
from mentorship.models.session import Attendance, Booking, Session, SessionNote, SessionTime
from mentorship.models.session_kind import SessionKind

__all__ = [
    "Attendance",
    "Booking",
    "CalendarAddress",
    "Exclusion",
    "Feedback",
    "Goal",
    "GoalKind",
    "GoalScale",
    "Mentorship",
    "Occasion",
    "OrganiserNote",
    "OutcomeQuestion",
    "OutcomeRating",
    "Session",
    "SessionKind",
    "SessionNote",
    "SessionTime",
]
