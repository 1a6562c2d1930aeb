"""Grades of readers, compared with a ranking."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from matching.community.schema import BadCommunityFile, parse
from matching.evaluation.figures import Answer
from matching.evaluation.graded import Graded, Quality, normalised_gain, parse_grades, quality
from matching.evaluation.run import evaluate_graded

GRADED = Path(__file__).resolve().parents[2] / "graded"
COMMUNITY = {
    "people": [
        {"email": "M@example.org", "mentor": {}},
        {"email": "n@example.org", "mentor": {}},
        {"email": "me@example.org"},
    ],
    "help_requests": [{"ref": "R1"}],
}


@pytest.mark.parametrize(
    ("row", "path", "reason"),
    [
        ({"R2": {"grades": {"m@example.org": [1]}, "send": [[]]}}, "$['R2']", "'R2' is not among the help requests"),
        ({"R1": {"grades": {"?": [1]}, "send": [[]]}}, "$['R1'].grades['?']", "is not among the people"),
        ({"R1": {"grades": {"me@example.org": [1]}, "send": [[]]}}, "$['R1'].grades['me@example.org']", "is no mentor"),
        ({"R1": {"grades": {"m@example.org": [6]}, "send": [[]]}}, "$.R1.grades['m@example.org'][0]", "maximum of 5"),
        ({"R1": {"grades": {"m@example.org": []}, "send": [[]]}}, "$.R1.grades['m@example.org']", "non-empty"),
        ({"R1": {"grades": {"m@example.org": [1]}}}, "$.R1", "'send' is a required property"),
        ({"R1": {"grades": {"m@example.org": [1]}, "send": [["n@example.org"]]}}, "$['R1'].send[0]", "has no grade"),
    ],
)
def test_bad_grades_are_refused_with_their_path(row, path, reason):
    with pytest.raises(BadCommunityFile) as refused:
        parse_grades(json.dumps(row), COMMUNITY)

    assert [fault for fault in refused.value.faults if fault.path == path and reason in fault.reason]


def test_grades_are_means_and_wanted_is_who_every_reader_sends():
    file = {
        "R1": {"grades": {"M@EXAMPLE.org": [4, 5], "n@example.org": [0, 1]}, "send": [["M@EXAMPLE.org"], []]},
    }

    [graded] = parse_grades(json.dumps(file), COMMUNITY)

    assert graded == Graded("R1", {"m@example.org": 4.5, "n@example.org": 0.5}, frozenset())


def test_gain_counts_high_grades_at_the_top():
    best = 3 / math.log2(2) + 1 / math.log2(3)

    assert normalised_gain([2, 1, 0], [0, 1, 2]) == 1
    assert normalised_gain([1, 2, 0], [0, 1, 2]) == pytest.approx((1 + 3 / math.log2(3)) / best)
    assert normalised_gain([0, 0, 0, 0, 0, 2], [2, 0, 0, 0, 0, 0]) == 0


def test_quality_counts_what_is_proposed_by_its_grades():
    graded = [Graded("R1", {"a": 5.0, "b": 4.5, "c": 2.0, "d": 0.0}, frozenset({"a", "c"}))]
    answer = Answer(ranked=["b", "stranger", "a", "d", "c"], proposed=["b", "stranger", "a", "d"])

    found = quality(graded, {"R1": answer})

    assert (found.requests, found.first, found.gain < 1) == (1, 1, True)
    assert (found.proposed, found.good, found.useless, found.wanted, found.missed) == (3, 2, 1, 2, 1)


def test_nobody_eligible_is_no_first_mentor():
    found = quality([Graded("R1", {"a": 5.0}, frozenset("a"))], {"R1": Answer(ranked=[])})

    assert found == Quality(requests=1, gain=0, first=0, proposed=0, good=0, useless=0, wanted=1, missed=1)


@pytest.mark.parametrize("name", sorted(path.name.split(".")[0] for path in GRADED.glob("*.grades.json")))
def test_each_graded_set_follows_the_formats(name):
    community = parse((GRADED / f"{name}.community.json").read_bytes())
    graded = parse_grades((GRADED / f"{name}.grades.json").read_bytes(), community)

    assert {row.request for row in graded} == {row["ref"] for row in community["help_requests"]}


@pytest.mark.django_db
def test_the_command_prints_a_line_for_each_method(capsys, tmp_path):
    folder = GRADED.parent / "cases"
    grades = tmp_path / "grades.json"
    grades.write_text(
        '{"V6": {"grades": {"claire@example.org": [5, 5], "empty@example.org": [0, 0]}, "send": [[], []]}}'
    )

    call_command("evaluate_matching", folder / "community.json", grades)

    heading, *rows, between, english, total, differing = capsys.readouterr().out.splitlines()
    assert heading.split() == ["nDCG@5", "first", "right", "proposed", "good", "useless", "missed"]
    assert [row[:16].strip() for row in rows] == ["engine", "tfidf", "skills overlap"]
    assert rows[0].split()[1:5] == ["1.000", "1", "of", "1"]
    assert between == "by the language of the request:"
    assert english.removeprefix("engine, en").split() == rows[0].removeprefix("engine").split()
    assert total.startswith("1 requests, engine ")
    assert differing == "The eligible mentors are not those that were graded: V6"


@pytest.mark.django_db
def test_figures_by_language_add_up_to_all(now):
    community = parse((GRADED / "technology.community.json").read_bytes())
    graded = parse_grades((GRADED / "technology.grades.json").read_bytes(), community)

    report = evaluate_graded(community, graded, now=now)

    whole, parts = report.methods["engine"], report.languages
    assert next(iter(parts)) == "en"
    assert {"de", "es", "fr"} <= set(parts)
    for name in ("requests", "first", "proposed", "good", "useless", "wanted", "missed"):
        assert sum(getattr(part, name) for part in parts.values()) == getattr(whole, name)
    assert sum(part.gain * part.requests for part in parts.values()) == pytest.approx(whole.gain * whole.requests)


@pytest.mark.django_db
def test_options_of_expectations_are_refused_with_grades(tmp_path):
    grades = tmp_path / "grades.json"
    grades.write_text("{}")

    with pytest.raises(CommandError, match="--misses belongs to expectations"):
        call_command("evaluate_matching", GRADED.parent / "cases" / "community.json", grades, "--misses")
