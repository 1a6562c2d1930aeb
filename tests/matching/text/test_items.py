"""The texts of profiles and requests that are compared by meaning."""

from __future__ import annotations

import pytest

from matching.text.items import ITEMS_MAX, mentor_items, request_text
from tests.factories import HelpRequestFactory, MentorFactory


@pytest.mark.django_db
def test_a_request_in_another_language_is_not_compared_by_meaning():
    request = HelpRequestFactory(
        situation="Ich forsche seit sechs Jahren an Teilchen und möchte nun in die Industrie gehen.",
        gap="Ich weiß nicht, wie ich das in meinem Lebenslauf so sagen soll, dass es verstanden wird.",
        ask="Geh bitte meinen Lebenslauf mit mir durch und sag mir, was man nicht versteht.",
    )

    assert request_text(request) == ""


@pytest.mark.django_db
def test_a_long_profile_is_cut():
    mentor = MentorFactory(user__profile__bio=" ".join(f"Sentence number {n}." for n in range(100)))

    items = mentor_items(mentor)

    assert len(items) == ITEMS_MAX
    assert len(set(items)) == ITEMS_MAX
