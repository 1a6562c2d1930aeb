"""The verdict on German and Spanish drafts: filler is vague, a request with a subject may be submitted."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from matching.concreteness import Draft
from matching.concreteness.filler import says_by_when, says_how_long, words_left
from tests.matching.concreteness.drafts import CLEAR, check

HERE = Path(__file__).parent
DRAFTS = json.loads((HERE / "german_and_spanish.json").read_text(encoding="utf-8"))
HELD_OUT = json.loads((HERE / "german_and_spanish_held_out.json").read_text(encoding="utf-8"))
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


# The word lists must not be tuned on these drafts.


@pytest.mark.parametrize("language", ["de", "es"])
def test_most_held_out_drafts_of_filler_are_vague(language):
    drafts = [draft_of(row) for row in HELD_OUT["vague"] if row["language"] == language]

    vague = [draft for draft in drafts if check(draft).verdict == "vague"]

    assert len(drafts) == 12
    assert len(vague) >= 0.8 * len(drafts)


@pytest.mark.parametrize("language", ["de", "es"])
def test_every_held_out_draft_with_a_subject_may_be_submitted(language):
    drafts = [draft_of(row) for row in HELD_OUT["concrete"] if row["language"] == language]

    refused = [draft.ask for draft in drafts if check(draft).verdict == "vague"]

    assert len(drafts) == 12
    assert refused == []


def draft_of(row) -> Draft:
    return Draft(situation=row["situation"], gap=row["gap"], ask=row["ask"], target_role="Trainerin")


@pytest.mark.parametrize(
    "target", ["irgendwas", "Irgendein Job", "noch offen", "weiß nicht", "lo que sea", "cualquier trabajo", "no sé"]
)
def test_a_target_that_names_nothing_is_missing(target):
    draft = replace(CONCRETE[0], target_role=target)

    assert "goal" in [one.part for one in check(draft).missing]


@pytest.mark.parametrize("target", ["Stellwerksleiter", "die Pflege", "Cargo", "la enfermería", "Red Team"])
def test_a_target_that_names_something_is_a_goal(target):
    draft = replace(CONCRETE[0], target_role=target)

    assert "goal" not in [one.part for one in check(draft).missing]


@pytest.mark.parametrize(
    "when", ["bis Ende Juni", "am nächsten Montag", "antes de marzo", "el próximo jueves", "am 3.5."]
)
def test_a_month_or_a_day_says_by_when(when):
    assert says_by_when(f"Bitte {when}")


@pytest.mark.parametrize("when", ["seit März", "letzten Montag", "desde enero", "bald", "pronto"])
def test_a_date_that_is_over_does_not_say_by_when(when):
    assert not says_by_when(when)


@pytest.mark.parametrize(("text", "named"), [("eine halbe Stunde", True), ("media hora", True), ("eine Weile", False)])
def test_a_length_may_be_in_words(text, named):
    assert says_how_long(text) is named


@pytest.mark.parametrize(
    "ask", ["Nimm mich bitte an die Hand!", "Austausch auf Augenhöhe", "Échame una mano, por favor"]
)
def test_a_phrase_that_fits_every_request_is_no_ask(ask):
    assert words_left(ask) <= {"echame", "nimm"}
