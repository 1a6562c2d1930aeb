"""Help requests and the matches proposed for them."""

from matching.models.help_request import HelpRequest
from matching.models.match import Match

__all__ = ["HelpRequest", "Match"]
