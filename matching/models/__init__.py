"""Help requests, the matches proposed for them, and the question bank."""

from matching.models.bank_question import BankQuestion
from matching.models.clarification import CLARIFICATIONS_MAX, Clarification
from matching.models.correction import Correction
from matching.models.handover import Handover
from matching.models.help_request import HelpRequest
from matching.models.match import Match
from matching.models.vectors import MentorTexts, RequestText
from matching.models.waiting_request import WaitingRequest

__all__ = [
    "CLARIFICATIONS_MAX",
    "BankQuestion",
    "Clarification",
    "Correction",
    "Handover",
    "HelpRequest",
    "Match",
    "MentorTexts",
    "RequestText",
    "WaitingRequest",
]
