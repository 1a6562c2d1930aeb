"""Openings without a subject are found in docstrings, comments and names of tests, and nowhere else."""

from __future__ import annotations

import pytest

from tests import plain_english
from tests.plain_english import OPENINGS, faults


@pytest.mark.parametrize("opening", OPENINGS)
def test_an_opening_without_a_subject_is_found(opening):
    assert faults(f'"""{opening.upper()} is told."""') == [(1, f"{opening.upper()} is told.")]
    assert faults(f"# {opening} is told") == [(1, f"{opening} is told")]
    assert faults(f"def test_{opening}_is_told(): ...") == [(1, f"test_{opening}_is_told")]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ('class Told:\n    """Who is told."""', 2),
        ('def tell():\n    """``what`` is told."""', 2),
        ('async def tell():\n    """\n    Where it is told.\n    """', 2),
        ("told = 1  # what is told", 1),
        ("told = 1  # the number\n# Of those who are told.", 2),
        ("# The number.\n\n# Of those who are told.", 3),
        ("class TestTold:\n    def test_who_is_told(self): ...", 2),
    ],
)
def test_an_opening_is_reported_with_its_line(source, line):
    assert [found for found, _ in faults(source)] == [line]


@pytest.mark.parametrize(
    "source",
    [
        '"""Offers are told.\n\nWhat a second paragraph says is not looked at."""',
        "# Mentors are told\n# who asks for their help.",
        "def who_is_told(): ...",
        "def test_whole_words_count(): ...",
        'told = "# what is told"',
        'told = """What is told."""',
    ],
)
def test_other_sentences_are_left_alone(source):
    assert faults(source) == []


@pytest.mark.parametrize(("text", "code"), [("# Who is told", 1), ("# People are told", 0)])
def test_the_command_names_the_place_and_fails(monkeypatch, tmp_path, capsys, text, code):
    monkeypatch.setattr(plain_english, "ROOT", tmp_path)
    (tmp_path / "accounts" / "migrations").mkdir(parents=True)
    (tmp_path / "accounts" / "models.py").write_text(f"\n{text}\n")
    (tmp_path / "accounts" / "migrations" / "0001_initial.py").write_text("# What was generated\n")
    (tmp_path / "manage.py").write_text("")
    monkeypatch.setattr(plain_english, "PLACES", ("accounts", "manage.py"))

    assert plain_english.main() == code
    assert ("accounts/models.py:2: Who is told" in capsys.readouterr().out) == bool(code)
