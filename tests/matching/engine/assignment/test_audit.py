"""The audit file is checked by a script that knows nothing of this project."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from matching.engine.assignment import BadCohort, assign
from matching.engine.assignment.audit import audit_of, score_lines

from .cohorts import POLICIES, drawn_problem, problem_of

SCRIPT = Path(__file__).parents[4] / "docs" / "recheck_assignment.py"


def written(draft):
    """Return the text of the audit file, and the bytes of the file of scores."""
    mentees, mentors = draft.problem.scores.shape
    audit = audit_of(
        draft,
        mentees=[f"mentee-{number}" for number in range(mentees)],
        mentors=[f"mentor-{number}" for number in range(mentors)],
        weights="fitted-1",
        engine="2.1",
    )
    return audit, b"".join(score_lines(draft.problem.scores))


def rechecked(folder, audit, scores, name="scores.csv"):
    """Run the script without the project, its packages and the environment. Return its exit code and its words."""
    (folder / "audit.json").write_text(audit)
    (folder / name).write_bytes(scores)
    run = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), "audit.json", name],
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, run.stdout + run.stderr


@pytest.mark.parametrize("policy", POLICIES)
def test_the_script_proves_an_assignment(tmp_path, policy):
    for seed in range(4):
        problem, _ = drawn_problem(seed, policy)
        draft = assign(problem)

        code, words = rechecked(tmp_path, *written(draft))

        assert (code, words) == (
            0,
            f"Optimal by the policy {str(policy)!r}: {len(draft.pairs)} pairs, proven over all eligible pairs.\n",
        )


def test_the_file_of_scores_may_be_compressed(tmp_path):
    audit, scores = written(assign(problem_of([[9, 2], [3, 8]], [1, 1])))

    assert rechecked(tmp_path, audit, gzip.compress(scores), "scores.csv.gz")[0] == 0


def test_the_audit_file_has_versions_and_people():
    audit = json.loads(written(assign(problem_of([[9, 2], [3, 8]], [1, 1])))[0])

    assert (audit["format"], audit["engine"], audit["weights"], audit["one"]) == (1, "2.1", "fitted-1", 10_000)
    assert audit["mentees"] == ["mentee-0", "mentee-1"]
    assert (audit["policy"], audit["seed"], audit["mentor_of"]) == ("bottleneck", 0, [0, 1])


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"weights":"fitted-1"', '"weights":"fitted-2"', "The audit file was changed after it was written."),
        ('"mentor_of":[0,1]', '"mentor_of":[1,0]', "The value of the assignment is not the sum"),
        ('"mentor_of":[0,1]', '"mentor_of":[0,0]', "A mentor has more mentees than places."),
        ('"threshold":8', '"threshold":3', "The lowest score is not the threshold."),
        ('"pins":[]', '"pins":[[0,1]]', "The pin of mentee 0 is lost."),
        ('"bans":[]', '"bans":[[0,0]]', "The forbidden pair 0, 0 is assigned."),
        ('"prices":[0,0]', '"prices":[0,1]', "The value of the assignment is not the sum"),
        ('"policy":"bottleneck"', '"policy":"coverage"', "Only a bottleneck has a threshold."),
    ],
)
def test_a_changed_audit_file_is_refused(tmp_path, old, new, fault):
    audit, scores = written(assign(problem_of([[9, 2], [3, 8]], [1, 1])))
    assert old in audit

    code, words = rechecked(tmp_path, audit.replace(old, new), scores)

    assert code == 1
    assert fault in words
    assert "The audit file was changed after it was written." in words


def test_other_scores_are_refused(tmp_path):
    audit, scores = written(assign(problem_of([[9, 2], [3, 8]], [1, 1])))

    code, words = rechecked(tmp_path, audit, scores.replace(b"0,1,2", b"0,1,9"))

    assert code == 1
    assert "The file of scores is not the one of this audit file." in words


def test_each_person_needs_an_identifier():
    draft = assign(problem_of([[9, 2], [3, 8]], [1, 1]))

    with pytest.raises(BadCohort, match="one identifier for each mentee and each mentor"):
        audit_of(draft, mentees=["a"], mentors=["b", "c"], weights="1", engine="1")
