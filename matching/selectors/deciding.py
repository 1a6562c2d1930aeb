"""The facts by which an admin decides about a help request: who could be proposed, and who cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.languages import active_language
from accounts.models import MentorProfile
from matching.engine.why_not import PRIVATE_RULES
from matching.models import HelpRequest
from matching.selectors.candidates import Candidate
from matching.selectors.suggestions import best_mentors, tried_in
from matching.selectors.words_for_admins import RULES_IN_WORDS

SHOWN_MAX = 10


@dataclass(frozen=True, slots=True)
class Removal:
    """A rule, in words, and the number of mentors that it removes, alone or with others.

    ``is_main``: the waiting list names this rule.
    """

    sentence: str
    count: int
    is_main: bool


@dataclass(frozen=True, slots=True)
class Search:
    """The mentors who could be proposed, best first, the number of those who fit too little, and the rules."""

    candidates: Sequence[Candidate]
    weaker: int
    removals: Sequence[Removal]


def search_anew(request: HelpRequest, *, private: bool, now: datetime) -> Search:
    """Rank the mentors for an open request as a search would now. Nothing is stored.

    Mentors on its list, and those who were there, are left out. ``private`` names the private rules as well.
    """
    live, over = tried_in(request, now=now)
    best = best_mentors(request, now=now, count=SHOWN_MAX, without=live, over=over, reads_in=active_language())
    mentors = MentorProfile.objects.select_related("user").in_bulk(
        [found.mentor_id for found in best.suggestions], field_name="user_id"
    )
    removed = sorted(best.removed.items(), key=lambda item: (-item[1], item[0]))
    return Search(
        candidates=[Candidate(mentor=mentors[found.mentor_id], judged=found) for found in best.suggestions],
        weaker=best.weaker,
        removals=[
            Removal(RULES_IN_WORDS[rule], count, rule == best.main_obstacle)
            for rule, count in removed
            if private or rule not in PRIVATE_RULES
        ],
    )
