"""Help requests, the matches proposed for them, drafts and pairs of cohorts, the question bank, imports of files."""

from matching.models.bank_question import BankQuestion
from matching.models.clarification import CLARIFICATIONS_MAX, Clarification
from matching.models.cohort_draft import NOBODY, CohortDecision, CohortDraft, CohortScores
from matching.models.cohort_pair import CohortPair
from matching.models.cohort_report import CohortReport
from matching.models.correction import Correction
from matching.models.hand_proposal import OVERRIDABLE, HandProposal
from matching.models.handover import Handover
from matching.models.help_request import HelpRequest
from matching.models.imports import Import, ImportColumns, ImportRow
from matching.models.match import Match
from matching.models.vectors import MentorTexts, RequestText
from matching.models.waiting_request import WaitingRequest

# Last: it declares the events of the models above.
from matching.models import history  # isort: skip

__all__ = [
    "CLARIFICATIONS_MAX",
    "NOBODY",
    "OVERRIDABLE",
    "BankQuestion",
    "Clarification",
    "CohortDecision",
    "CohortDraft",
    "CohortPair",
    "CohortReport",
    "CohortScores",
    "Correction",
    "HandProposal",
    "Handover",
    "HelpRequest",
    "Import",
    "ImportColumns",
    "ImportRow",
    "Match",
    "MentorTexts",
    "RequestText",
    "WaitingRequest",
    "history",
]
