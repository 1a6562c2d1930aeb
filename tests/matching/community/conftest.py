"""The import of a community file."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from tests.matching.community.example import COMMUNITY


@pytest.fixture
def load(tmp_path, capsys):
    """Return a function that loads a community, and returns what the command printed.

    A dry run before must say the same, unless ``is_tried`` is False: somebody else may be at work.
    """
    path = tmp_path / "community.json"

    def run(**options) -> tuple[str, CommandError | None]:
        try:
            call_command("load_community", path, **options)
        except CommandError as error:
            return "", error
        return capsys.readouterr().out, None

    def loaded(community=COMMUNITY, is_tried=True, **options) -> str:
        path.write_text(json.dumps(community))
        is_tried = is_tried and not options.get("dry_run")
        if is_tried:
            said_before, refused_before = run(**options, dry_run=True)
        said, refused = run(**options)
        if is_tried:
            assert said_before.removeprefix("dry run: nothing was changed\n") == said
            assert str(refused_before) == str(refused)
        if refused is not None:
            raise refused
        return said

    return loaded
