"""The events of this app: moves of requests, matches and handovers, and proposals by hand.

What the engine computes has none.
"""

from accounts.models.recording import record
from matching.models.hand_proposal import HandProposal
from matching.models.handover import Handover
from matching.models.help_request import HelpRequest
from matching.models.match import Match

HelpRequestEvent = record(
    HelpRequest,
    *("status", "goal", "format", "session_kind", "minutes", "languages", "accepts_paid", "opened_at", "closed_at"),
    people=("mentee",),
)
MatchEvent = record(
    Match,
    *("status", "is_named", "asked_at", "offered_at", "extended_at", "ended_at"),
    *("decline_reason", "dismiss_reason", "time_again_on", "silent_side", "withdrawn_by"),
    people=("mentor__user", "help_request__mentee"),
)
HandoverEvent = record(
    Handover,
    *("cause", "choice", "chosen_at", "takes_notes", "closed_at"),
    people=("mentorship__mentor__user", "mentorship__mentee"),
)
HandProposalEvent = record(
    HandProposal,
    *("match", "by", "proposed_at", "rules", "reason"),
    people=("match__mentor__user", "match__help_request__mentee"),
    kept_from=("match__mentor__user", "match__help_request__mentee"),
    inserts=True,
)
