"""A preview of the suggestions for a request that is not submitted. Nothing is stored."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import MentorProfile
from matching.engine import MIN_FIT, PROPOSALS_MAX, RULES
from matching.models import HelpRequest
from matching.selectors.shown import suggested_card
from matching.selectors.suggestions import best_mentors

RULE_OF = {rule.name: rule for rule in RULES}


def preview_of(request: HelpRequest, *, now: datetime) -> dict[str, Any]:
    """Return the best mentors for ``request``, saved or not, with their cards, and the rules that exclude others.

    Nobody for a request of a cohort: its organisers find the mentor, among those who take part.
    """
    if request.cohort_id is not None:
        return {"suggestions": [], "weaker": 0, "least_fit": MIN_FIT, "removed": []}
    found = best_mentors(request, now=now, count=PROPOSALS_MAX)
    mentors = MentorProfile.objects.select_related("user__profile").prefetch_related(
        "user__profile__languages", "user__profile__career"
    )
    by_user = mentors.in_bulk([suggestion.mentor_id for suggestion in found.suggestions], field_name="user_id")
    return {
        "suggestions": [asdict(s) | {"mentor": suggested_card(by_user[s.mentor_id])} for s in found.suggestions],
        "weaker": found.weaker,
        "least_fit": MIN_FIT,
        "removed": [
            {
                "rule": name,
                "mentors": count,
                "sentence": _(RULE_OF[name].sentence),
                "advice": _(RULE_OF[name].advice),
                "changeable": RULE_OF[name].changeable,
            }
            for name, count in sorted(found.removed.items(), key=lambda item: (-item[1], item[0]))
            if not RULE_OF[name].private
        ],
    }
