"""Paths and links in README.md and docs/ lead to files that exist, and no table waits for its figures."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

# A path of the project begins with one of these folders, or has one of these suffixes. Others are routes of the API.
FOLDERS = ("accounts/", "config/", "docs/", "matching/", "mentorship/", "tests/")
SUFFIXES = (".conf", ".example", ".html", ".json", ".md", ".py", ".toml", ".txt", ".yml")
# Readers of docs/deployment.md create these on their own machine.
CREATED_BY_READERS = ("docker-compose.override.yml", "site.conf")

CODE_BLOCK = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
BACKTICKS = re.compile(r"`([\w.*/-]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def prose(page: Path) -> str:
    return CODE_BLOCK.sub("", page.read_text())


def paths(text: str) -> list[str]:
    """Return the paths in backticks. They are relative to the root of the project; * stands for any name."""
    found = [name for name in BACKTICKS.findall(text) if name not in CREATED_BY_READERS]
    return [name for name in found if name.startswith(FOLDERS) or name.endswith(SUFFIXES)]


def anchors(page: Path) -> set[str]:
    """Return the anchors of the headings of a page, as GitHub makes them."""
    return {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in HEADING.findall(prose(page))}


def test_every_path_in_backticks_exists(subtests):
    for page in PAGES:
        with subtests.test(page.name):
            assert [path for path in paths(prose(page)) if not any(ROOT.glob(path))] == []


def test_every_relative_link_leads_to_a_file_and_a_heading(subtests):
    for page in PAGES:
        with subtests.test(page.name):
            dead = []
            for link in LINK.findall(prose(page)):
                if link.startswith(("http://", "https://")):
                    continue
                name, _, anchor = link.partition("#")
                target = page.parent / name if name else page
                if not target.exists() or (anchor and anchor not in anchors(target)):
                    dead.append(link)
            assert dead == []


def test_every_table_is_filled(subtests):
    for page in PAGES:
        with subtests.test(page.name):
            assert "@@" not in page.read_text()


def test_the_lines_about_the_api_fit_the_screen():
    lines = prose(ROOT / "docs/api.md").splitlines()

    assert [line for line in lines if len(line) > 120] == []


def test_paths_are_told_from_routes_and_commands():
    text = (
        "`matching/engine/`, `*/locks.py`, `manage.py`, `site.conf`, `goals/`, `mentorship`, `make run`, `me/mentor/`"
    )

    assert paths(text) == ["matching/engine/", "*/locks.py", "manage.py"]
