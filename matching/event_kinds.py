"""Events of this app that webhooks tell of."""

from accounts.event_kinds import EventKind, register

MATCH = ("match", "request", "status")

register(
    EventKind("request.opened", "A request looks for mentors.", ("request", "status")),
    EventKind("request.closed", "A request was closed or withdrawn, or expired.", ("request", "status")),
    EventKind("match.proposed", "A mentor was proposed for a request.", MATCH),
    EventKind("match.asked", "A mentor was asked.", MATCH),
    EventKind("match.accepted", "The two said yes.", MATCH),
    EventKind("match.declined", "One of the two said no.", MATCH),
)
