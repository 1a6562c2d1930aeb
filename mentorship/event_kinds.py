"""Events of this app that webhooks tell of."""

from accounts.event_kinds import EventKind, register

SESSION = ("session", "mentorship", "status")

register(
    EventKind("mentorship.began", "A mentorship began.", ("mentorship", "status")),
    EventKind("mentorship.ended", "A mentorship was completed or ended early.", ("mentorship", "status")),
    EventKind("session.confirmed", "A session got a time, or another one.", SESSION),
    EventKind("session.cancelled", "A session was cancelled.", SESSION),
    EventKind("session.held", "A session was held, as the two say.", SESSION),
)
