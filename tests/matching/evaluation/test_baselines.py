"""The baselines that the ranking is compared with."""

from __future__ import annotations

import numpy as np
import pytest

from matching.evaluation.baselines import Baselines, TfIdf


def test_tfidf_is_the_cosine_of_words_weighted_by_rarity():
    rare = np.log(3 / 2) + 1  # in one of two texts; a word in both has a weight of 1
    index = TfIdf(["Python python data", "data Straße"])

    length = np.hypot(2 * rare, 1)
    assert index.cosine("PYTHON") == pytest.approx([2 * rare / length, 0])
    assert index.cosine("data") == pytest.approx([1 / length, 1 / np.hypot(rare, 1)])
    assert index.cosine("STRASSE unheard-of") == pytest.approx([0, rare / np.hypot(rare, 1)])
    assert [*index.cosine(""), *index.cosine("🙂 x")] == [0, 0, 0, 0]


def test_the_baselines_rank_the_eligible_and_keep_the_order_of_the_file_in_a_tie():
    def mentor(bio: str, *teaches: str) -> dict:
        return {"bio": bio, "mentor": {"teaches": list(teaches)}}

    baselines = Baselines(
        {
            "excluded": mentor("tensor", "SQL", "Git"),
            "none": mentor("pottery"),
            "words": mentor("tensor calculus"),
            "one": mentor("", "sql", "cooking"),
            "both": mentor("", "GIT", "sql"),
        }
    )
    request = {
        "situation": "Tensor calculus, a tensor calculus",
        "needs": ["Sql", "git", "SQL"],
        "goal": {"target_role": None},
    }

    orders = baselines.orders(request, frozenset({"none", "words", "one", "both"}))

    assert orders["skills overlap"] == ["both", "one", "none", "words"]
    assert (orders["tfidf"][0], orders["tfidf"][-1], len(orders["tfidf"])) == ("words", "none", 4)
