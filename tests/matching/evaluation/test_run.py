"""The evaluation as a whole, and its command."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import MentorProfile, Profile, SkillAlias, User
from matching.community.schema import parse
from matching.evaluation.expectations import Notes, parse_expectations, parse_notes
from matching.evaluation.figures import Figure
from matching.evaluation.run import Report, evaluate
from matching.models import HelpRequest, MentorTexts, RequestText
from matching.text import encoder as encoders
from mentorship.models import Goal

TESTS = Path(__file__).resolve().parents[2]

CASES, EVALUATION = TESTS / "cases", TESTS / "evaluation"


def run(folder: Path, notes: Path | None = None) -> Report:
    community = parse((folder / "community.json").read_bytes())
    expected = parse_expectations((folder / "expect.json").read_bytes(), community)
    marked = parse_notes(notes.read_bytes(), community) if notes else Notes()
    return evaluate(community, expected, notes=marked, now=timezone.now())


@pytest.fixture(scope="module")
def evaluation(django_db_setup, django_db_blocker) -> Report:
    """Return the report on the evaluation set. The evaluation runs once, and leaves nothing in the database."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        # Hard rules read no text, and the encoder would take half a minute.
        patch.setattr(encoders, "USE", None)
        encoders.encoder.cache_clear()
        report = run(EVALUATION, EVALUATION / "notes.json")
    encoders.encoder.cache_clear()
    return report


@pytest.mark.django_db
def test_the_shared_cases_hold():
    report = run(CASES)

    assert (report.misses, report.total.hits) == ([], report.total.total)


def test_the_hard_rules_of_the_evaluation_set_hold(evaluation):
    assert evaluation.methods["engine"]["hard_rules"] == Figure(Fraction(372), 372)


def test_the_evaluation_set_has_the_numbers_of_the_docs(evaluation):
    totals = {name: figure.total for name, figure in evaluation.methods["engine"].items()}
    fields = {row["field"] for row in json.loads((EVALUATION / "notes.json").read_text()).values()}

    assert (evaluation.requests, len(fields)) == (55, 22)
    assert (totals["first_hit_jargon"], totals["first_hit_text_only"]) == (40, 19)


@pytest.mark.django_db
def test_the_command_changes_nothing_and_ranks_only_people_of_the_file(capsys):
    call_command("load_community", CASES / "community.json", past_dates=True, verbosity=0)
    MentorProfile.objects.update(status=MentorProfile.Status.PAUSED)
    Profile.objects.update(headline="As it was")
    models = (User, Profile, MentorProfile, HelpRequest, Goal, MentorTexts, RequestText)
    before = [list(model.objects.order_by("pk").values()) for model in models]
    capsys.readouterr()

    call_command("evaluate_matching", CASES / "community.json", CASES / "expect.json", "--json")

    answer = json.loads(capsys.readouterr().out)
    assert (answer["total"]["rate"], answer["misses"]) == (1, [])
    assert [list(model.objects.order_by("pk").values()) for model in models] == before


@pytest.mark.django_db
def test_without_aliases_other_names_of_a_skill_do_not_count(capsys, tmp_path, without_encoder):
    community = json.loads((CASES / "community.json").read_text())
    [request] = [row for row in community["help_requests"] if row["ref"] == "V1"]
    request["needs"] = ["FEM"]
    mentor = next(row for row in community["people"] if row["email"] == "empty@example.org")
    mentor["mentor"]["teaches"] = ["finite element method"]
    file, expected = tmp_path / "community.json", tmp_path / "expect.json"
    file.write_text(json.dumps(community))
    expected.write_text('[{"request": "V1", "first": "empty@example.org"}]')
    before = SkillAlias.objects.count()
    points = []
    for arguments in ([], ["--without-aliases"]):
        call_command("evaluate_matching", file, expected, "--misses", *arguments)
        points.append(capsys.readouterr().out)

    assert points[0] != points[1]
    assert SkillAlias.objects.count() == before


@pytest.mark.django_db
def test_the_command_prints_a_table_a_total_and_the_misses(capsys, tmp_path):
    wrong = tmp_path / "expect.json"
    wrong.write_text('[{"request": "V6", "first": "empty@example.org", "ineligible": {"claire@example.org": "price"}}]')

    call_command("evaluate_matching", CASES / "community.json", wrong, "--misses")

    heading, *rows, total, first, rule = capsys.readouterr().out.splitlines()
    assert heading.split() == ["first", "hit", "hard", "rules"]
    assert [row[:16].strip() for row in rows] == ["engine", "tfidf", "skills overlap", "random eligible"]
    assert rows[0].split() == ["engine", "0/1", "0.0", "%", "0/1", "0.0", "%"]
    assert total.startswith("total: 0 of 2 expectations of 1 requests hold")
    assert first.startswith("V6 first: claire@example.org (rank 1, ")
    assert rule.startswith("V6 ineligible: claire@example.org (rank 1, ")


@pytest.mark.django_db
@pytest.mark.parametrize("bad", ["community", "expect", "notes"])
def test_the_command_refuses_a_bad_file_by_name(tmp_path, bad):
    files = {"community": CASES / "community.json", "expect": CASES / "expect.json", "notes": None}
    files[bad] = tmp_path / f"{bad}.json"
    files[bad].write_text("nonsense")

    with pytest.raises(CommandError, match=rf"{bad}\.json is refused. 1 faults:\n  \$: is not JSON"):
        call_command("evaluate_matching", files["community"], files["expect"], notes=files["notes"])
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("evaluate_matching", tmp_path / "missing.json", CASES / "expect.json")
