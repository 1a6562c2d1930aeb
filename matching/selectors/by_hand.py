"""Mentors whom an admin could propose for a request by hand, with the rules in their way, and who was proposed so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.models import MentorProfile
from matching.engine import RULES
from matching.models import HandProposal, HelpRequest, Match
from matching.selectors.candidates import Candidate
from matching.selectors.suggestions import broken_rules, judged_anew
from matching.selectors.words_for_admins import rules_in_words

EVERY_RULE = frozenset(rule.name for rule in RULES)


def candidates_of(request: HelpRequest, mentors: Sequence[MentorProfile], *, now: datetime) -> list[Candidate]:
    """Return a candidate for each of ``mentors``: those who fit best first, those without a judgement last."""
    users = [mentor.user_id for mentor in mentors]
    judged = judged_anew(request, users, now=now, despite=EVERY_RULE) if users else {}
    rules = broken_rules(request, users, now=now)
    found = [
        Candidate(mentor=mentor, judged=judged.get(mentor.user_id), rules=rules[mentor.user_id]) for mentor in mentors
    ]
    return sorted(found, key=lambda one: (-one.judged.fit if one.judged else 1, one.mentor.pk))


def by_hand_in_words(match: Match) -> str:
    """Return who proposed a match by hand, with the overridden rules and the reason. Empty if nobody did."""
    by_hand: HandProposal | None = getattr(match, "by_hand", None)
    if by_hand is None:
        return ""
    rules = rules_in_words(by_hand.rules, private=True)
    return " ".join([f"By {by_hand.by or 'somebody who left'}.", *rules, by_hand.reason]).strip()
