"""The apps know each other to the right only, also by the names of templates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

# From left to right. An app may name templates of its own, and of the apps to its right.
APPS = ("config", "matching", "mentorship", "accounts")
NAMED = re.compile(r"""["']([\w/-]+\.(?:html|txt))["']""")


def templates_of(app: str) -> set[str]:
    folder = Path(settings.BASE_DIR, app, "templates")
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def named_in(app: str) -> Iterator[tuple[str, str]]:
    """Yield each file of ``app`` with each template that it names."""
    for file in sorted(Path(settings.BASE_DIR, app).rglob("*")):
        if file.suffix in (".py", ".html", ".txt"):
            for name in NAMED.findall(file.read_text()):
                yield str(file.relative_to(settings.BASE_DIR)), name


@pytest.mark.parametrize("app", APPS)
def test_an_app_names_no_template_of_an_app_to_its_left(app):
    place = APPS.index(app)
    left = {name for other in APPS[:place] for name in templates_of(other)}
    own_and_right = {name for other in APPS[place:] for name in templates_of(other)}

    assert [(file, name) for file, name in named_in(app) if name in left - own_and_right] == []
