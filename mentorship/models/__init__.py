"""Goals, kinds of sessions, mentorships and exclusions."""

from mentorship.models.exclusion import Exclusion
from mentorship.models.goal import Goal, GoalKind
from mentorship.models.mentorship import Mentorship
from mentorship.models.session_kind import SessionKind

__all__ = ["Exclusion", "Goal", "GoalKind", "Mentorship", "SessionKind"]
