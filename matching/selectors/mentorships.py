"""The mentorship that a help request led to, and the other way round."""

from __future__ import annotations

from django.utils.translation import gettext as _

from matching.exceptions import HelpRequestNotMatched
from matching.models import HelpRequest, Match
from mentorship.models import Mentorship


def mentorship_id_of(request: HelpRequest) -> int:
    """Return the id of the mentorship that a help request led to. Raises HelpRequestNotMatched without one."""
    accepted = request.matches.filter(status=Match.Status.ACCEPTED).values_list("mentorship_id", flat=True).first()
    if accepted is None:
        raise HelpRequestNotMatched(
            _("This help request is %(status)s and has no mentor to change.")
            % {"status": request.get_status_display().lower()}
        )
    return accepted


def request_of(mentorship: Mentorship) -> HelpRequest | None:
    """Return the help request that led to a mentorship. None for one that came otherwise."""
    matches = Match.objects.filter(mentorship=mentorship).select_related(
        "help_request__goal__kind", "help_request__session_kind", "help_request__mentee"
    )
    match = matches.first()
    return match.help_request if match else None
