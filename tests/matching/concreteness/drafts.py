"""Drafts and questions for the tests of the concreteness check."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from matching.concreteness import Concreteness, Draft
from matching.concreteness import check as check_draft
from matching.text.language import language_of, language_of_all

SESSION_KINDS = (
    "intro_call",
    "mock_interview",
    "interview_debrief",
    "story_practice",
    "cv_review",
    "promotion_case",
    "portfolio_review",
    "general",
    "a_kind_an_admin_added",
)
CLEAR = Draft(
    situation="Ward nurse in Accra for five years, CBT passed in October, invited online by a hospital in Leeds.",
    gap="I never had scenario questions and go blank when I must talk about a mistake.",
    ask="Practise six scenario questions with me and correct how I answer.",
    needs=("values-based interviews",),
    minutes=60,
    session_kind="mock_interview",
    session_phrase="a mock interview",
    goal_phrase="find a job in another country",
    target_role="Staff nurse",
    target_field="nursing",
    target_country="the United Kingdom",
    goal_by=date(2027, 9, 1),
)


def check(draft: Draft) -> Concreteness:
    """Check a draft with the languages that the detector finds, as the selector does."""
    texts = {"situation": draft.situation, "gap": draft.gap, "ask": draft.ask}
    whole = language_of_all(texts.values())
    return check_draft(replace(draft, languages={part: language_of(text, whole) for part, text in texts.items()}))


def missing(draft: Draft) -> list[str]:
    return [one.part for one in check(draft).missing]


def better(draft: Draft, part: str) -> str:
    return next(one.better for one in check(draft).missing if one.part == part)
