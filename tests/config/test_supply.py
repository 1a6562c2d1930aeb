"""Packages are pinned with hashes for each Python, from no named registry, under licences that allow it."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from packaging.requirements import Requirement

from tests.licences import DOCS, NAMED, packages, refused, table

ROOT = settings.BASE_DIR
PINNED = ["requirements.txt", "requirements-dev.txt", "requirements-model.txt", "requirements-sbom.txt"]
INSTALLS = re.compile(r"pip (?:--python \S+ )?(?:install|\$\(PIP_INSTALL\))[^&|]*requirement")


def pinned(name: str) -> list[str]:
    """Return the requirements of a file, each with its hashes in one line."""
    text = (ROOT / name).read_text().replace("\\\n", "")
    return [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


@pytest.mark.parametrize("name", PINNED)
def test_each_requirement_has_one_version_and_hashes(name):
    loose = [
        line
        for line in pinned(name)
        if not re.match(r"[a-z0-9-]+(\[[a-z0-9, -]+\])?==[\w.]+( ;[^#]*?)?(\s+--hash=sha256:[0-9a-f]{64})+$", line)
    ]

    assert len(pinned(name)) > 0
    assert loose == []


@pytest.mark.parametrize("name", PINNED)
def test_no_requirement_names_a_registry(name):
    assert "://" not in (ROOT / name).read_text()


@pytest.mark.parametrize("name", PINNED[:2])
def test_the_first_3_11_gets_what_redis_needs_there(name):
    [line] = [line for line in pinned(name) if line.startswith("async-timeout==")]

    marker = Requirement(line.partition("--hash")[0]).marker
    assert marker.evaluate({"python_full_version": "3.11.0"})
    assert not marker.evaluate({"python_full_version": "3.11.3"})


def test_production_and_development_have_the_same_versions():
    produced, tested = (
        {(one.name, str(one.specifier)) for one in (Requirement(line.partition("--hash")[0]) for line in pinned(name))}
        for name in ("requirements.txt", "requirements-dev.txt")
    )

    assert produced <= tested


@pytest.mark.parametrize("name", ["Makefile", "Dockerfile"])
def test_each_installation_asks_for_hashes(name):
    text = (ROOT / name).read_text().replace("\\\n", "")
    commands = [command for line in text.splitlines() for command in line.split("&&") if INSTALLS.search(command)]
    if name == "Makefile":
        [installs] = re.findall(r"^PIP_INSTALL := (.*)$", text, re.MULTILINE)
        commands = [command.replace("$(PIP_INSTALL)", installs) for command in commands]

    assert len(commands) >= 2
    assert [command for command in commands if "--require-hashes" not in command] == []


def test_every_licence_is_allowed_and_no_exception_is_left_over():
    found = packages()

    assert refused(found) == {}
    assert set(NAMED) <= set(found)


@pytest.mark.parametrize(
    "licence",
    [
        "GPL-3.0-only",
        "MIT AND AGPL-3.0-or-later",
        "GNU General Public License v3 (GPLv3)",
        "LGPL-3.0-only",
        "Other/Proprietary License",
        "none",
        "See the file",
    ],
)
def test_a_licence_that_nobody_allowed_is_refused(licence):
    assert refused({"some-package": licence}) == {"some-package": licence}


def test_one_of_two_licences_is_enough():
    assert refused({"some-package": "GPL-2.0-or-later OR MIT"}) == {}


def test_an_exception_holds_for_its_licence_only():
    assert refused({"psycopg": "GPL-3.0-only"}) == {"psycopg": "GPL-3.0-only"}


def test_the_docs_list_every_licence():
    assert table() in DOCS.read_text(), "Packages or licences have changed. Run `make licences`."
