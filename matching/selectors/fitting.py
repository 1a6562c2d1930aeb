"""Which requests a mentor could offer to help with."""

from __future__ import annotations

from accounts.models import MentorProfile
from matching.models import HelpRequest, Match
from mentorship.selectors import free_place, kept_apart, places_taken

FITTING_MAX = 5


def fitting_requests(mentor: MentorProfile) -> list[Match]:
    """Return up to FITTING_MAX proposals of open requests, best fit first; none to a mentor who takes nobody now.

    The mentee has not chosen this mentor yet, so whoever shows these does not name the mentee.
    """
    if mentor.status != MentorProfile.Status.APPROVED or free_place(mentor, places_taken(mentor)) is None:
        return []
    proposed = Match.objects.filter(
        mentor=mentor,
        status=Match.Status.PROPOSED,
        help_request__status=HelpRequest.Status.OPEN,
        help_request__mentee__is_active=True,
    ).exclude(help_request__mentee__in=kept_apart(mentor.user_id))
    return list(
        proposed.select_related("help_request__goal__kind", "help_request__session_kind").order_by("-fit", "pk")[
            :FITTING_MAX
        ]
    )
