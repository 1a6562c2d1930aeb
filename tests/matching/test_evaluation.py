"""The evaluation of the ranking: exact figures, checked files, an unchanged database, and the rules that must hold."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import MentorProfile, Profile, SkillAlias, User
from matching.community.schema import BadCommunityFile, parse
from matching.evaluation.baselines import Baselines, TfIdf
from matching.evaluation.expectations import Expected, Notes, parse_expectations, parse_notes
from matching.evaluation.figures import Answer, Figure, figures, judge_chance, judge_order, judge_rules
from matching.evaluation.run import Report, evaluate
from matching.models import HelpRequest, MentorTexts, RequestText
from matching.text import model as text_models
from mentorship.models import Goal

TESTS = Path(__file__).resolve().parents[1]
CASES, EVALUATION = TESTS / "cases", TESTS / "evaluation"

ANSWER = Answer(ranked=["a", "b", "c", "d"], rules={"x": ["paused", "price"]}, points={"a": 80, "b": 70, "c": 60})


def run(folder: Path, notes: Path | None = None) -> Report:
    community = parse((folder / "community.json").read_bytes())
    expected = parse_expectations((folder / "expect.json").read_bytes(), community)
    marked = parse_notes(notes.read_bytes(), community) if notes else Notes()
    return evaluate(community, expected, notes=marked, now=timezone.now())


@pytest.fixture(scope="module")
def evaluation(django_db_setup, django_db_blocker) -> Report:
    """Return the report on the evaluation set. It runs once, and leaves nothing in the database."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        # Hard rules read no text, and the sentence model would take half a minute.
        patch.setattr(text_models, "SentenceModel", None)
        text_models.text_model.cache_clear()
        report = run(EVALUATION, EVALUATION / "notes.json")
    text_models.text_model.cache_clear()
    return report


def hits(checks) -> list[Fraction]:
    return [check.hit for check in checks]


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        (Expected("R", first="a"), [1]),
        (Expected("R", first="b"), [0]),
        (Expected("R", first="x"), [0]),
        (Expected("R", top_n=2, top=("b", "c", "x")), [1, 0, 0]),
        (Expected("R", above=(("a", "b"), ("b", "a"), ("d", "x"), ("x", "d"), ("x", "y"))), [1, 0, 1, 0, 0]),
    ],
)
def test_an_order_is_judged_by_each_expectation(expected, found):
    assert hits(judge_order(expected, ANSWER)) == found


def test_hard_rules_are_judged_by_name_among_all_that_exclude():
    expected = Expected("R", ineligible={"x": "price", "a": "price"}, eligible=("a", "x"))

    assert hits(judge_rules(expected, ANSWER)) == [1, 0, 1, 0]
    assert hits(judge_rules(Expected("R", ineligible={"x": "no_overlap"}), ANSWER)) == [0]


def test_a_miss_without_eligible_mentors_says_so():
    [miss] = judge_order(Expected("R", first="x"), Answer(ranked=[], rules={"x": ["paused"]}))

    assert str(miss) == "R first: nobody instead of x (ineligible: paused)"


def test_a_miss_tells_the_points_of_both():
    expected = Expected("R", first="b", top_n=1, top=("c",), above=(("x", "b"),), eligible=("x",))

    assert [check.found for check in (*judge_order(expected, ANSWER), *judge_rules(expected, ANSWER))] == [
        "a (rank 1, 80 points) instead of b (rank 2, 70 points)",
        "c (rank 3, 60 points) is not among the first 1",
        "x (ineligible: paused, price) is not above b (rank 2, 70 points)",
        "x (ineligible: paused, price) is not eligible",
    ]


def test_chance_is_exact():
    expected = Expected("R", first="a", top_n=3, top=("b", "x"), above=(("a", "b"), ("a", "x"), ("x", "a")))

    assert hits(judge_chance(expected, "abcd")) == [
        Fraction(1, 4),
        Fraction(3, 4),
        Fraction(0),
        Fraction(1, 2),
        Fraction(1),
        Fraction(0),
    ]
    assert hits(judge_chance(expected, "")) == [0] * 6
    assert hits(judge_chance(expected, "b")) == [0, 1, 0, 0, 0, 0]


def test_figures_are_hits_of_total_for_all_and_for_the_marked_requests():
    expected = [Expected("R1", first="a", top_n=2, top=("a", "d")), Expected("R2", first="b", eligible=("a",))]
    checks = [check for row in expected for check in (*judge_order(row, ANSWER), *judge_rules(row, ANSWER))]

    assert figures(checks, Notes(jargon=frozenset({"R1", "R2"}), text_only=frozenset({"R2"}))) == {
        "first_hit": Figure(Fraction(1), 2),
        "first_hit_jargon": Figure(Fraction(1), 2),
        "first_hit_text_only": Figure(Fraction(0), 1),
        "top_n": Figure(Fraction(1), 2),
        "pairs": Figure(Fraction(0), 0),
        "hard_rules": Figure(Fraction(1), 1),
    }


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


COMMUNITY = {
    "people": [{"email": "M@example.org", "mentor": {}}, {"email": "me@example.org"}],
    "help_requests": [{"ref": "R1"}],
}


@pytest.mark.parametrize(
    ("row", "path", "reason"),
    [
        ({}, "$[0]", "'request' is a required property"),
        ({"request": 1}, "$[0].request", "is not of type 'string'"),
        ({"request": "R2"}, "$[0].request", "'R2' is not among the help requests"),
        ({"request": "R1", "frist": "m@example.org"}, "$[0]", "'frist' was unexpected"),
        ({"request": "R1", "first": "n@example.org"}, "$[0].first", "is not among the people"),
        ({"request": "R1", "first": "me@example.org"}, "$[0].first", "is no mentor"),
        ({"request": "R1", "top": {"n": 0, "mentors": []}}, "$[0].top.n", "less than the minimum"),
        ({"request": "R1", "top": {"n": 1}}, "$[0].top", "'mentors' is a required property"),
        ({"request": "R1", "top": {"n": 1, "mentors": ["m@example.org", "?"]}}, "$[0].top.mentors", "the first 1"),
        ({"request": "R1", "above": [["m@example.org"]]}, "$[0].above[0]", "is too short"),
        ({"request": "R1", "above": [["m@example.org", "M@example.org"]]}, "$[0].above[0]", "one person"),
        ({"request": "R1", "ineligible": {"?": "paused"}}, "$[0].ineligible['?']", "is not among the people"),
        ({"request": "R1", "ineligible": {"m": "lazy"}}, "$[0].ineligible.m", "'lazy' is not one of"),
        ({"request": "R1", "eligible": ["m@example.org", "?"]}, "$[0].eligible[1]", "is not among the people"),
    ],
)
def test_a_bad_expectation_is_refused_with_its_path(row, path, reason):
    with pytest.raises(BadCommunityFile) as refused:
        parse_expectations(json.dumps([row]), COMMUNITY)

    assert [fault.reason for fault in refused.value.faults if fault.path == path and reason in fault.reason]


def test_every_fault_has_its_path():
    rows = [{"request": "R1", "first": "?"}, {"request": "R1", "eligible": ["?"]}, {"request": "R3"}]

    with pytest.raises(BadCommunityFile) as refused:
        parse_expectations(json.dumps(rows), COMMUNITY)

    assert [fault.path for fault in refused.value.faults] == [
        "$[2].request",
        "$[0].first",
        "$[1].request",
        "$[1].eligible[0]",
    ]


@pytest.mark.parametrize(
    "text", [b"\xff", "{", "[" * 100_000, '{"R2": {}}', '{"R1": {"jargon": 1}}', '{"R1": {"": 1}}']
)
def test_bad_notes_are_refused(text):
    with pytest.raises(BadCommunityFile):
        parse_notes(text, COMMUNITY)


def test_addresses_are_read_as_they_are_stored():
    [expected] = parse_expectations('[{"request": "R1", "first": "m@EXAMPLE.org"}]', COMMUNITY)

    assert expected.first == "m@example.org"


@pytest.mark.django_db
def test_the_shared_cases_hold():
    report = run(CASES)

    assert (report.misses, report.total.hits) == ([], report.total.total)


def test_the_hard_rules_of_the_evaluation_set_hold(evaluation):
    assert evaluation.methods["engine"]["hard_rules"] == Figure(Fraction(372), 372)


def test_the_evaluation_set_has_the_numbers_of_its_page(evaluation):
    totals = {name: figure.total for name, figure in evaluation.methods["engine"].items()}
    fields = {row["field"] for row in json.loads((EVALUATION / "notes.json").read_text()).values()}

    assert (evaluation.requests, len(fields)) == (55, 22)
    assert (totals["first_hit_jargon"], totals["first_hit_text_only"]) == (40, 19)


@pytest.mark.django_db
def test_the_command_changes_nothing_and_judges_no_real_people(capsys):
    call_command("load_community", CASES / "community.json", verbosity=0)
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
def test_without_aliases_other_names_of_a_skill_do_not_count(capsys, tmp_path):
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
