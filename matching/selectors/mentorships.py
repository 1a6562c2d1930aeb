"""The mentorship that a help request led to."""

from __future__ import annotations

from django.utils.translation import gettext as _

from matching.exceptions import HelpRequestNotMatched
from matching.models import HelpRequest, Match


def mentorship_id_of(request: HelpRequest) -> int:
    """Return the id of the mentorship that a help request led to. Raises HelpRequestNotMatched without one."""
    accepted = request.matches.filter(status=Match.Status.ACCEPTED).values_list("mentorship_id", flat=True).first()
    if accepted is None:
        raise HelpRequestNotMatched(
            _("This help request is %(status)s and has no mentor to change.")
            % {"status": request.get_status_display().lower()}
        )
    return accepted
