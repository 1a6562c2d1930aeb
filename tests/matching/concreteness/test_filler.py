"""The verdict on German and Spanish drafts: filler is vague, a request with a subject may be submitted."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from matching.concreteness import Draft
from matching.concreteness.filler import words_left
from tests.matching.concreteness.drafts import CLEAR, check

DRAFTS = json.loads(Path(__file__).with_name("german_and_spanish.json").read_text(encoding="utf-8"))
VAGUE, CONCRETE = (
    [Draft(**texts, target_role="Trainerin") for texts in DRAFTS[label]] for label in ("vague", "concrete")
)


def test_a_draft_of_filler_is_vague(subtests):
    for draft in VAGUE:
        with subtests.test(draft.ask):
            found = check(draft)

            assert found.verdict == "vague"
            assert {"gap", "ask"} <= {one.part for one in found.missing}


NO_ASK = [draft for draft in VAGUE if not words_left(draft.ask) - {"30", "45"}]


def test_a_good_request_with_an_ask_of_filler_is_vague(subtests):
    for draft in NO_ASK:
        with subtests.test(draft.ask):
            good = replace(CLEAR, situation=CONCRETE[2].situation, gap=CONCRETE[2].gap)

            found = check(replace(good, ask=draft.ask))

            assert found.verdict == "vague"
            assert "does not yet name one thing" in found.missing[-1].problem


def test_a_draft_with_a_subject_may_be_submitted(subtests):
    for draft in CONCRETE:
        with subtests.test(draft.ask):
            assert check(draft).verdict != "vague"


def test_a_concrete_ask_is_not_refused_for_a_gap_of_filler(subtests):
    for draft in CONCRETE:
        with subtests.test(draft.ask):
            assert check(replace(draft, gap=VAGUE[0].gap)).verdict != "vague"


@pytest.mark.parametrize("gap", ["Ich verstehe nichts von Patenten", "No entiendo nada de las patentes"])
def test_a_gap_with_one_subject_is_not_missing(gap):
    assert "gap" not in [one.part for one in check(replace(CONCRETE[0], gap=gap)).missing]
