"""The events of this app. Texts that are private or sealed, fit checks and practice have none."""

from accounts.models.recording import record
from mentorship.models.calendar_address import CalendarAddress
from mentorship.models.cohort import Cohort, CohortMember, CohortOrganiser
from mentorship.models.credential import Credential
from mentorship.models.exclusion import Exclusion
from mentorship.models.feedback import Feedback
from mentorship.models.goal import Goal, GoalKind
from mentorship.models.mentorship import Mentorship
from mentorship.models.session import Attendance, Session
from mentorship.models.session_kind import SessionKind

BOTH = ("mentorship__mentor__user", "mentorship__mentee")

GoalKindEvent = record(
    GoalKind,
    *("code", "name", "phrase", "description", "needs_market", "usual_weeks", "position", "is_offered"),
    inserts=True,
)
SessionKindEvent = record(
    SessionKind,
    *("code", "name", "minutes", "agenda", "mentee_prepares", "mentor_prepares", "position", "is_offered"),
    inserts=True,
)
GoalEvent = record(
    Goal,
    *("mentee", "kind", "target_role", "target_field", "target_sector", "target_level", "target_country", "by_on"),
    "status",
    people=("mentee",),
)
MentorshipEvent = record(
    Mentorship,
    *("status", "format", "planned_end_on", "paused_at", "ended_at", "end_reason", "ended_by"),
    people=("mentor__user", "mentee"),
)
SessionEvent = record(
    Session,
    *("kind", "status", "minutes", "starts_at", "cancelled_by", "disputed_at"),
    people=BOTH,
)
AttendanceEvent = record(Attendance, "person", "answer", people=("person",))
ExclusionEvent = record(Exclusion, "first", "second", "reason", people=("first", "second"), inserts=True)
FeedbackEvent = record(
    Feedback,
    *("reported_at", "kept_at", "hidden_at", "hidden_by", "hidden_reason", "thanks_shown"),
    people=("author", *BOTH),
)
CredentialEvent = record(Credential, "revoked_at", "revoked_by", "revoked_reason", people=("mentor__user",))
CalendarAddressEvent = record(CalendarAddress, "person", "created_at", people=("person",))
CohortEvent = record(
    Cohort,
    *("name", "about", "company", "status", "joins_until_on", "starts_on", "ends_on", "different_department"),
    *("outside_reporting_line", "policy", "both_sides"),
    inserts=True,
)
CohortMemberEvent = record(
    CohortMember, "cohort", "person", "side", "places", "manager", "left_at", people=("person",), inserts=True
)
CohortOrganiserEvent = record(CohortOrganiser, "cohort", "person", "part", people=("person",), inserts=True)
