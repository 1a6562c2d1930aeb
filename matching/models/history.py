"""The events of this app: moves of requests, matches and handovers, pairs of cohorts, and proposals by hand.

What the engine computes has none.
"""

from accounts.models.recording import record
from matching.models.cohort_draft import CohortDecision
from matching.models.cohort_pair import CohortPair
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
CohortDecisionEvent = record(
    CohortDecision,
    *("mentee", "mentor", "kind", "reason", "by", "decided_at"),
    people=("mentee__person", "mentor__person"),
    kept_from=("mentee__person", "mentor__person"),
    inserts=True,
)
CohortPairEvent = record(
    CohortPair,
    *("status", "published_by", "proposed_at", "answer_due_at", "mentee_yes_at", "mentor_yes_at", "declined_by"),
    *("decline_reason", "ended_at"),
    people=("mentor__user", "help_request__mentee"),
)
